/* The built-in cue phrases (page/cues.h): KIND, PHRASE. Lower case; one line a language. */
#ifndef PAGE_CUES_TABLE_H
#define PAGE_CUES_TABLE_H

#define SST_CUE_TABLE(X)                                                                       \
    X(CREDIT, "source") X(CREDIT, "sources") X(CREDIT, "via") X(CREDIT, "originally published") \
    X(CREDIT, "সূত্র") X(CREDIT, "সুত্র") X(CREDIT, "তথ্যসূত্র") X(CREDIT, "তথ্য সূত্র")       \
    X(CREDIT, "স্রোত") X(CREDIT, "स्रोत") X(CREDIT, "المصدر") X(CREDIT, "ماخذ")                \
    X(CREDIT, "quelle") X(CREDIT, "источник") X(CREDIT, "джерело") X(CREDIT, "zdroj")          \
    X(CREDIT, "fuente") X(CREDIT, "fonte") X(CREDIT, "kaynak") X(CREDIT, "sumber")             \
    X(CREDIT, "来源") X(CREDIT, "來源") X(CREDIT, "出典") X(CREDIT, "출처") X(CREDIT, "ที่มา") \
    X(AGENCY, "reuters") X(AGENCY, "ap") X(AGENCY, "associated press") X(AGENCY, "afp")        \
    X(AGENCY, "upi") X(AGENCY, "dpa") X(AGENCY, "ani") X(AGENCY, "pti") X(AGENCY, "ians")      \
    X(AGENCY, "xinhua") X(AGENCY, "tass") X(AGENCY, "interfax") X(AGENCY, "bss")               \
    X(AGENCY, "unb") X(AGENCY, "efe") X(AGENCY, "ansa") X(AGENCY, "apa") X(AGENCY, "kyodo")    \
    X(AGENCY, "yonhap") X(AGENCY, "anadolu") X(AGENCY, "bloomberg") X(AGENCY, "spa")           \
    X(AGENCY, "বাসস") X(AGENCY, "ইউএনবি") X(AGENCY, "রয়টার্স") X(AGENCY, "রয়টার্স")          \
    X(AGENCY, "এএফপি") X(AGENCY, "এপি") X(AGENCY, "সিনহুয়া") X(AGENCY, "সিনহুয়া")            \
    X(AGENCY, "বিডিনিউজ") X(AGENCY, "এএনআই") X(AGENCY, "পিটিআই")                              \
    X(AGENCY, "भाषा") X(AGENCY, "वार्ता") X(AGENCY, "एएनआई") X(AGENCY, "पीटीआई")               \
    X(AGENCY, "واس") X(AGENCY, "رويترز") X(AGENCY, "أ ف ب") X(AGENCY, "د ب أ")                 \
    X(AGENCY, "قنا") X(AGENCY, "وام") X(AGENCY, "الأناضول")                                    \
    X(AGENCY, "риа новости") X(AGENCY, "тасс") X(AGENCY, "интерфакс") X(AGENCY, "рейтер")      \
    X(AGENCY, "新华社") X(AGENCY, "新華社") X(AGENCY, "中新社") X(AGENCY, "路透") X(AGENCY, "共同") \
    X(BYLINE, "by") X(BYLINE, "reporting by") X(BYLINE, "von") X(BYLINE, "por")                \
    X(RELATED, "related news") X(RELATED, "related stories") X(RELATED, "related articles")     \
    X(RELATED, "related") X(RELATED, "you might also") X(RELATED, "you may also")              \
    X(RELATED, "you may like") X(RELATED, "more from") X(RELATED, "more in")                   \
    X(RELATED, "more on") X(RELATED, "more stories") X(RELATED, "most popular")                \
    X(RELATED, "most read") X(RELATED, "also read") X(RELATED, "read also")                    \
    X(RELATED, "see also") X(RELATED, "also see") X(RELATED, "recommended")                    \
    X(RELATED, "trending") X(RELATED, "promoted") X(RELATED, "sponsored")                      \
    X(RELATED, "top stories") X(RELATED, "recent posts") X(RELATED, "latest news")             \
    X(RELATED, "around the web") X(RELATED, "from the web") X(RELATED, "don't miss")           \
    X(RELATED, "সম্পর্কিত সংবাদ") X(RELATED, "সম্পর্কিত খবর") X(RELATED, "আরও খবর")            \
    X(RELATED, "আরও পড়ুন") X(RELATED, "আরও পড়ুন") X(RELATED, "আরো পড়ুন")                    \
    X(RELATED, "আরো পড়ুন") X(RELATED, "এ সম্পর্কিত") X(RELATED, "সর্বশেষ সংবাদ")              \
    X(RELATED, "यह भी पढ़ें") X(RELATED, "यह भी पढ़ें") X(RELATED, "ये भी पढ़ें")              \
    X(RELATED, "संबंधित खबरें") X(RELATED, "اقرأ أيضا") X(RELATED, "اقرأ أيضاً")               \
    X(RELATED, "اقرأ أيضًا") X(RELATED, "أخبار ذات صلة") X(RELATED, "مواضيع ذات صلة")          \
    X(RELATED, "lesen sie auch") X(RELATED, "mehr zum thema") X(RELATED, "auch interessant")   \
    X(RELATED, "lire aussi") X(RELATED, "à lire aussi") X(RELATED, "sur le même sujet")        \
    X(RELATED, "lea también") X(RELATED, "te puede interesar") X(RELATED, "leia também")       \
    X(RELATED, "související") X(RELATED, "читайте также") X(RELATED, "по теме")                \
    X(RELATED, "相关新闻") X(RELATED, "相關新聞") X(RELATED, "延伸阅读") X(RELATED, "延伸閱讀") \
    X(RELATED, "関連記事") X(RELATED, "관련기사") X(RELATED, "ข่าวที่เกี่ยวข้อง")              \
    X(RELATED, "อ่านข่าวที่เกี่ยวข้อง")                                                        \
    X(RELATED, "موضوعات متعلقة") X(RELATED, "اخبار مرتبط") X(RELATED, "más información")         \
    X(RELATED, "saiba mais") X(RELATED, "leggi anche") X(RELATED, "baca juga")                  \
    X(RELATED, "simak juga") X(RELATED, "berita terkait") X(RELATED, "ilgili haberler")         \
    X(RELATED, "czytaj też") X(RELATED, "czytaj także") X(RELATED, "zobacz też")                \
    X(RELATED, "lees ook") X(RELATED, "läs också") X(RELATED, "læs også") X(RELATED, "les også") \
    X(RELATED, "lue myös") X(RELATED, "čtěte také") X(RELATED, "citește și")                     \
    X(RELATED, "читайте також") X(RELATED, "διαβάστε επίσης") X(RELATED, "tin liên quan")        \
    X(RELATED, "xem thêm") X(RELATED, "相关阅读") X(RELATED, "相關報導") X(RELATED, "관련 기사")  \
    X(RELATED, "あわせて読みたい")                                                              \
    X(MORE, "read more") X(MORE, "continue reading") X(MORE, "learn more")                     \
    X(MORE, "see more") X(MORE, "view more") X(MORE, "full story") X(MORE, "more »")           \
    X(MORE, "বিস্তারিত") X(MORE, "বিস্তারিত পড়ুন") X(MORE, "বিস্তারিত পড়ুন")                 \
    X(MORE, "और पढ़ें") X(MORE, "और पढ़ें") X(MORE, "اقرأ المزيد") X(MORE, "المزيد")           \
    X(MORE, "weiterlesen") X(MORE, "mehr lesen") X(MORE, "lire la suite")                      \
    X(MORE, "leer más") X(MORE, "leia mais") X(MORE, "подробнее") X(MORE, "читать далее")      \
    X(MORE, "阅读全文") X(MORE, "閱讀全文") X(MORE, "続きを読む") X(MORE, "อ่านต่อ")           \
    X(COMMENT, "comment") X(COMMENT, "comments") X(COMMENT, "leave a reply")                   \
    X(COMMENT, "reply") X(COMMENT, "join the discussion") X(COMMENT, "disqus")                 \
    X(COMMENT, "মন্তব্য") X(COMMENT, "टिप्पणी") X(COMMENT, "تعليقات") X(COMMENT, "التعليقات")   \
    X(COMMENT, "kommentare") X(COMMENT, "kommentar") X(COMMENT, "commentaires")                \
    X(COMMENT, "comentarios") X(COMMENT, "комментарии") X(COMMENT, "评论") X(COMMENT, "評論")  \
    X(COMMENT, "コメント") X(COMMENT, "ความคิดเห็น")                                           \
    X(SHARE, "share") X(SHARE, "tweet") X(SHARE, "facebook") X(SHARE, "twitter")               \
    X(SHARE, "email") X(SHARE, "e-mail") X(SHARE, "print") X(SHARE, "pinterest")               \
    X(SHARE, "follow") X(SHARE, "google+") X(SHARE, "linkedin") X(SHARE, "reddit")             \
    X(SHARE, "whatsapp") X(SHARE, "instagram") X(SHARE, "telegram")                            \
    X(SHARE, "শেয়ার") X(SHARE, "শেয়ার") X(SHARE, "প্রিন্ট") X(SHARE, "ফেসবুক")               \
    X(SHARE, "शेयर") X(SHARE, "شارك") X(SHARE, "مشاركة") X(SHARE, "teilen")                    \
    X(SHARE, "partager") X(SHARE, "compartir") X(SHARE, "поделиться") X(SHARE, "分享")         \
    X(SHARE, "টুইটার") X(SHARE, "হোয়াটসঅ্যাপ") X(SHARE, "হোয়াটসঅ্যাপ") X(SHARE, "ইমেইল")      \
    X(SHARE, "फेसबुक") X(SHARE, "ट्विटर") X(SHARE, "व्हाट्सएप") X(SHARE, "فيسبوك")             \
    X(SHARE, "تويتر") X(SHARE, "واتساب") X(SHARE, "تيليجرام") X(SHARE, "تلغرام")               \
    X(SHARE, "طباعة") X(SHARE, "вконтакте") X(SHARE, "одноклассники") X(SHARE, "печать")       \
    X(SHARE, "распечатать") X(SHARE, "imprimir") X(SHARE, "drucken") X(SHARE, "imprimer")      \
    X(SHARE, "แชร์")                                                                           \
    X(LEGAL, "copyright") X(LEGAL, "all rights reserved") X(LEGAL, "terms of")                 \
    X(LEGAL, "privacy policy") X(LEGAL, "cookie policy") X(LEGAL, "©")                         \
    X(LEGAL, "we use cookies") X(LEGAL, "this site uses cookies")                              \
    X(LEGAL, "this website uses cookies") X(LEGAL, "نستخدم ملفات تعريف الارتباط")              \
    X(LEGAL, "мы используем файлы cookie") X(LEGAL, "мы используем cookie")                    \
    X(LEGAL, "wir verwenden cookies") X(LEGAL, "nous utilisons des cookies")                   \
    X(LEGAL, "আমরা কুকি ব্যবহার করি") X(LEGAL, "हम कुकीज़ का उपयोग")                            \
    X(LEGAL, "cookies policy") X(LEGAL, "cookie settings") X(LEGAL, "cookie preferences")      \
    X(LEGAL, "গোপনীয়তা নীতি") X(LEGAL, "গোপনীয়তা নীতি") X(LEGAL, "গোপনীয়তা নীতিতে")          \
    X(LEGAL, "গোপনীয়তা নীতিতে") X(LEGAL, "প্রাইভেসি পলিসি") X(LEGAL, "गोपनीयता नीति")         \
    X(LEGAL, "ملفات تعريف الارتباط") X(LEGAL, "سياسة الخصوصية") X(LEGAL, "حقوق النشر محفوظة")  \
    X(LEGAL, "файлы cookie") X(LEGAL, "файлов cookie") X(LEGAL, "политика конфиденциальности") \
    X(LEGAL, "политике конфиденциальности") X(LEGAL, "политикой конфиденциальности")           \
    X(LEGAL, "політика конфіденційності") X(LEGAL, "datenschutzerklärung")                     \
    X(LEGAL, "alle rechte vorbehalten") X(LEGAL, "politique de confidentialité")               \
    X(LEGAL, "tous droits réservés") X(LEGAL, "política de privacidad")                        \
    X(LEGAL, "política de cookies") X(LEGAL, "todos los derechos reservados")                  \
    X(LEGAL, "política de privacidade") X(LEGAL, "todos os direitos reservados")               \
    X(LEGAL, "informativa sulla privacy") X(LEGAL, "tutti i diritti riservati")                \
    X(LEGAL, "gizlilik politikası") X(LEGAL, "kebijakan privasi") X(LEGAL, "chính sách bảo mật") \
    X(LEGAL, "隐私政策") X(LEGAL, "隱私權政策") X(LEGAL, "プライバシーポリシー")                \
    X(LEGAL, "개인정보처리방침") X(LEGAL, "무단전재") X(LEGAL, "นโยบายความเป็นส่วนตัว")           \
    X(LEGAL, "user agreement") X(LEGAL, "may not be reproduced")                               \
    X(LEGAL, "contact us") X(LEGAL, "about us") X(AD, "advertisement")                      \
    X(AD, "advertise") X(AD, "advertising") X(LEGAL, "সর্বস্বত্ব") X(AD, "বিজ্ঞাপন")   \
    X(LEGAL, "যোগাযোগ") X(LEGAL, "सर्वाधिकार") X(AD, "विज्ञापन") X(LEGAL, "جميع الحقوق")    \
    X(AD, "إعلان") X(LEGAL, "impressum") X(AD, "anzeige") X(LEGAL, "datenschutz")        \
    X(AD, "publicité") X(AD, "publicidad") X(AD, "reklama") X(AD, "реклама")       \
    X(LEGAL, "все права") X(LEGAL, "版权所有") X(LEGAL, "版權所有") X(AD, "广告")           \
    X(LEGAL, "สงวนลิขสิทธิ์")                                                                  \
    X(SUBSCRIBE, "subscribe") X(SUBSCRIBE, "sign up") X(SUBSCRIBE, "newsletter")               \
    X(SUBSCRIBE, "log in") X(SUBSCRIBE, "login") X(SUBSCRIBE, "sign in")                       \
    X(SUBSCRIBE, "register") X(SUBSCRIBE, "javascript") X(SUBSCRIBE, "abonnieren")             \
    X(SUBSCRIBE, "anmelden") X(SUBSCRIBE, "s'abonner") X(SUBSCRIBE, "подписаться")             \
    X(SUBSCRIBE, "our newsletter") X(SUBSCRIBE, "নিউজলেটার") X(SUBSCRIBE, "নিউজলেটারে")         \
    X(SUBSCRIBE, "সাবস্ক্রাইব") X(SUBSCRIBE, "সাবস্ক্রাইব করুন") X(SUBSCRIBE, "اشترك")           \
    X(SUBSCRIBE, "نشرتنا البريدية") X(SUBSCRIBE, "النشرة البريدية")                            \
    X(SUBSCRIBE, "सब्सक्राइब") X(SUBSCRIBE, "न्यूज़लेटर") X(SUBSCRIBE, "подпишитесь")            \
    X(SUBSCRIBE, "рассылку") X(SUBSCRIBE, "нашу рассылку")                                     \
    X(SUBSCRIBE, "订阅") X(SUBSCRIBE, "訂閱") X(SUBSCRIBE, "สมัครสมาชิก")

#endif
