/* Bulletins and forms: the same lines with other figures, the same sentences about somebody else.
 * Fictional tables and notices in five scripts, without counts of other stories. */
#include "judge/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "judge/bench.h"

enum { ROWS = 10, COLUMNS = 2, FIGURES = ROWS * COLUMNS, NOTICES = 3, SIZE = 4096 };

typedef struct bulletin {
    const char *name, *head, *rows[ROWS];
    const char *sentence;                /* a sentence without figures */
    const char *titles[NOTICES], *notices[NOTICES]; /* one form, filled in for three people */
} bulletin;

static const bulletin bulletins[] = {
    {"english", "GULLHAVEN FISH AUCTION", {"cod", "herring", "plaice", "halibut", "eel", "pollock",
     "mackerel", "lobster", "whiting", "turbot"},
     "Buyers stayed away because the ice road to the market had been closed by the wardens.",
     {"Harbour office sends Pell home", "Odwin loses post at lighthouse", "Third keeper must go"},
     {"The harbour board has sent pilot Arne Pell into early retirement by order of the ministry. "
      "Under section 45 of the service law his duties end at once, the notice said, and Pell must "
      "hand in the keys before noon.",
      "The harbour board has sent keeper Lisa Odwin into early retirement by order of the council. "
      "Under section 35 of the service law her duties end at once, the notice said, and Odwin must "
      "hand in the seals before noon.",
      "The harbour board has sent clerk Tove Marsk into early retirement by order of the mayor. "
      "Under section 62 of the service law her duties end at once, the notice said, and Marsk must "
      "hand in the maps before noon."}},
    {"bengali", "শঙ্খপুর মাছের আড়ত দর", {"রুই", "কাতলা", "ইলিশ", "পাঙাশ", "চিংড়ি", "বোয়াল", "শোল",
     "টেংরা", "কই", "মাগুর"},
     "বরফের পথ বন্ধ থাকায় পাইকাররা আজ বাজারে আসেননি বলে আড়তদারেরা জানিয়েছেন।",
     {"অবসরে পাঠানো হলো পেলকে", "বাতিঘরের রক্ষী চাকরি হারালেন", "এবার বিদায় কেরানির"},
     {"বন্দর পর্ষদ মন্ত্রণালয়ের নির্দেশে চালক আরিন পেলকে বাধ্যতামূলক অবসরে পাঠিয়েছে। চাকরি আইনের ৪৫ ধারা "
      "অনুযায়ী তাঁর দায়িত্ব এখনই শেষ হলো, আর পেলকে দুপুরের আগেই চাবি জমা দিতে হবে বলে আদেশে জানানো হয়।",
      "বন্দর পর্ষদ পরিষদের নির্দেশে রক্ষী লিজা অদ্বিনকে বাধ্যতামূলক অবসরে পাঠিয়েছে। চাকরি আইনের ৩৫ ধারা "
      "অনুযায়ী তাঁর দায়িত্ব এখনই শেষ হলো, আর অদ্বিনকে দুপুরের আগেই সিল জমা দিতে হবে বলে আদেশে জানানো হয়।",
      "বন্দর পর্ষদ মেয়রের নির্দেশে কেরানি তোভা মার্স্ককে বাধ্যতামূলক অবসরে পাঠিয়েছে। চাকরি আইনের ৬২ ধারা "
      "অনুযায়ী তাঁর দায়িত্ব এখনই শেষ হলো, আর মার্স্ককে দুপুরের আগেই মানচিত্র জমা দিতে হবে বলে আদেশে "
      "জানানো হয়।"}},
    {"arabic", "أسعار سوق السمك في مرفأ النورس", {"سلمون", "هامور", "سردين", "تونة", "روبيان",
     "حبار", "كنعد", "زبيدي", "شعري", "صافي"},
     "وغاب المشترون عن المزاد لأن الحراس أغلقوا الطريق المؤدية إلى السوق منذ الفجر.",
     {"إحالة المرشد إلى التقاعد", "حارسة الفنار تفقد منصبها", "الدور على كاتب الميناء"},
     {"أحال مجلس الميناء المرشد عرين بلال إلى التقاعد المبكر بأمر من الوزارة. وتنتهي مهامه فورا وفق "
      "المادة 45 من قانون الخدمة كما جاء في البلاغ وعلى بلال تسليم المفاتيح قبل الظهر.",
      "أحال مجلس الميناء الحارسة ليزا عدوان إلى التقاعد المبكر بأمر من البلدية. وتنتهي مهامها فورا وفق "
      "المادة 35 من قانون الخدمة كما جاء في البلاغ وعلى عدوان تسليم الأختام قبل الظهر.",
      "أحال مجلس الميناء الكاتب توفيق مرسي إلى التقاعد المبكر بأمر من العمدة. وتنتهي مهماته فورا وفق "
      "المادة 62 من قانون الخدمة كما جاء في البلاغ وعلى مرسي تسليم الخرائط قبل الظهر."}},
    {"hindi", "शंखपुर मछली मंडी भाव", {"रोहू", "कतला", "हिलसा", "पंगास", "झींगा", "बोआल", "सिंघी",
     "टेंगरा", "कवई", "मांगुर"},
     "बर्फ़ वाली सड़क बंद रहने से ख़रीदार आज बाज़ार नहीं पहुँचे, व्यापारियों ने बताया।",
     {"पेल को सेवा से हटाया गया", "दीपगृह की रक्षक का पद गया", "अब लिपिक की विदाई"},
     {"बंदरगाह मंडल ने मंत्रालय के आदेश पर चालक आरिन पेल को समय से पहले सेवानिवृत्त कर दिया है। सेवा "
      "क़ानून की धारा 45 के अनुसार उनका काम तुरंत समाप्त होता है और पेल को दोपहर से पहले चाबियाँ जमा करनी "
      "होंगी, सूचना में कहा गया।",
      "बंदरगाह मंडल ने परिषद के आदेश पर रक्षक लीज़ा ओडविन को समय से पहले सेवानिवृत्त कर दिया है। सेवा "
      "क़ानून की धारा 35 के अनुसार उनका काम तुरंत समाप्त होता है और ओडविन को दोपहर से पहले मुहरें जमा करनी "
      "होंगी, सूचना में कहा गया।",
      "बंदरगाह मंडल ने महापौर के आदेश पर लिपिक तोवा मार्स्क को समय से पहले सेवानिवृत्त कर दिया है। सेवा "
      "क़ानून की धारा 62 के अनुसार उनका काम तुरंत समाप्त होता है और मार्स्क को दोपहर से पहले नक़्शे जमा करने "
      "होंगे, सूचना में कहा गया।"}},
    {"chinese", "鸥港鱼市行情", {"鳕鱼", "鲱鱼", "比目鱼", "鳗鱼", "龙虾", "鲭鱼", "鲽鱼", "鲑鱼",
     "海胆", "墨鱼"},
     "由于通往市场的冰路被管理员封闭，买家今天没有到场，摊主们只好把货物运回冷库。",
     {"领航员被要求离职", "灯塔看守失去职位", "第三名文书告别码头"},
     {"港务局根据部里的命令，让领航员裴阿仁提前退休。通知说，按照服务法第45条，他的职责立即终止，裴阿仁必须在"
      "中午之前交回钥匙，并向接替者说明航道上的全部浮标位置以及夜间信号的含义。",
      "港务局根据议会的命令，让看守欧丽莎提前退休。通知说，按照服务法第35条，她的职责立即终止，欧丽莎必须在"
      "中午之前交回印章，并向接替者说明航道上的全部浮标位置以及夜间信号的含义。",
      "港务局根据市长的命令，让文书马托娃提前退休。通知说，按照服务法第62条，她的职责立即终止，马托娃必须在"
      "中午之前交回地图，并向接替者说明航道上的全部浮标位置以及夜间信号的含义。"}},
};
enum { LANGUAGES = sizeof bulletins / sizeof *bulletins };

static bench court;

/* The table with the first `changed` of every ten figures at other values. */
static void write_table(const bulletin *table, int changed, char *out)
{
    size_t length = (size_t)snprintf(out, SIZE, "%s\n", table->head);
    for (int i = 0; i < FIGURES; i++) {
        int figure = 1000 + 37 * i + (i % ROWS < changed ? 5 : 0);
        const char *row = i % COLUMNS == 0 ? table->rows[i / COLUMNS] : "";
        length += (size_t)snprintf(out + length, SIZE - length, " %s %d", row, figure);
    }
}

static void expect(const bulletin *table, const char *what, const bench_story *a,
                   const bench_story *b, bool same_story)
{
    sst_verdict v = bench_judge(&court, a, b);
    if (sst_relation_same_story(v.relation) == same_story)
        return;
    fail_msg("%s, %s: %s by rule %s (own %.3f, aligned %u, figures %u/%u, edits %u, insertions "
             "%u, stretches %u, titles %u/%u)",
             table->name, what, sst_relation_name(v.relation), sst_rule_name(v.rule), v.own,
             v.signs.aligned, v.signs.figures_changed, v.signs.figures_same, v.signs.edits,
             v.signs.insertions, v.signs.stretches, v.signs.title_shared, v.signs.title_union);
}

/* A table without a title whose figures changed here and there is the next one. */
static void test_tables(void **state)
{
    char now[SIZE], next[SIZE];
    (void)state;
    for (int i = 0; i < LANGUAGES; i++)
        for (int changed = 2; changed <= 8; changed += 2) {
            bench_story a = {NULL, now, 0, NULL}, b = {NULL, next, 0, NULL};
            write_table(&bulletins[i], 0, now);
            write_table(&bulletins[i], changed, next);
            expect(&bulletins[i], "figures of a table changed", &a, &b, false);
            a.title = b.title = bulletins[i].head;
            expect(&bulletins[i], "figures changed under one title", &a, &b, false);
            strcat(next, bulletins[i].sentence);
            expect(&bulletins[i], "figures changed, a remark below", &a, &b, false);
        }
}

/* One figure put right is a correction, on the same day; a week later it is the next table. */
static void test_corrections(void **state)
{
    char now[SIZE], next[SIZE];
    (void)state;
    for (int i = 0; i < LANGUAGES; i++) {
        bench_story a = {NULL, now, 100, NULL}, b = {NULL, next, 100, NULL};
        write_table(&bulletins[i], 0, now);
        write_table(&bulletins[i], 0, next);
        char *figure = strstr(next, "1296");
        assert_non_null(figure);
        figure[3] = '9';
        expect(&bulletins[i], "one figure corrected", &a, &b, true);
        b.day = 107;
        expect(&bulletins[i], "one figure changed a week later", &a, &b, false);
        strcat(now, bulletins[i].sentence);
        b.day = 100;
        expect(&bulletins[i], "one figure corrected, a remark left out", &a, &b, true);
    }
}

/* A table printed again, with more of it or less. */
static void test_reprints(void **state)
{
    char now[SIZE], again[SIZE];
    (void)state;
    for (int i = 0; i < LANGUAGES; i++) {
        bench_story a = {NULL, now, 100, NULL}, b = {NULL, again, 101, NULL};
        write_table(&bulletins[i], 0, now);
        write_table(&bulletins[i], 0, again);
        expect(&bulletins[i], "the same table", &a, &b, true);
        strcat(again, bulletins[i].sentence);
        expect(&bulletins[i], "a remark below", &a, &b, true);
        strcpy(again, now);
        *strstr(again, "1555") = '\0';
        expect(&bulletins[i], "the last rows cut", &a, &b, true);
    }
}

/* A notice filled in for somebody else: a name here and a section there. */
static void test_forms(void **state)
{
    (void)state;
    for (int i = 0; i < LANGUAGES; i++)
        for (int first = 0; first < NOTICES; first++)
            for (int second = 0; second < first; second++) {
                bench_story a = {bulletins[i].titles[first], bulletins[i].notices[first], 100, NULL};
                bench_story b = {bulletins[i].titles[second], bulletins[i].notices[second], 100,
                                 NULL};
                expect(&bulletins[i], "a form filled in anew", &a, &b, false);
            }
}

/* The same notice under another title, with a sentence more. */
static void test_notices_again(void **state)
{
    char again[SIZE];
    (void)state;
    for (int i = 0; i < LANGUAGES; i++)
        for (int notice = 0; notice < NOTICES; notice++) {
            bench_story a = {bulletins[i].titles[notice], bulletins[i].notices[notice], 100, NULL};
            bench_story b = {bulletins[i].head, again, 101, NULL};
            snprintf(again, SIZE, "%s %s", bulletins[i].notices[notice], bulletins[i].sentence);
            expect(&bulletins[i], "a notice under another title", &a, &b, true);
        }
}

static int open_court(void **state)
{
    (void)state;
    bench_open(&court);
    return 0;
}

static int close_court(void **state)
{
    (void)state;
    bench_close(&court);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),   cmocka_unit_test(test_corrections),
        cmocka_unit_test(test_reprints), cmocka_unit_test(test_forms),
        cmocka_unit_test(test_notices_again),
    };
    return cmocka_run_group_tests(tests, open_court, close_court);
}
