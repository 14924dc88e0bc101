"""What news sites put around a story, in nine layouts and four languages. All of it is invented.

`dress(layout, text, key)` gives the text with the furniture of one layout. The language is that of
the text; what differs from page to page of a real site (the headlines of other stories) is chosen
by `key`, and the site (its name, slogan, policies) by `key` too."""

import hashlib
import re

LAYOUTS = ("related", "share", "cookies", "subscribe", "credit", "also", "menu", "foot", "comments")

SCRIPTS = (("bn", re.compile("[\u0980-\u09ff]")), ("ar", re.compile("[\u0600-\u06ff]")),
           ("ru", re.compile("[\u0400-\u04ff]")))

# Other stories of the site: headline and the beginning of the text.
TEASERS = {
    "en": [
        ("Lighthouse keeper's diary found under harbour floor",
         "Builders laying a drain in Port Ellery have found a diary that the last keeper of the"),
        ("Orchard town counts its pears and finds two missing",
         "The fruit festival in Wendle began with a dispute over the great pear pyramid, which"),
        ("Bus drivers of Corran learn to sing their stops",
         "A choir teacher has spent the winter with twelve drivers who will sing the name of"),
        ("Library lends telescopes to night shift nurses",
         "Nurses on the night shift at Holm hospital may take a telescope home since Tuesday and"),
        ("Old tram returns as floating bakery on the canal",
         "Tram number nine, which ran through Marlow for forty years, now carries ovens and rolls"),
    ],
    "bn": [
        ("কাজলা নদীর চরে পাওয়া গেল শতবর্ষী নৌকার কাঠামো",
         "কাজলা নদীর চরে বালু তুলতে গিয়ে শ্রমিকেরা একটি বড় নৌকার কাঠামো খুঁজে পেয়েছেন বলে জানান"),
        ("পাঠাগারের ছাদে মৌমাছির চাষ করে তাক লাগালেন শিক্ষক",
         "শালবন উপজেলার একটি পাঠাগারের ছাদে মৌমাছির বাক্স বসিয়ে মধু সংগ্রহ করছেন স্থানীয় এক শিক্ষক"),
        ("রাতের ট্রেনে বই পড়ার কামরা চালু হচ্ছে আগামী শীতে",
         "দূরপাল্লার রাতের ট্রেনে যাত্রীদের জন্য আলাদা একটি বই পড়ার কামরা রাখার কথা ভাবছে কর্তৃপক্ষ"),
        ("তালগাছ লাগিয়ে গ্রামের পথ বদলে দিলেন ডাকপিয়ন",
         "ত্রিশ বছর ধরে চিঠি বিলি করার পথে পথে তালগাছ লাগিয়েছেন চরভাটা গ্রামের এক ডাকপিয়ন"),
        ("হারিয়ে যাওয়া ঘুড়ির মেলা ফিরছে নতুন মাঠে",
         "দশ বছর বন্ধ থাকার পর পুরোনো ঘুড়ির মেলা এবার বসছে শহরের পূর্ব পাশের নতুন মাঠে"),
    ],
    "ar": [
        ("العثور على دفتر حارس المنارة تحت أرضية الميناء القديم",
         "عثر عمال كانوا يمدون أنبوبا قرب رصيف واحة النخيل على دفتر كتبه آخر حارس للمنارة قبل"),
        ("معلمة تحول سطح المكتبة إلى حديقة للنحل",
         "حولت معلمة في بلدة عين الصفا سطح المكتبة العامة إلى حديقة صغيرة تضم عشرين خلية نحل"),
        ("قطار ليلي يخصص عربة هادئة لقراءة الكتب",
         "تعتزم إدارة القطارات الليلية تخصيص عربة هادئة لمن يرغب من الركاب في قراءة الكتب خلال"),
        ("ساعي بريد يغرس ألف نخلة على طريق القرى",
         "غرس ساعي بريد متقاعد نحو ألف نخلة على جانبي الطريق الذي سلكه بدراجته ثلاثين عاما"),
        ("مهرجان الطائرات الورقية يعود إلى السهل الشرقي",
         "يعود مهرجان الطائرات الورقية إلى السهل الشرقي بعد توقف دام عشر سنوات بمشاركة فرق من"),
    ],
    "ru": [
        ("Дневник смотрителя маяка нашли под полом старого порта",
         "Рабочие, менявшие трубу в порту Елагино, нашли тетрадь, которую вёл последний смотритель"),
        ("Учительница развела пчёл на крыше сельской библиотеки",
         "На крыше библиотеки в посёлке Заречный теперь стоят двадцать ульев, за которыми следит"),
        ("В ночном поезде появится тихий вагон для чтения",
         "Железнодорожники собираются выделить в ночных поездах отдельный вагон для тех, кто любит"),
        ("Почтальон посадил аллею лип вдоль сельской дороги",
         "За тридцать лет почтальон из Верхних Лугов высадил почти тысячу лип вдоль дороги, по"),
        ("Ярмарка воздушных змеев возвращается на восточное поле",
         "После десяти лет перерыва ярмарка воздушных змеев снова пройдёт на восточном поле города"),
    ],
}

# Words of each language's sites; two sites of each.
SITES = {
    "en": [
        {"name": "The Harbour Post", "related": "Related news", "more": "Read more",
         "also": "Also read:", "credit": "Source: Northwire", "initials": "LO/kt",
         "byline": "By our correspondent",
         "share": ["Share", "Facebook", "Twitter", "WhatsApp", "Print"],
         "menu": ["Home", "Harbour", "Town", "Sport", "Tides"],
         "date": "Tuesday, 12 March 2024, 10:15",
         "foot": ["The paper that gets up before the gulls. Since 1894.", "Harbour Radio: hear our sister station", "Quay Street 7, Port Ellery, telephone 0555 0101"],
         "said": ["Anna: I walked past it yesterday and saw nothing of the kind.", "Ben: About time, if you ask me."],
         "comment": ["12 Comments", "Leave a reply"],
         "cookies": "We use cookies to make this site work and to count our visitors. If you go "
                    "on reading, we take it that you agree. You can change your choice at any "
                    "time on the cookies page.",
         "subscribe": "Subscribe to our newsletter and get the tides, the weather and the best "
                      "stories of the morning before breakfast.",
         "copyright": "© 2024 The Harbour Post. All rights reserved. No part of this page may be "
                      "reprinted without written permission."},
        {"name": "Courier", "related": "You may also like", "more": "Continue reading",
         "also": "Read also:", "credit": "Source: Corran Press Service", "initials": "(em/js)",
         "byline": "By Ailsa Renwick",
         "share": ["Share on Facebook", "Tweet", "Email", "Print"],
         "menu": ["News", "Courts", "Opinion", "Letters"],
         "date": "Updated 14:02, 3 May 2024",
         "foot": ["Courier, the voice of the northern towns.", "Editor: Ailsa Renwick. Printed by Northgate Press, Corran."],
         "said": ["northener wrote: This was in the paper last year already.", "Reply", "Moira wrote: Thank you for this."],
         "comment": ["Comments", "Join the discussion"],
         "cookies": "This website stores small files on your device so that the pages load "
                    "faster. By clicking accept you allow this; see our cookie policy for what "
                    "is kept and for how long.",
         "subscribe": "Sign up for the Courier letter: one mail a day, no advertising, cancel "
                      "whenever you like.",
         "copyright": "Copyright Northgate Media. The Courier is a member of the press board."},
    ],
    "bn": [
        {"name": "কাজলা বার্তা", "related": "আরও খবর", "more": "বিস্তারিত", "also": "আরও পড়ুন:",
         "credit": "সূত্র: উত্তরতার", "initials": "এমআর/টিকে", "byline": "নিজস্ব প্রতিবেদক",
         "share": ["শেয়ার করুন", "ফেসবুক", "টুইটার", "প্রিন্ট"],
         "menu": ["প্রচ্ছদ", "জাতীয়", "সারাদেশ", "খেলা", "বিনোদন"],
         "date": "প্রকাশ: ১২ মার্চ ২০২৪, ১০:১৫",
         "foot": ["নদীর মতো সোজা কথা বলি। পাঠকই আমাদের শক্তি।", "কাজলা টিভি দেখুন", "সম্পাদক: মালতী রায়, ৭ ঘাট সড়ক, কাজলা"],
         "said": ["আনিস: গতকালই তো দেখলাম, কিছু চোখে পড়েনি।", "বীণা: খুব ভালো খবর।"],
         "comment": ["মন্তব্য করুন", "মন্তব্য (০)"],
         "cookies": "এই ওয়েবসাইট ভালোভাবে চালাতে আমরা কুকি ব্যবহার করি। পড়া চালিয়ে গেলে ধরে নেব "
                    "আপনি এতে সম্মত। কুকির পাতায় গিয়ে যেকোনো সময় পছন্দ বদলাতে পারেন।",
         "subscribe": "প্রতিদিন সকালে সেরা খবর ইমেইলে পেতে আমাদের নিউজলেটারে নাম লেখান, "
                      "কোনো খরচ নেই।",
         "copyright": "© ২০২৪ কাজলা বার্তা। সর্বস্বত্ব সংরক্ষিত। অনুমতি ছাড়া এই পাতার কোনো অংশ "
                      "প্রকাশ করা যাবে না।"},
        {"name": "শালবন সময়", "related": "সম্পর্কিত সংবাদ", "more": "Read more",
         "also": "আরো পড়ুন:", "credit": "সূত্র: পূর্বাভাস সংবাদ সংস্থা", "initials": "জেএইচ",
         "byline": "শালবন প্রতিনিধি",
         "share": ["শেয়ার", "ফেসবুক", "হোয়াটসঅ্যাপ", "ইমেইল"],
         "menu": ["হোম", "রাজনীতি", "অর্থনীতি", "মতামত"],
         "date": "আপডেট: ৩ মে ২০২৪, দুপুর ২:০২",
         "foot": ["শালবন সময়, সবুজের পক্ষে সত্যের খোঁজে।", "প্রকাশক: শালবন মিডিয়া লিমিটেড, ফোন ০৫৫৫-০১০১"],
         "said": ["রফিক লিখেছেন: আগেও এমন শুনেছি।", "জবাব দিন"],
         "comment": ["আপনার মন্তব্য", "মন্তব্য"],
         "cookies": "পাতা দ্রুত খোলার জন্য আপনার যন্ত্রে ছোট ফাইল রাখা হয়। সম্মতি দিলে আমরা তা "
                    "চালু রাখব। কী রাখা হয় এবং কত দিন, তা গোপনীয়তা নীতিতে লেখা আছে।",
         "subscribe": "শালবন সময়ের ইউটিউব চ্যানেলে সাবস্ক্রাইব করুন এবং পাশে থাকুন।",
         "copyright": "স্বত্ব © শালবন সময়। সম্পাদক ও প্রকাশক কর্তৃক সর্বস্বত্ব সংরক্ষিত।"},
    ],
    "ar": [
        {"name": "بريد الواحة", "related": "أخبار ذات صلة", "more": "اقرأ المزيد",
         "also": "اقرأ أيضا:", "credit": "المصدر: وكالة الشمال", "initials": "م.ر / ت.ك",
         "byline": "كتب: مراسل بريد الواحة",
         "share": ["شارك", "فيسبوك", "تويتر", "طباعة"], "menu": ["الرئيسية", "محليات", "رياضة", "ثقافة"],
         "date": "الثلاثاء 12 مارس 2024",
         "foot": ["صحيفة تستيقظ قبل النخيل وتكتب ما تراه.", "استمعوا إلى إذاعة الواحة", "رئيس التحرير: ليلى منصور، شارع الميناء 7"],
         "said": ["سالم: مررت أمس من هناك ولم أر شيئا.", "هدى: خبر جميل."],
         "comment": ["التعليقات", "أضف تعليقا"],
         "cookies": "نستخدم ملفات تعريف الارتباط لتحسين عمل هذا الموقع وعد الزوار. بمواصلة "
                    "القراءة فإنك توافق على ذلك. يمكنك تغيير اختيارك في أي وقت من صفحة الخصوصية.",
         "subscribe": "اشترك في نشرتنا البريدية لتصلك أهم الأخبار كل صباح قبل الإفطار.",
         "copyright": "© 2024 بريد الواحة. جميع الحقوق محفوظة. لا يجوز إعادة نشر أي جزء من هذه "
                      "الصفحة دون إذن مكتوب."},
        {"name": "صدى السهل", "related": "مواضيع ذات صلة", "more": "المزيد",
         "also": "اقرأ أيضاً:", "credit": "المصدر: خدمة السهل الإخبارية", "initials": "س.ن",
         "byline": "صدى السهل - خاص",
         "share": ["مشاركة", "واتساب", "تيليجرام", "طباعة"], "menu": ["أخبار", "اقتصاد", "رأي", "منوعات"],
         "date": "آخر تحديث: 3 مايو 2024",
         "foot": ["صدى السهل، صوت القرى البعيدة.", "تصدر عن دار السهل للنشر، هاتف 5550101"],
         "said": ["أبو يوسف كتب: سمعنا بهذا من قبل.", "رد"],
         "comment": ["تعليقات", "اكتب رأيك"],
         "cookies": "يحفظ هذا الموقع ملفات صغيرة على جهازك كي تفتح الصفحات بسرعة. بالضغط على "
                    "زر الموافقة فإنك تسمح بذلك، والتفاصيل في سياسة الخصوصية.",
         "subscribe": "سجل بريدك لتصلك رسالة صدى السهل كل يوم دون إعلانات.",
         "copyright": "جميع الحقوق محفوظة لصحيفة صدى السهل ولا تعبر التعليقات إلا عن أصحابها."},
    ],
    "ru": [
        {"name": "Портовый вестник", "related": "Читайте также", "more": "Читать далее",
         "also": "Читайте также:", "credit": "Источник: Северная лента", "initials": "ЛО/КТ",
         "byline": "Наш корреспондент",
         "share": ["Поделиться", "Facebook", "Telegram", "Печать"],
         "menu": ["Главная", "Порт", "Город", "Спорт"],
         "date": "12 марта 2024, 10:15",
         "foot": ["Газета, которая встаёт раньше чаек. С 1894 года.", "Слушайте радио «Порт»", "Елагино, Портовая улица, 7, телефон 555-01-01"],
         "said": ["Анна: Вчера проходила мимо и ничего не видела.", "Борис: Давно пора."],
         "comment": ["Комментарии", "Оставить комментарий"],
         "cookies": "Мы используем файлы cookie, чтобы сайт работал и чтобы считать посетителей. "
                    "Продолжая читать, вы соглашаетесь с этим. Свой выбор можно изменить в любое "
                    "время на странице настроек.",
         "subscribe": "Подписаться на утреннюю рассылку: погода, приливы и лучшие новости до "
                      "завтрака.",
         "copyright": "© 2024 Портовый вестник. Все права защищены. Перепечатка без письменного "
                      "разрешения запрещена."},
        {"name": "Курьер Заречья", "related": "По теме", "more": "Подробнее",
         "also": "Читайте также:", "credit": "Источник: служба новостей Заречья", "initials": "ЕМ",
         "byline": "Анна Луговая",
         "share": ["Поделиться", "WhatsApp", "Telegram"], "menu": ["Новости", "Суд", "Мнения", "Письма"],
         "date": "Обновлено 3 мая 2024",
         "foot": ["Курьер Заречья, голос верхних лугов.", "Редактор: Анна Луговая. Отпечатано в Заречье."],
         "said": ["Сосед: Об этом писали ещё в прошлом году.", "Ответить"],
         "comment": ["Комментарии"],
         "cookies": "Сайт хранит небольшие файлы на вашем устройстве, чтобы страницы открывались "
                    "быстрее. Нажимая кнопку согласия, вы разрешаете это; подробности в правилах.",
         "subscribe": "Подпишитесь на письмо Курьера: одно письмо в день и никакой рекламы.",
         "copyright": "Все права принадлежат издательству Заречье. Мнение читателей может не "
                      "совпадать с мнением редакции."},
    ],
}


def language(text):
    """The language whose script holds most letters of the text; English without any."""
    counts = {name: len(pattern.findall(text)) for name, pattern in SCRIPTS}
    best = max(counts, key=counts.get)
    return best if counts[best] * 3 > len(text) else "en"


def number(key):
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def teaser_block(site, teasers, first):
    lines = ["", site["related"], ""]
    for step in range(3):
        headline, text = teasers[(first + step) % len(teasers)]
        lines += [headline, headline, f"{text}… {site['more']}", ""]
    return "\n".join(lines)


def dress(layout, text, key, site_key=None):
    """The text as a site shows it; pages of one `site_key` (default: `key`) are of one site."""
    name = language(text)
    site = SITES[name][number(site_key or key) % len(SITES[name])]
    teasers, first = TEASERS[name], number("teaser" + key)
    if layout == "related":
        return text + "\n" + teaser_block(site, teasers, first)
    if layout == "share":
        bar = "\n".join(site["share"])
        return f"{bar}\n\n{text}\n\n{bar}\n" + "\n".join(site["comment"]) + "\n"
    if layout == "cookies":
        return f"{text}\n\n{site['cookies']}\n"
    if layout == "subscribe":
        return f"{text}\n\n{site['subscribe']}\n{site['copyright']}\n"
    if layout == "credit":
        return f"{site['byline']}\n\n{text}\n\n{site['credit']}\n{site['initials']}\n"
    if layout == "also":
        headline, other = teasers[first % len(teasers)][0], teasers[(first + 1) % len(teasers)][0]
        head, line, tail = text.partition("\n")
        also = f"\n\n{site['also']} {headline}\n\n"
        return (head + also + tail if line else text + also) + f"\n\n{site['also']} {other}\n"
    if layout == "menu":
        menu = "\n".join(site["menu"])
        return f"{menu}\n\n{site['date']}\n\n{text}\n\n{menu}\n"
    if layout == "foot":
        return f"{text}\n\n" + "\n".join(site["foot"]) + "\n"
    if layout == "comments":
        return f"{text}\n\n{site['comment'][0]}\n\n" + "\n\n".join(site["said"]) + "\n"
    raise ValueError(f"no layout '{layout}'")
