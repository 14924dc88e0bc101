#include "base/hash.h"
#include "page/splitter.h"
#include "page/support.h"

/* ---- one page: what must come out of it ----------------------------------------------------- */

static size_t characters(sst_slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    return count;
}

/* The page the project began with has no place in the repository; its look-alike is nodi_setu. */
static void newsclub_page(void **state)
{
    const char *data = getenv("SAMESTORY_DATA");
    char path[1024];
    snprintf(path, sizeof path, "%s/pages/newsclub_page.txt",
             data != NULL ? data : "../shared/data");
    size_t size = 0;
    char *text = read_file(path, &size);
    if (text == NULL) {
        print_message("skipped: no %s\n", path);
        skip();
    }
    sst_page page = split(*state, text, size);
    assert_int_equal(page.line, 1);
    assert_int_equal(characters(page.story), 1554);
    assert_memory_equal(page.story.bytes, text, page.story.size);
    assert_slice(page.credit, "সময়ের কন্ঠস্বর");
    assert_int_equal(page.teaser_count, 3);
    static const uint32_t lines[3][2] = {{6, 7}, {11, 12}, {16, 17}};
    for (size_t i = 0; i < 3; i++) {
        const sst_page_teaser *teaser = &page.teasers[i];
        assert_int_equal(teaser->repeats, 2);
        assert_memory_equal(teaser->lines, lines[i], sizeof lines[i]);
        assert_true(teaser->text.size > 0);
        assert_false(slice_holds(teaser->text, "Read more"));
        assert_false(slice_holds(teaser->text, "NewsClub"));
    }
    assert_false(slice_holds(page.story, "জনতার পক্ষে"));
    free(text);
}

static void look_alike_page(void **state)
{
    size_t size = 0;
    char *text = read_fixture("nodi_setu", &size);
    sst_page page = split(*state, text, size);
    const char *initials = strstr(text, "এসআর-1");
    assert_int_equal(page.line, 1);
    assert_int_equal(page.story.size, initials - text);
    assert_memory_equal(page.story.bytes, text, page.story.size);
    assert_slice(page.credit, "কাজলা বার্তা");
    assert_int_equal(page.title.size, 0);
    assert_int_equal(page.teaser_count, 3);
    assert_slice(page.teasers[0].headline,
                 "কাজলায় জাটকা ধরায় নিষেধাজ্ঞা, জেলেদের চাল দেওয়া হবে");
    assert_int_equal(page.teasers[0].repeats, 2);
    assert_int_equal(page.teasers[0].lines[0], 6);
    assert_int_equal(page.teasers[0].lines[1], 7);
    for (size_t i = 0; i < 3; i++) {
        assert_true(page.teasers[i].text.size > 100);
        assert_false(slice_holds(page.teasers[i].text, "Read more"));
        assert_false(slice_holds(page.teasers[i].text, "নদীর কথা বলি"));
    }
    assert_int_equal(page.line_count, 14);
    assert_int_equal(page.lines[13].role, SST_PAGE_FURNITURE);
    free(text);
}

/* ---- twenty pages of five sites ------------------------------------------------------------- */

/* The story of each page is the story as written, whatever its site put around it. */
static void check_fixture(page_kit *kit, char *row)
{
    char *name = strtok(row, "\t"), *site = strtok(NULL, "\t");
    char *story = strtok(NULL, "\t"), *credit = strtok(NULL, "\n");
    char story_name[64];
    size_t size = 0, expected_size = 0;
    snprintf(story_name, sizeof story_name, "story_%s", story);
    char *text = read_fixture(name, &size), *expected = read_fixture(story_name, &expected_size);
    sst_page page = split(kit, text, size);
    print_message("%s of %s\n", name, site);
    assert_slice(page.credit, credit);
    /* Sites differ in line ends, spaces and entities: compare letter by letter. */
    size_t at = 0;
    for (size_t i = 0; i < expected_size; i++) {
        while (at < page.story.size &&
               (page.story.bytes[at] == ' ' || page.story.bytes[at] == '\n' ||
                memcmp(page.story.bytes + at, "\xC2\xA0", 2) == 0))
            at += page.story.bytes[at] == ' ' || page.story.bytes[at] == '\n' ? 1 : 2;
        if (expected[i] == ' ' || expected[i] == '\n')
            continue;
        assert_true(at < page.story.size);
        assert_int_equal(page.story.bytes[at++], expected[i]);
    }
    assert_int_equal(at, page.story.size);
    free(text);
    free(expected);
}

static void pages_of_sites(void **state)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/page/fixtures/expected.tsv", TEST_SOURCE_DIR);
    size_t size = 0, count = 0;
    char *rows = read_file(path, &size), *next;
    for (char *row = rows; *row != '\0'; row = next, count++) {
        next = strchr(row, '\n') + 1;
        next[-1] = '\0';
        check_fixture(*state, row);
    }
    assert_int_equal(count, 20);
    free(rows);
}

/* A teaser is the headline and the beginning of a story that another page holds. */
static void teasers_point_to_stories(void **state)
{
    size_t size = 0, story_size = 0;
    char *text = read_fixture("courier_ferry", &size);
    char *story = read_fixture("story_bees", &story_size);
    sst_page page = split(*state, text, size);
    assert_slice(page.title, "Corran night boat back in service from June");
    assert_int_equal(page.teaser_count, 2);
    assert_slice(page.teasers[0].headline, "City bees make twice the honey, trial finds");
    assert_memory_equal(page.teasers[0].text.bytes, story, 60);
    free(text);
    free(story);
}

/* ---- nineteen pages of news in fifteen languages -------------------------------------------- */

/* Lines of the story are marked with '|' in the fixture; every other has a space there. Returns a
 * mark for each line, and takes them out of the text. */
static bool *take_marks(char *text, size_t *size)
{
    bool *marks = calloc(*size + 2, sizeof *marks);
    assert_non_null(marks);
    size_t line = 1, kept = 0;
    for (size_t i = 0; i < *size; i++) {
        bool first = i == 0 || text[i - 1] == '\n';
        if (first && text[i] == '|')
            marks[line] = true;
        line += text[i] == '\n';
        if (!first || text[i] == '\n')
            text[kept++] = text[i];
    }
    *size = kept;
    return marks;
}

/* F1 of the letters in lines of the story against those of marked lines. */
static double score_page(page_kit *kit, const char *name)
{
    char path[64];
    size_t size = 0, found = 0, marked = 0, both = 0;
    snprintf(path, sizeof path, "news/%s", name);
    char *text = read_fixture(path, &size);
    bool *marks = take_marks(text, &size);
    sst_page page = split(kit, text, size);
    for (size_t i = 0; i < page.line_count; i++) {
        const sst_page_line *line = &page.lines[i];
        bool story = line->role == SST_PAGE_STORY;
        found += story ? line->letters : 0;
        marked += marks[line->number] ? line->letters : 0;
        both += story && marks[line->number] ? line->letters : 0;
    }
    free(marks);
    free(text);
    double score = 2.0 * (double)both / (double)(found + marked);
    print_message("%s %.3f\n", name, score);
    return score;
}

/* Boxes of links inside stories, captions, comments, teasers, forms: what a news site puts around
 * and into a story. A person marked the story; without a rule for boxes the mean is .86. */
static void pages_of_news(void **state)
{
    static const char *const names[] = {
        "ar_akhbar",   "bn_khobor",   "de_zeitung",    "en_broadcast", "en_health",
        "en_regional", "en_tabloid",  "en_two",        "es_diario",    "fr_journal",
        "hi_samachar", "id_berita",   "it_intervista", "ja_shimbun",   "nl_krant",
        "pl_gazeta",   "pt_noticias", "ru_novosti",    "zh_xinwen"};
    const size_t count = sizeof names / sizeof *names;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double score = score_page(*state, names[i]);
        assert_true(score >= .7);
        sum += score;
    }
    print_message("mean %.3f\n", sum / (double)count);
    assert_true(sum / (double)count >= .9);
}

/* ---- learned furniture ---------------------------------------------------------------------- */

#define RULES                                                                                  \
    "Readers who find a mistake in this report are asked to write to the desk at any time.\n"

/* The site's own sentence stands inside the story's run: structure alone cannot tell it. */
static void learned_lines_leave_the_answer(void **state)
{
    static const char *const stories[] = {"ferry", "bees", "court", "library", "snow", "ferry"};
    page_kit *kit = *state;
    sst_furniture *learned;
    assert_int_equal(sst_furniture_create(&learned, &kit->error), SST_OK);
    for (size_t i = 0; i < SST_FURNITURE_WARMUP; i++) {
        char name[64], page_text[8192];
        size_t size = 0;
        snprintf(name, sizeof name, "story_%s", stories[i]);
        char *story = read_fixture(name, &size);
        int length = snprintf(page_text, sizeof page_text, "%s" RULES, story);
        sst_furniture_add(learned, i, page_text, (size_t)length);
        sst_page page;
        assert_int_equal(sst_page_split(kit->splitter, page_text, (size_t)length, kit->cues,
                                        learned, &page, &kit->error),
                         SST_OK);
        assert_int_equal(slice_holds(page.story, "find a mistake"), i + 1 < SST_FURNITURE_WARMUP);
        page = split(kit, page_text, (size_t)length);
        assert_true(slice_holds(page.story, "find a mistake"));
        free(story);
    }
    sst_furniture_free(learned);
}

/* ---- hostile pages -------------------------------------------------------------------------- */

/* A fixture's story with lines over and under it. */
static sst_page split_between(page_kit *kit, char room[8192], const char *over, const char *under)
{
    size_t size;
    char *story = read_fixture("story_ferry", &size);
    int length = snprintf(room, 8192, "%s%s\n%s", over, story, under);
    free(story);
    return split(kit, room, (size_t)length);
}

#define LATE "Ferry leaves an hour late on Sunday"

/* The story's own headline is no teaser, however often and however far above it stands. */
static void own_headline_twice(void **state)
{
    static const char *const over[] = {
        LATE "\n" LATE "\n\n",
        "Home\nNews\n\n" LATE "\n\n" LATE "\n\nShare\nTweet\n\n3 May 2024\n\nQuay at noon\n\n",
        LATE "\n" LATE "\n\nHome\nNews\nSport\nTides\nTown\nShare\nTweet\nPrint\nMore\n\n",
    };
    static char room[8192];
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        sst_page page = split_between(*state, room, over[i], "");
        assert_slice(page.title, LATE);
        assert_int_equal(page.teaser_count, 0);
    }
}

/* Two words that stand twice are a headline among teasers, and nothing elsewhere. */
static void short_headlines(void **state)
{
    static char room[8192];
    sst_page page = split_between(*state, room, "", "\nRelated news\nBees swarm\nBees swarm\n\n"
                                  "Town votes\nTown votes\n\nTides and moon\nTides and moon\n");
    assert_int_equal(page.teaser_count, 3);
    assert_slice(page.teasers[0].headline, "Bees swarm");
    assert_int_equal(page.teasers[0].repeats, 2);
    page = split_between(*state, room, "Our town\nOur town\n\n", "");
    assert_int_equal(page.teaser_count, 0);
}

#define LEGAL "\nUse of this site means that you accept its User Agreement and the Privacy Policy.\n" \
              "\nText on this site may not be reproduced or cached except with leave of the Post.\n"

/* One sentence of a story among a menu outweighs the longer notices at the foot. */
static void notices_at_the_foot(void **state)
{
    static const char text[] = "Home\nNews\nSport\nTides\nTown\n\nThe harbour library lends its "
                               "telescopes to nurses of the night shift from Tuesday on.\n\nHome\n"
                               "News\nSport\nTides\nTown\nContact us\n" LEGAL;
    sst_page page = split(*state, text, sizeof text - 1);
    assert_int_equal(page.line, 7);
    assert_true(slice_holds(page.story, "telescopes"));
    assert_false(slice_holds(page.story, "User Agreement"));
}

#define CAPTION(n) "The old tram number " #n " waits at the quay for its first load of bread.\n\n"

/* Captions that stand twice, with other lines between them, are no report. */
static void lines_that_stand_again(void **state)
{
    static char room[8192];
    sst_page page = split_between(*state, room, "",
                                  "\n" CAPTION(1) "1\n\n" CAPTION(1) CAPTION(2) "2\n\n"
                                  CAPTION(2) CAPTION(3) "3\n\n" CAPTION(3));
    assert_false(slice_holds(page.story, "waits at the quay"));
    assert_true(slice_holds(page.story, "ferry"));
}

#define BROKEN(n) "\nStory " #n " of the week\nBuilders laying a drain in Port Ellery have found a " \
                  "diary that the last keeper of the light wrote there over nine winters and " #n "…\n"

/* A page that shows the beginnings of many stories has none of its own in them. */
/* Comments without a word of the table: a name, a date, what was said, and "Valorar". */
#define SAID(name, day, what) name "\n" #day " ago 2019, 17:2" #day "\n\n" what "\n\nValorar\n\n"
#define COMMENTS                                                                               \
    SAID("Nube", 3, "Que nadie diga luego que no lo sabían, porque lo sabían todos desde enero.") \
    SAID("Pepa", 4, "Mi abuelo cruzaba ese puente a pie cada día y jamás oyó crujir una tabla.") \
    SAID("Río", 5, "Lo importante no es quién lo dijo, lo importante es que nadie lo arregló.") \
    SAID("Luz", 6, "Vaya comportamiento tan poco ejemplar, y después nos piden los impuestos.")

static void comments_are_records(void **state)
{
    static const char report[] =
        "El puente de Valdeloma quedó cerrado al tráfico este lunes después de que dos vigas "
        "cedieran bajo el peso de un camión cargado de grava, según confirmó el ayuntamiento.\n"
        "El conductor salió ileso. Los ingenieros que examinaron los pilares durante la tarde "
        "calculan que la reparación durará al menos tres meses y costará unos dos millones.\n"
        "Hasta entonces los vecinos de la otra orilla tendrán que dar un rodeo de cuarenta "
        "kilómetros, y los niños irán a la escuela en una barca que pagará la diputación.\n"
        "La alcaldesa recordó que había pedido la revisión de la estructura en dos ocasiones, "
        "la última de ellas en enero, sin que nadie contestara a sus cartas hasta hoy.\n"
        "La obra se adjudicará por la vía de urgencia, y una grúa retirará el camión el jueves, "
        "si el río, que baja crecido por las lluvias del fin de semana, lo permite.";
    char page_text[4096];
    snprintf(page_text, sizeof page_text, "Inicio\n\n%s\n\n%sPortada\n", report, COMMENTS);
    sst_page page = split(*state, page_text, strlen(page_text));
    assert_slice(page.story, report);
    size_t records = 0;
    for (size_t i = 0; i < page.line_count; i++)
        records += page.lines[i].reason == SST_PAGE_REASON_RECORD;
    assert_true(records >= 12);
}

/* Whatever the words are that they have in common, and those between them. */
static void records_of_any_words(void **state)
{
    static const char report[] =
        "The lock at Tarn Weir will stay shut until the spring, the canal office said on Monday, "
        "after divers found that both of its lower gates had come away from their hinges.\n"
        "Boats are asked to turn round at the basin. The office has ordered new gates of oak, and "
        "it expects the work to take nine weeks once the frost has left the ground for good.\n"
        "The weir was built in the days of the coal trade, when forty barges a day went through it, "
        "and the gates that failed last week were the third pair to hang there since that time.\n"
        "Anglers welcomed the news, for pike gather in still water and the basin will now be theirs "
        "alone, while the two inns at the lock fear for the trade that the boats brought them.\n"
        "The old gates will go to the museum in the mill, where the first pair already stands.\n";
    char text[2048];
    for (unsigned word = 0; word < 300; word++) {
        int size = snprintf(text, sizeof text, "%s", report);
        for (int n = 0; n < 4; n++)
            size += snprintf(text + size, sizeof text - (size_t)size,
                             "\nward%c%c\nlane%c%c%c\nThis is opinion number %d on what it said.\n",
                             'a' + word / 26, 'a' + word % 26, 'a' + word / 26, 'a' + word % 26,
                             'a' + n, n);
        sst_page page = split(*state, text, (size_t)size);
        size_t records = 0;
        for (size_t i = 0; i < page.line_count; i++)
            records += page.lines[i].reason == SST_PAGE_REASON_RECORD;
        assert_int_equal(records, 3 * 3 + 1);
    }
}

/* Where there is nothing else, they are the story. */
static void page_of_records(void **state)
{
    sst_page page = split(*state, COMMENTS, sizeof COMMENTS - 1);
    assert_true(slice_holds(page.story, "Mi abuelo"));
    assert_true(slice_holds(page.story, "Lo importante"));
}

static void caption_beside_image_text(void **state)
{
    static const char text[] =
        "The harbour wall at Lenn Point gave way before dawn on Tuesday, and the sea took four "
        "boats and the ice house with it, the harbour master said.\n\n"
        "The broken wall at Lenn Point on Tuesday morning.\n"
        "The broken wall at Lenn Point on Tuesday morning. Picture: Ada Wrex/Lenn Post\n\n"
        "Nobody was hurt. Divers will look at the footings as soon as the swell allows, and the "
        "county has promised stone from its own quarry for the repair.";
    sst_page page = split(*state, text, sizeof text - 1);
    assert_true(slice_holds(page.story, "harbour master"));
    assert_true(slice_holds(page.story, "Nobody was hurt"));
    assert_false(slice_holds(page.story, "morning"));
}

/* The names of image files are not what a page says, words in brackets are. */
static void names_of_images(void **state)
{
    static const char above[] =
        "The wheel of the water mill at Oxley turned for the first time in sixty years on Sunday, "
        "and the miller's great-grandson let the first sack of barley run between its stones.\n\n";
    static const char below[] =
        "\n\n[Come on, she will hold, the old man called from the weir.] The wheel held, and by noon "
        "the flour was so fine that the baker of the village bought all that there was of it.\n\n"
        "[He had waited for this day since he was nine.]\n\n"
        "The mill opens to visitors in May, and its keepers hope for two thousand of them a year.";
    static const char *const names[] = {
        "oxley-mill-wheel", "IMG_5301", "3-wheel-stones", "mill (2).png", "Oxley.Mill.jpgView full size",
        "wheel_2.JPEG", "[oxley-mill]", "[Oxley   mill  on   Sunday   night]"};
    static const char *const others[] = {"Well-kept stones", "A half-day in the mill-race",
                                         "snake_case", "Up-to-the-minute.", "2024-05-12",
                                         "[To be read on a winter day]"};
    char text[2048];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(text, sizeof text, "%s%s%s", above, names[i], below);
        sst_page page = split(*state, text, strlen(text));
        bool bracket = strchr(names[i], '(') != NULL; /* a sign that no plain name holds */
        assert_int_equal(slice_holds(page.story, names[i]), bracket);
        assert_true(slice_holds(page.story, "[He had waited"));
        assert_true(slice_holds(page.story, "opens to visitors"));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(text, sizeof text, "%s%s%s", above, others[i], below);
        assert_true(slice_holds(split(*state, text, strlen(text)).story, others[i]));
    }
}

/* What a list inside the story says belongs to it, also behind its last sentence. */
static void lists_of_a_story(void **state)
{
    static const char text[] =
        "• Home\n• Games\n• Forum\n\n"
        "The third edition of the harbour game is out today, and the people who made it say that "
        "it will be the last one for some time. This is what they changed, and what they left.\n\n"
        "• Ships are now unloaded in the order in which they came to the quay, not by their size.\n"
        "• Cranes made quicker\n"
        "• The lighthouse keeper's ledger may be read at night, but only when there is oil left.\n"
        "• A market for salted herring\n"
        "• Fog is thicker in autumn, and pilots ask for a higher fee as long as it does not lift.\n"
        "• Gulls steal less bread\n"
        "• Two new flags for boats\n\n"
        "• Imprint of the house\n• Jobs in our offices\n• Rules of the forum\n";
    sst_page page = split(*state, text, sizeof text - 1);
    static const char *const items[] = {"Cranes", "herring", "Fog", "Gulls", "Two new flags"};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        assert_true(slice_holds(page.story, items[i]));
    assert_false(slice_holds(page.story, "Imprint"));
    assert_false(slice_holds(page.story, "Forum"));
}

/* A byline under the standfirst names who wrote the story and is no part of it. */
static void byline_under_standfirst(void **state)
{
    static const char text[] =
        "Nobody on the island had asked for a bridge, but now that it stands they would not want to "
        "be without it, and least of all in the weeks of the herring.\n\n"
        "By Ada Wrex\n\n"
        "When the last ferry tied up at Lenn on Saturday night its crew rang the bell for as long as "
        "the rope held, and on the quay the old people wept while the young ones cheered.\n\n"
        "By noon on Sunday more cars had crossed than the boat could carry in a summer, and the two "
        "constables of the island wrote their first ticket for parking in eleven years.";
    sst_page page = split(*state, text, sizeof text - 1);
    assert_slice(page.credit, "Ada Wrex");
    assert_true(slice_holds(page.story, "Nobody on the island"));
    assert_true(slice_holds(page.story, "By noon on Sunday"));
    assert_false(slice_holds(page.story, "Wrex"));
}

/* Numbers that the author typed are part of the text; those of a list of HTML are drawn. */
static void numbers_of_items(void **state)
{
    char text[4096];
    for (int indent = 0; indent <= 1; indent++) {
        int size = snprintf(text, sizeof text,
                            "What the council of Brack decided on Monday, in the order in which it was "
                            "put to the vote, after a debate that went on until midnight.\n\n");
        for (int n = 1; n <= 12; n++) {
            if (n == 10)
                size += snprintf(text + size, sizeof text - (size_t)size,
                                 "• The mayor left the hall at this point, and her deputy took over.\n");
            size += snprintf(text + size, sizeof text - (size_t)size,
                             "%s%d. The path along dyke %d will be gravelled, and a bench put at its "
                             "end.\n", indent && n < 10 ? " " : "", n, n + 20);
        }
        sst_page page = split(*state, text, (size_t)size);
        assert_int_equal(slice_holds(page.story, "\n9. The path along dyke 29"), !indent);
        assert_int_equal(slice_holds(page.story, "\n12. The path along dyke 32"), !indent);
        assert_true(slice_holds(page.story, "The path along dyke 32"));
        assert_true(slice_holds(page.story, "\nThe mayor left"));
    }
}

/* A headline inside the story that the page shows elsewhere too is a link, what the story says twice
 * is not. */
static void links_inside_a_story(void **state)
{
    static const char text[] =
        "Night trains return to the northern line\n\n"
        "Night trains will run again from December between the capital and the coast, the railway "
        "said on Friday, after eleven years in which travellers had to change at midnight.\n\n"
        "Ferry fares to rise by a tenth in spring\n\n"
        "The carriages come from a line in the south that was given up. Each has nine rooms with "
        "two beds, and the last one carries bicycles and, in winter, the skis of the guests.\n\n"
        "Doors close at ten sharp, the guards say\n\n"
        "Tickets go on sale in October, at about the price of a modest hotel in one of the towns.\n\n"
        "Doors close at ten sharp, the guards say\n\n"
        "Whether the trains will stop in Varn is still open, since its platform is too short.\n\n"
        "More from our paper\n\n"
        "Ferry fares to rise by a tenth in spring\nMayor of Varn opens a garden\nWeather\n";
    sst_page page = split(*state, text, sizeof text - 1);
    assert_true(slice_holds(page.story, "Whether the trains"));
    assert_false(slice_holds(page.story, "Ferry fares"));
    assert_true(slice_holds(page.story, "Doors close"));
    size_t again = 0;
    for (size_t i = 0; i < page.line_count; i++)
        again += page.lines[i].role == SST_PAGE_FURNITURE &&
                 page.lines[i].reason == SST_PAGE_REASON_AGAIN;
    assert_int_equal(again, 2);
}

#define REGATTA                                                                                 \
    "Forty boats left the harbour of Varn on Sunday for the first regatta since the quay was "  \
    "rebuilt, and thirty-eight came back before dark, all of their crews wet and well.\n\n"     \
    "The winner, a wooden cutter older than anyone aboard, took four hours and ten minutes. "   \
    "Her owner, a baker, had promised rolls to whoever came in first, and kept his word.\n\n"   \
    "Two boats were towed in by the lifeboat after they had met on the bar. Neither of the "    \
    "skippers wanted to say who had had the right of way, and the judges did not ask them.\n\n" \
    "The harbour master counted three thousand people on the quay, as many as live in the "     \
    "town, and ran out of the flags that he had meant to give away before it was noon.\n\n"
#define PRIZES                                                                                  \
    "The prizes were given out in the fish hall, where the band played until it rained in.\n\n" \
    "Next year there will be two classes, and a race for those who would rather row.\n\n"

/* A label over links to other stories neither ends the story that goes on under them nor stands in
 * it, nor do they; what goes on after comments is no more of it. */
static void box_inside_a_story(void **state)
{
    static const char listed[] = REGATTA "Related stories\n• Ferry fares to rise in spring\n"
                                         "• Mayor of Varn opens a garden\n• Weather\n\n" PRIZES;
    static const char plain[] = REGATTA "Lees ook:\nFerry fares to rise in spring\n"
                                        "Mayor of Varn opens a garden\n\n" PRIZES;
    static const char over[] = REGATTA "Related stories\n• Ferry fares to rise in spring\n"
                                       "Comments\n• Mayor of Varn opens a garden\n\n" PRIZES;
    static const char *const boxed[] = {listed, plain};
    for (size_t i = 0; i < 2; i++) {
        sst_page page = split(*state, boxed[i], strlen(boxed[i]));
        assert_true(slice_holds(page.story, "Forty boats"));
        assert_true(slice_holds(page.story, "a race for those"));
        assert_false(slice_holds(page.story, "Ferry fares"));
        assert_false(slice_holds(page.story, "Mayor of Varn"));
    }
    sst_page page = split(*state, over, strlen(over));
    assert_true(slice_holds(page.story, "the flags"));
    assert_false(slice_holds(page.story, "a race for those"));
}

/* Words of the page in a sentence among others end no story. */
static void sentence_with_words_of_the_page(void **state)
{
    static const char text[] = REGATTA "The skippers declined to comment.\n\n" PRIZES;
    sst_page page = split(*state, text, sizeof text - 1);
    assert_true(slice_holds(page.story, "declined to comment"));
    assert_true(slice_holds(page.story, "a race for those"));
}

/* A line that names another story, in any length and without a blank line around it. */
static void other_story_in_a_line(void **state)
{
    static const char text[] = REGATTA
        "Baca juga: Harbour Master of Varn Counts Three Thousand People and One Very Wet Dog\n" PRIZES
        "Related to nobody in the town, the winner was cheered all the same, says the baker.\n";
    sst_page page = split(*state, text, sizeof text - 1);
    assert_true(slice_holds(page.story, "two classes"));
    assert_true(slice_holds(page.story, "Related to nobody"));
    assert_false(slice_holds(page.story, "Baca juga"));
}

/* What stands between "Sign up" and the field of its form is the page's; what stands between two
 * such boxes is the story's. */
static void asked_inside_a_story(void **state)
{
    static const char text[] = REGATTA
        "Sign up for our newsletter\nAll that is new in Varn, every morning at six.\n"
        "[                    ]\n[Submit]\n\n"
        "Whoever won was asked to say a few words, and the baker, who is known in the town for "
        "the length of his stories, said that he had none left and wanted a hot drink.\n\n"
        "Sign up for our newsletter\n[                    ]\n[Submit]\n\n" PRIZES
        "The quay, which cost the town eleven million and the mayor her office, was not named by "
        "any of those who spoke, although all of them stood on it and some had voted for it.\n";
    sst_page page = split(*state, text, sizeof text - 1);
    assert_true(slice_holds(page.story, "two classes"));
    assert_true(slice_holds(page.story, "had none left"));
    assert_false(slice_holds(page.story, "every morning at six"));
}

/* Lists and labels may part a story in two; words of the page end it. */
static void runs_of_one_story(void **state)
{
    static const char first[] =
        "Glass gardens need little care and hold their moisture for weeks on end. They stand well "
        "on a desk, and they make a fine gift for people who have no garden of their own at all.\n"
        "\nYou will need\n\n* Moss\n* Tweezers\n* A ruler\n* Two spoons\n* Pins\n* Foam\n\n";
    static const char second[] =
        "Cut the foam a little smaller than the glass, and lay it down in the middle of the saucer. "
        "Press the plants in, and cover what is left of the foam with as much moss as it will take.\n";
    char text[1000];
    snprintf(text, sizeof text, "%s%s", first, second);
    sst_page page = split(*state, text, strlen(text));
    assert_true(slice_holds(page.story, "Glass gardens"));
    assert_true(slice_holds(page.story, "Press the plants"));
    snprintf(text, sizeof text, "%sRelated stories\n\n%s", first, second);
    page = split(*state, text, strlen(text));
    assert_int_equal(slice_holds(page.story, "Glass gardens") +
                         slice_holds(page.story, "Press the plants"),
                     1);
}

static void page_of_teasers(void **state)
{
    static char room[8192];
    sst_page page = split_between(*state, room, "", BROKEN(1) BROKEN(2) BROKEN(3) BROKEN(4));
    assert_false(slice_holds(page.story, "Builders"));
    assert_true(slice_holds(page.story, "ferry"));
    assert_int_equal(page.teaser_count, 4);
}

static void empty_and_blank(void **state)
{
    sst_page page = split(*state, "", 0);
    assert_int_equal(page.story.size + page.teaser_count + page.line_count, 0);
    page = split(*state, NULL, 0);
    assert_int_equal(page.line_count, 0);
    page = split(*state, " \r\n\t\n\xC2\xA0\n", 7);
    assert_int_equal(page.line_count, 0);
    assert_int_equal(page.line, 0);
}

static void only_furniture(void **state)
{
    static const char text[] = "Home\nNews\nSport\n\n  • Contact us\n  • About us\n\nSubscribe\n"
                               "© 2024 Example\n[logo]\n";
    sst_page page = split(*state, text, sizeof text - 1);
    assert_int_equal(page.story.size, 0);
    assert_int_equal(page.line, 0);
    for (size_t i = 0; i < page.line_count; i++)
        assert_int_equal(page.lines[i].role, SST_PAGE_FURNITURE);
}

static void million_short_lines(void **state)
{
    size_t size = 1000000 * 10;
    char *text = malloc(size + 1);
    for (size_t i = 0; i < 1000000; i++)
        snprintf(text + 10 * i, 11, "item%05zu\n", i % 1000 / 2);
    sst_page page = split(*state, text, size);
    assert_int_equal(page.line_count, 1000000);
    assert_int_equal(page.story.size, 0);
    free(text);
}

static void too_many_lines(void **state)
{
    page_kit *kit = *state;
    size_t size = 2 * (SST_PAGE_MAX_LINES + 1);
    char *text = malloc(size);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 2 ? '\n' : 'a';
    sst_page page;
    assert_int_equal(sst_page_split(kit->splitter, text, size, kit->cues, NULL, &page, &kit->error),
                     SST_LIMIT);
    assert_non_null(strstr(kit->error.message, "; "));
    assert_int_equal(page.line_count, 0);
    free(text);
}

/* Every headline twice, half a million times: hash tables, not comparisons of all with all. */
static void many_teasers(void **state)
{
    size_t pairs = 200000, size = 0;
    char *text = malloc(pairs * 64);
    for (size_t i = 0; i < pairs; i++)
        size += (size_t)sprintf(text + size, "headline number %zu\nheadline number %zu\n", i, i);
    sst_page page = split(*state, text, size);
    assert_int_equal(page.teaser_count, pairs);
    assert_int_equal(page.teasers[pairs - 1].repeats, 2);
    free(text);
}

static void one_long_line(void **state)
{
    size_t size = 50u << 20;
    char *text = malloc(size);
    memset(text, 'x', size);
    sst_page page = split(*state, text, size);
    assert_int_equal(page.line_count, 1);
    assert_int_equal(page.lines[0].letters, UINT16_MAX);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 6 == 5 ? ' ' : i % 60 == 58 ? '.' : 'x';
    page = split(*state, text, size);
    assert_int_equal(page.line, 1);
    free(text);
}

/* The reader that this machine takes, and the one that runs everywhere: the same lines, of any text
 * that ends anywhere. */
static void readers_agree(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a", "Read more", "Source: Reuters", " ", "  ", "\n", "\n\n", "\r\n", "\t", "• ", "* ",
        "12. ", "3", ". ", "...", "…", "?", "”", "]", "[", "</div>", "=\"", "{};", "নদী", "।", "؟",
        "列车", "\xC2\xA0", "\xE2\x80", "\xFF", "subscribe to our newsletter", "All rights reserved",
        "a line of some thirty letters ", "Комментарии", "X Y Z and W X Y Z and W"};
    page_kit one, other;
    void *first, *second;
    kit_create(&first);
    kit_create(&second);
    one = *(page_kit *)first;
    other = *(page_kit *)second;
    other.splitter->read_lines = sst_lines_read;
    for (uint64_t seed = 1; seed < 3000; seed++) {
        size_t size = 0, wanted = sst_mix64(seed) % 1200;
        char *text = malloc(1300);
        for (uint64_t i = 0; size < wanted; i++) {
            const char *piece = pieces[sst_mix64(seed << 20 | i) % (sizeof pieces / sizeof *pieces)];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        char *exact = malloc(size + 1);
        memcpy(exact, text, size);
        exact = realloc(exact, size > 0 ? size : 1); /* nothing behind it may be read */
        sst_page a, b;
        assert_int_equal(sst_page_split(one.splitter, exact, size, one.cues, NULL, &a, NULL), SST_OK);
        assert_int_equal(sst_page_split(other.splitter, exact, size, other.cues, NULL, &b, NULL),
                         SST_OK);
        assert_int_equal(a.line_count, b.line_count);
        if (a.line_count > 0)
            assert_memory_equal(a.lines, b.lines, a.line_count * sizeof *a.lines);
        free(text);
        free(exact);
    }
    kit_free(&first);
    kit_free(&second);
}

static void roles_have_names(void **state)
{
    (void)state;
    assert_string_equal(sst_page_role_name(SST_PAGE_TEASER), "teaser");
    assert_string_equal(sst_page_role_name((sst_page_role)99), "unknown");
    assert_string_equal(sst_page_reason_text(SST_PAGE_REASON_SOURCE), "names the source");
    assert_string_equal(sst_page_reason_text((sst_page_reason)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newsclub_page),
        cmocka_unit_test(look_alike_page),
        cmocka_unit_test(pages_of_sites),
        cmocka_unit_test(pages_of_news),
        cmocka_unit_test(teasers_point_to_stories),
        cmocka_unit_test(learned_lines_leave_the_answer),
        cmocka_unit_test(own_headline_twice),
        cmocka_unit_test(short_headlines),
        cmocka_unit_test(notices_at_the_foot),
        cmocka_unit_test(lines_that_stand_again),
        cmocka_unit_test(comments_are_records),
        cmocka_unit_test(records_of_any_words),
        cmocka_unit_test(page_of_records),
        cmocka_unit_test(caption_beside_image_text),
        cmocka_unit_test(names_of_images),
        cmocka_unit_test(lists_of_a_story),
        cmocka_unit_test(links_inside_a_story),
        cmocka_unit_test(box_inside_a_story),
        cmocka_unit_test(sentence_with_words_of_the_page),
        cmocka_unit_test(other_story_in_a_line),
        cmocka_unit_test(asked_inside_a_story),
        cmocka_unit_test(numbers_of_items),
        cmocka_unit_test(byline_under_standfirst),
        cmocka_unit_test(runs_of_one_story),
        cmocka_unit_test(page_of_teasers),
        cmocka_unit_test(empty_and_blank),
        cmocka_unit_test(only_furniture),
        cmocka_unit_test(million_short_lines),
        cmocka_unit_test(too_many_lines),
        cmocka_unit_test(many_teasers),
        cmocka_unit_test(one_long_line),
        cmocka_unit_test(readers_agree),
        cmocka_unit_test(roles_have_names),
    };
    return cmocka_run_group_tests(tests, kit_create, kit_free);
}
