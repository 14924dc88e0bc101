#include "page/support.h"

static sst_page_cleaned clean(page_kit *kit, const char *text)
{
    sst_page_cleaned cleaned;
    assert_int_equal(sst_page_clean(kit->cleaner, text, strlen(text), kit->cues, &cleaned,
                                    &kit->error),
                     SST_OK);
    return cleaned;
}

typedef struct example {
    const char *text, *cleaned, *credit;
    bool dateline;
} example;

static void check(void **state, const example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sst_page_cleaned cleaned = clean(*state, examples[i].text);
        assert_slice(cleaned.text, examples[i].cleaned);
        assert_slice(cleaned.credit, examples[i].credit);
        assert_int_equal(cleaned.dateline, examples[i].dateline);
    }
}
#define CHECK(state, examples) check(state, examples, sizeof examples / sizeof *examples)

static void heads(void **state)
{
    static const example examples[] = {
        {"LONDON, Jan 3 (AP) — The tide rose at noon.", "The tide rose at noon.", "AP", true},
        {"(Reuters) - The tide rose at noon.", "The tide rose at noon.", "Reuters", true},
        {"NEW YORK -- Shares fell on Monday.", "Shares fell on Monday.", "", true},
        {"CHICAGO, March 3 - Wheat rose.", "Wheat rose.", "", true},
        {"BOSTON (CBS.MW) -- Shares fell.", "Shares fell.", "CBS.MW", true},
        {"Berlin (dpa) - Der Zug stand still.", "Der Zug stand still.", "dpa", true},
        {"МОСКВА, 3 янв — Поезд прибыл в срок.", "Поезд прибыл в срок.", "", true},
        {"ঢাকা, ১২ জুলাই, ২০২৫ (বাসস) : নদীর পানি কমেছে।", "নদীর পানি কমেছে।", "বাসস", true},
        {"ঢাকা, ১২ জুলাই, বাসস: নদীর পানি কমেছে।", "নদীর পানি কমেছে।", "বাসস", true},
        {"جدة - واس : وصل القطار الجديد.", "وصل القطار الجديد.", "واس", true},
        {"جدة 03 شوال 1436 هـ واس\nوصل القطار الجديد.", "وصل القطار الجديد.", "واس", true},
        {"新华社北京1月3日电（记者王三）列车今天开通。", "列车今天开通。", "新华社", true},
        {"WASHINGTON (AFP) - Shoppers -- many of them -- came.",
         "Shoppers -- many of them -- came.", "AFP", true},
        {"ATHENS, Greece - Now - at last - they won.", "Now - at last - they won.", "", true},
        {"By Jane Doe\nThe tide rose at noon.", "The tide rose at noon.", "Jane Doe", false},
    };
    CHECK(state, examples);
}

static void tails(void **state)
{
    static const example examples[] = {
        {"নদীর পানি কমেছে।এমআর-২", "নদীর পানি কমেছে।", "", false},
        {"নদীর পানি কমেছে।\nএমআর/এসআর", "নদীর পানি কমেছে।", "", false},
        {"নদীর পানি কমেছে।\n\nসূত্র: বাসস", "নদীর পানি কমেছে।", "বাসস", false},
        {"নদীর পানি কমেছে। সূত্রঃ ইউএনবি", "নদীর পানি কমেছে।", "ইউএনবি", false},
        {"নদীর পানি কমেছে।এমআর-২\nSource: নদী বার্তা", "নদীর পানি কমেছে।", "নদী বার্তা", false},
        {"The tide rose at noon. (Reuters)", "The tide rose at noon.", "Reuters", false},
        {"The tide rose at noon.\nSource: Harbour Post.", "The tide rose at noon.", "Harbour Post",
         false},
        {"The tide rose. (Reporting by Jane Doe; editing by John Roe)", "The tide rose.",
         "Jane Doe; editing by John Roe", false},
        {"The tide rose at noon. —AFP", "The tide rose at noon.", "AFP", false},
        {"নদীর পানি কমেছে।\n/বাসস", "নদীর পানি কমেছে।", "বাসস", false},
        {"পানি কমেছে। সূত্র : বাসস  \xC2\xA0 নদী/ঢাকা", "পানি কমেছে।", "বাসস", false},
        {"पानी घट गया है।\nस्रोत: भाषा", "पानी घट गया है।", "भाषा", false},
    };
    CHECK(state, examples);
}

/* A source line says more than the agency in a dateline, that more than a byline. */
static void best_credit_wins(void **state)
{
    static const example examples[] = {
        {"By Jane Doe\nLONDON (AP) - The tide rose.\nSource: Harbour Post", "The tide rose.",
         "Harbour Post", true},
        {"By Jane Doe\nLONDON (AP) - The tide rose.", "The tide rose.", "AP", true},
    };
    CHECK(state, examples);
}

static void in_text(void **state)
{
    static const example examples[] = {
        {"Fish &amp; chips cost &#163;9&nbsp;now &amp;quot;here&amp;quot;.",
         "Fish & chips cost £9\xC2\xA0now \"here\".", "", false},
        {"The tide rose at noon over the whole of the long northern bay.\n"
         "The tide rose at noon over the whole of the long northern bay.\nIt fell at six.",
         "The tide rose at noon over the whole of the long northern bay.\nIt fell at six.", "",
         false},
        {"The tide rose at noon.\nCity bees make honey\nCity bees make honey\n"
         "Hives on nine roofs have… Read more\nIt fell at six.",
         "The tide rose at noon.\nIt fell at six.", "", false},
        {"নদীর পানি কমেছে।\nআরও পড়ুন: বাজারে ইলিশের দাম\nবৃষ্টি থেমেছে।",
         "নদীর পানি কমেছে।\nবৃষ্টি থেমেছে।", "", false},
        {"নদীর পানি কমেছে।\r\nআরও পড়ুন\r\nবাজারে ইলিশের দাম\r\nবৃষ্টি থেমেছে।",
         "নদীর পানি কমেছে।\nবৃষ্টি থেমেছে।", "", false},
    };
    CHECK(state, examples);
}

/* Bars and notices over and under a text, and the teasers of other stories. */
static void edges(void **state)
{
    static const example examples[] = {
        {"Share\nTweet\n\nThe tide rose at noon.\n\nShare on Facebook\n12 Comments\n",
         "The tide rose at noon.", "", false},
        {"শেয়ার করুন\nনদীর পানি কমেছে।\nসূত্র: বাসস\nমন্তব্য করুন", "নদীর পানি কমেছে।", "বাসস",
         false},
        {"The tide rose at noon.\nWe use cookies to count our visitors. You may say no.",
         "The tide rose at noon.", "", false},
        {"وصل القطار الجديد.\nاشترك في نشرتنا البريدية كل صباح.\n© 2024 بريد. جميع الحقوق محفوظة.",
         "وصل القطار الجديد.", "", false},
        {"The tide rose at noon.\nRelated news\nBees make honey\nBees make honey\n"
         "Hives on nine roofs have… Read more\nTram is back\nTram is back\n"
         "Tram nine runs as… Read more\nPier is open\nPier is open\n"
         "A pier in… Read more\nSnow is late\nSnow is late\nSnow fell… Read more",
         "The tide rose at noon.", "", false},
    };
    CHECK(state, examples);
}

#define TIDE                                                                                   \
    "The tide rose at noon over the whole of the long northern bay, and the ferries that wait "  \
    "for it left an hour late."

/* What is under a bar or a box, over a first paragraph, behind a credit: told by its place. */
static void edges_by_place(void **state)
{
    static const example examples[] = {
        {"شارك\nسناب\nلينكد\n\n" TIDE, TIDE, "", false},
        {"Our man in the bay\n\n" TIDE, TIDE, "", false},
        {"By our correspondent\n\nThe tide rose.", "The tide rose.", "our correspondent", false},
        {"File photo\n" TIDE "\nJane Doe\njane@harbour.example", TIDE, "", false},
        {"The tide rose, and\nSource: Northwire\n(em/js)", "The tide rose, and", "Northwire", false},
        {TIDE "\n\nBy pressing the button you agree; see our cookie policy.", TIDE, "", false},
        {TIDE "\n\nআমাদের পাতায় আমরা কুকি ব্যবহার করি। সম্মতি দিন।", TIDE, "", false},
        {TIDE "\n" TIDE "?\nYou may also like\nBees make honey\nBees make honey\n"
         "Hives on roofs have… Read more\nTram is back\nTram is back\nTram nine runs as…\n"
         "We stand where the wind stands.\nSee our sister paper", TIDE "\n" TIDE "?", "", false},
    };
    CHECK(state, examples);
}

#define MENU "Home\nTides\nTown\n"
#define ROWS "Shr 7 cts vs 1 ct\nNet 178,919 vs 34,429\nSales 3,148,420 vs 1,912,438"

/* Blocks of their own under a report, and menus at both ends of it. */
static void blocks(void **state)
{
    static const example examples[] = {
        {TIDE "\n\nThe paper of the early gull.\nListen to Harbour Radio\nQuay Street 7, Ellery",
         TIDE, "", false},
        {"The tide fell.\n" TIDE "\n// over //\n15:02\n\nVoice of the north.\nBy North Press.",
         "The tide fell.\n" TIDE, "", false},
        {TIDE "\n\nনদীর মতো সোজা কথা বলি।\nকাজলা টিভি দেখুন", TIDE, "", false},
        {TIDE "\n\nHave our letter at breakfast, one a day.\nThe privacy policy holds. © 2024 Post",
         TIDE, "", false},
        {MENU "\nTuesday, 12 March, 10:15\n\nPay May 15\nRecord April 15\n\n" MENU,
         "Pay May 15\nRecord April 15", "", false},
        {ROWS "\n\nThis site keeps files on your device; see our cookie policy for which.", ROWS,
         "", false},
        {"Mthly div 7 cts vs 6 cts\nRecord March Two\nPay March 13\n\n"
         "The paper of the early gull.\nQuay Street 7, Ellery",
         "Mthly div 7 cts vs 6 cts\nRecord March Two\nPay March 13", "", false},
        {TIDE " — AFP\n\nThe paper of the early gull.\nQuay Street 7, Ellery", TIDE, "AFP", false},
        {ROWS "\n12 Comments\nAnna: I saw nothing of the kind.", ROWS, "", false},
    };
    CHECK(state, examples);
}

/* Paragraphs and lists that are blocks too. */
static void blocks_that_stay(void **state)
{
    static const char *const texts[] = {
        "The ferries that wait for the tide\nleft the quay an hour late on Sunday,\n"
        "the master said.\n\n"
        "They will leave in time from Monday\nwhen the moon is older.",
        TIDE "\nThe winners are:\n\nAnna Quay\nBen Harbour of Ellery",
        TIDE "\n\nOne tide came.\nOne tide went.\n\nThree tides came.\nFour tides went.",
        ROWS "\n\nNOTE: Net includes a gain of seven\nmln from the sale of the pier.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_slice(clean(*state, texts[i]).text, texts[i]);
}

/* Real text that looks like what is taken off stays. */
static void conservative(void **state)
{
    static const char *const texts[] = {
        "",
        "Reuters",
        "Hope: that was the word of the day in the harbour.",
        "He came home - late, as ever - and slept.",
        "Apple (AAPL) rose 3 percent - a record - on Monday.",
        "The minister said: \"We will pay.\"",
        "By the time he arrived\nthe ship had sailed.",
        "The source: a spring under the hill. It never runs dry.",
        "Nobody knew the answer. Go on",
        "See example.com",
        "তিনি বলেন, পানি কমেছে। ধন্যবাদ",
        "AT&T and R&D; M&Ms",
        "Related costs rose by half.\nThe tide fell.",
        "The score was 3-1. Well played",
        "One\nTwo\nThree",
        "TOKYO RUBBER (YEN PER KILO) - March 120.3",
        "MADRID INTERBANK RATES - Seven percent was paid.",
        "Diesel Prices Cut By 50p For All Of November UNB\n\nPrices fell.",
        "JUN8 --\nJUN8 --\nJUN9 7",
        "Minister tells Reuters: we will pay for it.",
        "President speaks to Reuters\nThe president spoke on Monday.",
        "Facebook shares fall by half\nThe tide rose at noon.",
        "The tide rose at noon.\nAdvertising brought the harbour little money this year.",
        "The tide rose at noon.\nFacebook said on Monday that it had read every comment.",
        "Share\nTweet",
        "Advertising rose.\nThe privacy policy is new.\nNobody reads a privacy policy.",
        "One bay\nTwo bays\nThree bays of the long northern coast are shallow.",
        "Results: north 3, south 1.\nWest 2\nEast 2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sst_page_cleaned cleaned = clean(*state, texts[i]);
        assert_slice(cleaned.text, texts[i]);
        assert_false(cleaned.dateline);
    }
}

/* Cleaning what was cleaned changes nothing, and an untouched text is not copied. */
static void settled(void **state)
{
    static const char text[] = "The tide rose at noon.\nIt fell at six.";
    sst_page_cleaned cleaned = clean(*state, text);
    assert_ptr_equal(cleaned.text.bytes, text);
    assert_int_equal(cleaned.text.size, sizeof text - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads),        cmocka_unit_test(tails),
        cmocka_unit_test(best_credit_wins), cmocka_unit_test(in_text),
        cmocka_unit_test(edges), cmocka_unit_test(edges_by_place),
        cmocka_unit_test(blocks),       cmocka_unit_test(blocks_that_stay),
        cmocka_unit_test(conservative), cmocka_unit_test(settled),
    };
    return cmocka_run_group_tests(tests, kit_create, kit_free);
}
