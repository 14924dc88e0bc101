#include "judge/news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const news_language news_languages[NEWS_LANGUAGES] = {
    {.name = "english",
     .title = "%N opens new ferry pier in %P after long delay",
     .paragraphs =
         {"Transport minister %N on Monday opened the rebuilt ferry pier at %P, ending a wait that "
          "began when a spring storm tore the old landing stage from its piles.",
          "The pier cost %1 million crowns and took %2 months to build. %N told the crowd that %3 "
          "workers had laboured through two winters without a single serious accident.",
          "Fishermen in %P said the first boat carried %4 passengers and a cow. A return ticket "
          "costs %5 crowns, and children under school age travel free until the autumn holidays.",
          "%N promised that a second berth for night boats would follow, and that the harbour "
          "office of %P would hire %6 pilots before the ice returns to the sound."},
     .other_title = "Museum of clocks finds stolen astrolabe in its own attic",
     .other_paragraphs =
         {"A brass astrolabe reported stolen from the museum of clocks nine years ago has turned "
          "up in the attic of the same building, wrapped in a curtain behind a broken harmonium.",
          "Curator Ilse Varn said a plumber noticed the parcel while looking for a leaking valve. "
          "Insurers had long since paid, and their lawyers are now asking for the instrument.",
          "The police closed their file with some embarrassment, since two officers had searched "
          "the attic at the time and written in the report that it held nothing but pigeons.",
          "Visitors may see the astrolabe from next week in the entrance hall, beside a letter of "
          "apology to the former night watchman, who lost his post over the affair."},
     .persons = {"Marta Kellborn", "Jonas Ribberd", "Agnes Tolvik"},
     .places = {"Sandvollen", "Kirkestad", "Hammerby"},
     .headline = "Boats return to the sound as landing stage is ready at last",
     .byline = "By our correspondent Lena Osk",
     .dateline = "SANDVOLLEN, May 4 (Northwire) -",
     .furniture = "Read more stories on our front page. Subscribe to the morning letter and get "
                  "the weather, the tides and the crossword before breakfast every day.",
     .sentence = "The opposition called the ceremony a costly show and asked why the road to the "
                 "pier is still made of gravel.",
     .digits = {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"},
     .space = " "},
    {.name = "bengali",
     .title = "দীর্ঘ অপেক্ষার পর %P ঘাটে নতুন জেটি উদ্বোধন করলেন %N",
     .paragraphs =
         {"সোমবার সকালে %P ঘাটে নতুন লঞ্চ জেটি উদ্বোধন করেছেন নৌমন্ত্রী %N। গত বৈশাখের ঝড়ে পুরোনো "
          "জেটি ভেসে যাওয়ার পর থেকে যাত্রীরা কাদা মাড়িয়ে নৌকায় উঠতেন।",
          "জেটি নির্মাণে ব্যয় হয়েছে %1 কোটি টাকা, সময় লেগেছে %2 মাস। %N বলেন, %3 জন শ্রমিক দুই "
          "বর্ষা ধরে কাজ করেছেন, কোনো বড় দুর্ঘটনা ঘটেনি।",
          "%P বাজারের জেলেরা জানান, প্রথম লঞ্চে উঠেছিলেন %4 জন যাত্রী আর একটি গরু। আসা যাওয়ার ভাড়া "
          "ধরা হয়েছে %5 টাকা, ছোট শিশুদের কোনো ভাড়া লাগবে না।",
          "রাতের লঞ্চের জন্য আরেকটি ঘাট তৈরির আশ্বাস দিয়ে %N জানান, শীতের আগেই %P বন্দর দপ্তরে %6 জন "
          "চালক নিয়োগ দেওয়া হবে বলে সিদ্ধান্ত হয়েছে।"},
     .other_title = "নয় বছর আগে চুরি যাওয়া তারামাপক মিলল জাদুঘরের চিলেকোঠায়",
     .other_paragraphs =
         {"নয় বছর আগে ঘড়ি জাদুঘর থেকে চুরি যাওয়া পিতলের তারামাপক যন্ত্রটি ওই ভবনেরই চিলেকোঠায় ভাঙা "
          "হারমোনিয়ামের পেছনে পর্দায় মোড়ানো অবস্থায় পাওয়া গেছে।",
          "তত্ত্বাবধায়ক শিরিন আকন্দ বলেন, পানির পাইপ সারাতে এসে এক মিস্ত্রি পোঁটলাটি দেখতে পান। বিমা "
          "কোম্পানি অনেক আগেই টাকা দিয়েছে, এখন তারা যন্ত্রটি চাইছে।",
          "পুলিশ কিছুটা বিব্রত হয়ে মামলার নথি বন্ধ করেছে, কারণ তখন দুই কর্মকর্তা চিলেকোঠা তল্লাশি করে "
          "লিখেছিলেন সেখানে কবুতর ছাড়া আর কিছুই নেই।",
          "আগামী সপ্তাহ থেকে দর্শনার্থীরা প্রবেশকক্ষে যন্ত্রটি দেখতে পাবেন, পাশে থাকবে চাকরি হারানো "
          "সাবেক নৈশপ্রহরীর কাছে লেখা একটি ক্ষমাপ্রার্থনার চিঠি।"},
     .persons = {"রওশন তালুকদার", "হাসিব মজুমদার", "নাদিরা প্রামাণিক"},
     .places = {"মেঘডাঙা", "শালবুনিয়া", "কাশতলী"},
     .headline = "ঝড়ের এক বছর পর আবার লঞ্চ চলাচল শুরু",
     .byline = "নিজস্ব প্রতিবেদক লিপি সরদার",
     .dateline = "মেঘডাঙা, ৪ মে (উত্তরবার্তা) :",
     .furniture = "আরও পড়ুন আমাদের প্রথম পাতায়। প্রতিদিন সকালের চিঠি পেতে নিবন্ধন করুন, সঙ্গে থাকছে "
                  "আবহাওয়া, জোয়ার ভাটা আর শব্দজব্দ।",
     .sentence = "বিরোধীরা এই অনুষ্ঠানকে ব্যয়বহুল প্রদর্শনী বলেছেন এবং ঘাটে যাওয়ার রাস্তা কেন এখনো "
                 "কাঁচা, সেই প্রশ্ন তুলেছেন।",
     .digits = {"০", "১", "২", "৩", "৪", "৫", "৬", "৭", "৮", "৯"},
     .space = " "},
    {.name = "arabic",
     .title = "%N يفتتح رصيف العبارات الجديد في %P بعد انتظار طويل",
     .paragraphs =
         {"افتتح وزير النقل %N يوم الاثنين رصيف العبارات الجديد في ميناء %P منهيا انتظارا بدأ عندما "
          "اقتلعت عاصفة الربيع الرصيف القديم من أعمدته الخشبية.",
          "بلغت كلفة الرصيف %1 مليون درهم واستغرق بناؤه %2 شهرا. وقال %N أمام الحضور إن %3 عاملا "
          "عملوا طوال شتاءين دون أي حادث خطير يذكر.",
          "وقال الصيادون في %P إن العبارة الأولى حملت %4 راكبا وبقرة واحدة. وتبلغ تذكرة الذهاب "
          "والعودة %5 دراهم بينما يسافر الأطفال الصغار مجانا حتى عطلة الخريف.",
          "ووعد %N ببناء مرسى ثان للقوارب الليلية وبأن يعين مكتب الميناء في %P نحو %6 مرشدين بحريين "
          "قبل أن يعود موسم الأمواج العالية إلى الخليج."},
     .other_title = "متحف الساعات يعثر على أسطرلاب مسروق في علية مبناه",
     .other_paragraphs =
         {"عثر على أسطرلاب نحاسي أبلغ عن سرقته من متحف الساعات قبل تسعة أعوام في علية المبنى نفسه "
          "ملفوفا في ستارة خلف آلة موسيقية مكسورة.",
          "وقالت أمينة المتحف سلمى الورداني إن سباكا لاحظ الطرد وهو يبحث عن صمام يسرب الماء. وكانت "
          "شركة التأمين قد دفعت منذ زمن وهي تطالب الآن بالتحفة.",
          "وأغلقت الشرطة الملف بشيء من الحرج لأن ضابطين فتشا العلية آنذاك وكتبا في التقرير أنها لا "
          "تحوي شيئا سوى الحمام والغبار القديم.",
          "ويمكن للزوار مشاهدة الأسطرلاب اعتبارا من الأسبوع المقبل في قاعة المدخل بجانب رسالة اعتذار "
          "إلى الحارس الليلي السابق الذي فقد وظيفته بسبب القضية."},
     .persons = {"نادر الصفواني", "هيثم الجبرتي", "ليلى المرزوقي"},
     .places = {"رأسالنخل", "عينالجرف", "تلالورد"},
     .headline = "القوارب تعود إلى الخليج وانتهاء أعمال المرسى أخيرا",
     .byline = "كتبت مراسلتنا هند الشهابي",
     .dateline = "رأسالنخل 4 مايو (وكالة الشمال) -",
     .furniture = "اقرأ المزيد من القصص على صفحتنا الأولى واشترك في رسالة الصباح لتصلك أحوال الطقس "
                  "والمد والجزر والكلمات المتقاطعة كل يوم قبل الفطور.",
     .sentence = "ووصفت المعارضة الحفل بأنه استعراض باهظ وسألت لماذا لا يزال الطريق إلى الرصيف من "
                 "الحصى والرمل.",
     .digits = {"٠", "١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩"},
     .space = " "},
    {.name = "hindi",
     .title = "लंबे इंतजार के बाद %N ने %P में नए नौका घाट का उद्घाटन किया",
     .paragraphs =
         {"परिवहन मंत्री %N ने सोमवार को %P में नए नौका घाट का उद्घाटन किया, जिससे वह इंतजार खत्म हुआ "
          "जो वसंत के तूफान में पुराना घाट बह जाने के बाद शुरू हुआ था।",
          "घाट पर %1 करोड़ रुपये खर्च हुए और इसे बनाने में %2 महीने लगे। %N ने भीड़ से कहा कि %3 मजदूरों ने "
          "दो सर्दियों तक बिना किसी बड़ी दुर्घटना के काम किया।",
          "%P के मछुआरों ने बताया कि पहली नाव में %4 यात्री और एक गाय सवार थे। आने जाने का किराया %5 रुपये "
          "है और छोटे बच्चे दशहरे की छुट्टियों तक मुफ्त यात्रा करेंगे।",
          "%N ने वादा किया कि रात की नावों के लिए दूसरा घाट भी बनेगा और %P का बंदरगाह कार्यालय बाढ़ का मौसम "
          "लौटने से पहले %6 नाविकों की भर्ती करेगा।"},
     .other_title = "घड़ी संग्रहालय को चोरी हुआ यंत्र अपनी ही अटारी में मिला",
     .other_paragraphs =
         {"नौ साल पहले घड़ी संग्रहालय से चोरी बताया गया पीतल का यंत्र उसी इमारत की अटारी में एक टूटे "
          "हारमोनियम के पीछे परदे में लिपटा हुआ मिला है।",
          "संग्रहालय की प्रमुख शीला नागर ने कहा कि रिसता वाल्व ढूंढते हुए एक नलसाज की नजर पोटली पर पड़ी। बीमा "
          "कंपनी बहुत पहले भुगतान कर चुकी थी और अब यंत्र मांग रही है।",
          "पुलिस ने कुछ झेंपते हुए फाइल बंद कर दी क्योंकि उस समय दो अधिकारियों ने अटारी की तलाशी लेकर लिखा था "
          "कि वहां कबूतरों के सिवा कुछ नहीं है।",
          "दर्शक अगले हफ्ते से इस यंत्र को प्रवेश कक्ष में देख सकेंगे, जहां साथ में पुराने रात के चौकीदार के नाम "
          "माफी की चिट्ठी भी रखी जाएगी जिसकी नौकरी चली गई थी।"},
     .persons = {"सुरेखा बघेलिया", "दिनेश काटकर", "मोहिनी राजवाड़े"},
     .places = {"बेलाघाट", "सोनखेड़ी", "नीमताल"},
     .headline = "तूफान के एक साल बाद नदी पर नावें फिर चलीं",
     .byline = "हमारे संवाददाता अजय टोपनो",
     .dateline = "बेलाघाट, 4 मई (उत्तर वार्ता) :",
     .furniture = "हमारे पहले पन्ने पर और खबरें पढ़ें। सुबह की चिट्ठी के लिए नाम लिखवाएं और हर दिन नाश्ते से "
                  "पहले मौसम, ज्वार और वर्ग पहेली पाएं।",
     .sentence = "विपक्ष ने समारोह को महंगा तमाशा कहा और पूछा कि घाट तक जाने वाली सड़क अब तक कच्ची "
                 "क्यों है।",
     .digits = {"०", "१", "२", "३", "४", "५", "६", "७", "८", "९"},
     .space = " "},
    {.name = "thai",
     .title = "%Nเปิดท่าเรือข้ามฟากแห่งใหม่ที่%Pหลังรอนาน",
     .paragraphs =
         {"รัฐมนตรีคมนาคม %N เปิดท่าเรือข้ามฟากแห่งใหม่ที่ %P เมื่อวันจันทร์ สิ้นสุดการรอคอยที่เริ่มขึ้นเมื่อพายุฤดูร้อนพัดท่าเรือเก่าหลุดจากเสา",
          "ท่าเรือใช้งบประมาณ %1 ล้านบาทและใช้เวลาก่อสร้าง %2 เดือน %N กล่าวกับฝูงชนว่าคนงาน %3 คนทำงานผ่านฤดูฝนสองฤดูโดยไม่มีอุบัติเหตุร้ายแรง",
          "ชาวประมงใน %P เล่าว่าเรือลำแรกบรรทุกผู้โดยสาร %4 คนกับวัวหนึ่งตัว ตั๋วไปกลับราคา %5 บาท ส่วนเด็กเล็กโดยสารฟรีจนถึงวันหยุดปลายปี",
          "%N ให้คำมั่นว่าจะสร้างท่าที่สองสำหรับเรือกลางคืน และสำนักงานท่าเรือของ %P จะจ้างคนนำร่อง %6 คนก่อนที่ฤดูมรสุมจะกลับมาอีกครั้ง"},
     .other_title = "พิพิธภัณฑ์นาฬิกาพบเครื่องวัดดาวที่หายไปในห้องใต้หลังคา",
     .other_paragraphs =
         {"เครื่องวัดดาวทองเหลืองที่แจ้งหายจากพิพิธภัณฑ์นาฬิกาเมื่อเก้าปีก่อนถูกพบในห้องใต้หลังคาของอาคารเดียวกัน ห่อด้วยผ้าม่านหลังหีบเพลงที่พังแล้ว",
          "ภัณฑารักษ์สุดาวดีเล่าว่าช่างประปาสังเกตเห็นห่อของขณะหาวาล์วรั่ว บริษัทประกันจ่ายเงินไปนานแล้ว และทนายของบริษัทกำลังเรียกร้องเอาเครื่องนั้นคืน",
          "ตำรวจปิดแฟ้มคดีด้วยความกระดากใจ เพราะเจ้าหน้าที่สองนายเคยค้นห้องนั้นและเขียนในรายงานว่าไม่มีอะไรนอกจากนกพิราบ",
          "ผู้เข้าชมจะได้เห็นเครื่องวัดดาวในโถงทางเข้าตั้งแต่สัปดาห์หน้า ข้างจดหมายขอโทษถึงยามกลางคืนคนเก่าที่ต้องออกจากงานเพราะเรื่องนี้"},
     .persons = {"ประไพ ศรีวารี", "ธนู เกื้อกูลชล", "มาลัย พงศ์พนา"},
     .places = {"บ้านแหลมทอง", "ท่าสะเดา", "หนองกระจับ"},
     .headline = "เรือกลับมาวิ่งในอ่าวอีกครั้งเมื่องานสร้างเสร็จสิ้นลง",
     .byline = "โดยผู้สื่อข่าวของเรา วิไล",
     .dateline = "บ้านแหลมทอง 4 พฤษภาคม (ข่าวเหนือ) -",
     .furniture = "อ่านข่าวเพิ่มเติมได้ที่หน้าแรกของเรา สมัครรับจดหมายเช้าเพื่อรับพยากรณ์อากาศ น้ำขึ้นน้ำลง และปริศนาอักษรไขว้ก่อนอาหารเช้าทุกวัน",
     .sentence = "ฝ่ายค้านเรียกพิธีนี้ว่าการแสดงราคาแพงและถามว่าทำไมถนนไปท่าเรือยังเป็นดินลูกรัง",
     .digits = {"๐", "๑", "๒", "๓", "๔", "๕", "๖", "๗", "๘", "๙"},
     .space = " "},
    {.name = "chinese",
     .title = "%N为%P新渡轮码头揭幕",
     .paragraphs =
         {"交通部长%N星期一在%P为重建的渡轮码头揭幕，结束了自春季风暴把旧栈桥从木桩上掀走以来的漫长等待，数百名居民冒雨来到岸边观看。",
          "码头造价%1万元，工期%2个月。%N对人群说，%3名工人熬过两个冬天，没有发生一起严重事故，大家应当向他们鼓掌致敬。",
          "%P的渔民说，第一班船载了%4名乘客和一头牛。往返船票%5元，学龄前儿童在秋季假期以前可以免费乘船，老人只付一半的钱。",
          "%N承诺随后修建供夜船停靠的第二个泊位，%P港务处也将在海峡重新结冰以前招聘%6名引水员，并且修缮灯塔下面的旧仓库。"},
     .other_title = "钟表博物馆在自家阁楼找到失窃星盘",
     .other_paragraphs =
         {"九年前报失的一只黄铜星盘在钟表博物馆自己的阁楼里被发现，当时它裹着窗帘，藏在一架坏掉的风琴后面，上面落满灰尘。",
          "馆长温若兰说，一位水管工在寻找漏水阀门时注意到这个包裹。保险公司早已赔付，他们的律师如今要求取得这件仪器。",
          "警方有些尴尬地结了案，因为当年两名警员曾搜查阁楼，并在报告中写道那里除了鸽子以外什么也没有，案子就此搁置。",
          "参观者下周起可以在入口大厅看到星盘，旁边放着写给前任夜班看守的道歉信，他当年因为此事丢掉了自己的工作。"},
     .persons = {"阿卜杜勒哈米德", "克里斯托弗森", "伊丽莎白多娃"},
     .places = {"圣马尔塔港", "新里斯本岛", "卡拉博博湾"},
     .headline = "风暴一年之后船只重返海峡",
     .byline = "本报记者何小满",
     .dateline = "北方社圣马尔塔港5月4日电",
     .furniture = "更多新闻请看本报首页。欢迎订阅早间来信，每天早餐以前收到天气、潮汐和填字游戏，还有编辑部推荐的周末读物。",
     .sentence = "反对党称这场典礼是昂贵的表演，并质问通往码头的道路为什么至今还是砂石路面。",
     .digits = {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"},
     .space = ""},
};

static const char *const figures[NEWS_VARIANTS][NEWS_FIGURES] = {
    {"84", "31", "260", "173", "45", "12"},
    {"97", "26", "315", "208", "52", "19"},
    {"61", "38", "142", "95", "37", "23"},
};

static size_t put(const char *bytes, size_t size, char *out, size_t length)
{
    if (length + size + 1 > NEWS_SIZE)
        abort(); /* a fixture that is too long is a mistake in the test */
    memcpy(out + length, bytes, size);
    out[length + size] = '\0';
    return length + size;
}

static const char *fill(const news_language *language, char place, const news_facts *facts)
{
    if (place == 'N')
        return language->persons[facts->names];
    if (place == 'P')
        return language->places[facts->names];
    return figures[facts->figures[place - '1']][place - '1'];
}

size_t news_render(const news_language *language, const char *text, const news_facts *facts,
                   char *out, size_t length)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != '%') {
            length = put(at, 1, out, length);
            continue;
        }
        const char *value = fill(language, *++at, facts);
        length = put(value, strlen(value), out, length);
    }
    return length;
}

size_t news_append(const char *text, char *out, size_t length)
{
    if (length > 0)
        length = put("\n\n", 2, out, length);
    return put(text, strlen(text), out, length);
}

size_t news_body(const news_language *language, int other, int begin, int end,
                 const news_facts *facts, char *out, size_t length)
{
    for (int i = begin; i < end; i++) {
        length = news_append("", out, length);
        length = news_render(language,
                             other ? language->other_paragraphs[i] : language->paragraphs[i],
                             facts, out, length);
    }
    return length;
}

void news_own_digits(const news_language *language, char *text)
{
    char copy[NEWS_SIZE];
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++) {
        const char *piece = at;
        size_t size = 1;
        if (*at >= '0' && *at <= '9') {
            piece = language->digits[*at - '0'];
            size = strlen(piece);
        }
        length = put(piece, size, copy, length);
    }
    memcpy(text, copy, length + 1);
}

void news_cut_tail(char *text, int percent)
{
    size_t length = strlen(text);
    size_t keep = length * (size_t)(100 - percent) / 100;
    while (keep > 0 && ((unsigned char)text[keep] & 0xc0) == 0x80)
        keep--;
    size_t space = keep;
    while (space > 0 && keep - space < 40 && text[space] != ' ')
        space--;
    text[text[space] == ' ' ? space : keep] = '\0';
}

void news_misspell(char *text, int every)
{
    char copy[NEWS_SIZE];
    size_t length = 0;
    int word = 0;
    const char *letter = text; /* where the last character began */
    for (const char *at = text; *at != '\0'; at++) {
        if (((unsigned char)*at & 0xc0) != 0x80 && *at != ' ')
            letter = at;
        if (*at == ' ' && ++word % every == 0 && (*letter < '0' || *letter > '9'))
            length = put(letter, (size_t)(at - letter), copy, length);
        length = put(at, 1, copy, length);
    }
    memcpy(text, copy, length + 1);
}
