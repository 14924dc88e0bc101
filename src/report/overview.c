/* How many copies, from whom, how sure. */
#include "report/page.h"

typedef struct totals {
    uint64_t relation[SST_RELATION_COUNT]; /* of members that are not canonical */
    uint64_t certainty[3];
    uint64_t relation_certainty[SST_RELATION_COUNT][3];
    uint64_t members;
    uint32_t sources; /* with a story in a cluster */
    int64_t first, last;
} totals;

static void count_source(const sst_report_story *story, bool *seen, totals *t)
{
    if (story->source == UINT32_MAX || seen == NULL || seen[story->source])
        return;
    seen[story->source] = true;
    t->sources++;
}

static void count_time(const sst_report_story *story, totals *t)
{
    if (story->published == SST_NO_TIME)
        return;
    if (t->first == SST_NO_TIME || story->published < t->first)
        t->first = story->published;
    if (t->last == SST_NO_TIME || story->published > t->last)
        t->last = story->published;
}

static void count_members(const sst_report_model *m, bool *seen, totals *t)
{
    t->first = t->last = SST_NO_TIME;
    for (uint32_t c = 0; c < m->cluster_count; c++)
        for (uint32_t i = 0; i < m->clusters[c].count; i++) {
            uint32_t number = m->clusters[c].begin + i;
            const sst_report_story *story = &m->stories[number];
            count_source(story, seen, t);
            count_time(story, t);
            if (i == 0)
                continue;
            sst_certainty certainty =
                sst_report_certainty((sst_relation)story->relation, &story->overlap);
            t->relation[story->relation]++;
            t->certainty[certainty]++;
            t->relation_certainty[story->relation][certainty]++;
            t->members++;
        }
}

static void write_sentence(sst_buffer *out, const sst_report_model *m, const totals *t)
{
    const sst_summary *s = &m->summary;
    sst_buffer_text(out, "<p class=\"lead\">");
    if (m->cluster_count == 0) {
        sst_buffer_text(out, "No story was told twice.</p>\n");
        return;
    }
    sst_buffer_text(out, "<strong>");
    sst_html_count(out, t->members, "story");
    sst_buffer_text(out, t->members == 1 ? " repeats" : " repeat");
    sst_buffer_text(out, " what another one tells</strong>: ");
    sst_html_percent(out, t->members, s->stories);
    sst_buffer_text(out, " of ");
    sst_html_number(out, s->stories);
    sst_buffer_text(out, ". They stand in ");
    sst_html_count(out, m->cluster_count, "cluster");
    sst_buffer_text(out, " of two or more");
    if (t->sources > 0) {
        sst_buffer_text(out, ", from ");
        sst_html_count(out, t->sources, "source");
    }
    if (t->first != SST_NO_TIME) {
        sst_buffer_text(out, ", published ");
        sst_html_day(out, t->first);
        sst_buffer_text(out, " to ");
        sst_html_day(out, t->last);
    }
    sst_buffer_text(out, ". The largest has ");
    sst_html_count(out, m->clusters[0].count, "story");
    sst_buffer_text(out, ".</p>\n");
}

static void number_cell(sst_buffer *out, uint64_t number)
{
    sst_buffer_text(out, "<td class=\"n\">");
    if (number == 0)
        sst_buffer_text(out, "<span class=\"quiet\">0</span>");
    else
        sst_html_number(out, number);
    sst_buffer_text(out, "</td>");
}

static void write_certainty_row(sst_buffer *out, const char *head, uint64_t all,
                                const uint64_t by_certainty[3], const char *meaning)
{
    sst_buffer_format(out, "<tr><th scope=\"row\">%s</th>", head);
    number_cell(out, all);
    for (int i = 0; i < 3; i++)
        number_cell(out, by_certainty[i]);
    sst_buffer_format(out, "<td class=\"say\">%s</td></tr>\n", meaning);
}

static void write_certainty(sst_buffer *out, const totals *t)
{
    static const struct {
        sst_relation relation;
        const char *meaning;
    } rows[] = {
        {SST_RELATION_IDENTICAL, "word for word the same"},
        {SST_RELATION_COPY, "one is mostly the other: byline, headline, small edits, a cut tail"},
        {SST_RELATION_UPDATE, "the same report, facts added or changed"},
        {SST_RELATION_EXCERPT, "the shorter lies nearly wholly in the longer"},
    };
    sst_buffer_text(out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"How sure\">"
        "<table><caption>What the repeats are, and how sure that is</caption>\n<thead><tr>"
        "<th scope=\"col\">Relation</th><th scope=\"col\" class=\"n\">Stories</th>"
        "<th scope=\"col\" class=\"n\">certain</th><th scope=\"col\" class=\"n\">sure</th>"
        "<th scope=\"col\" class=\"n\">close call</th><th scope=\"col\">Meaning</th></tr>"
        "</thead><tbody>\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sst_relation relation = rows[i].relation;
        write_certainty_row(out, sst_relation_name(relation), t->relation[relation],
                            t->relation_certainty[relation], rows[i].meaning);
    }
    write_certainty_row(out, "all", t->members, t->certainty, "");
    sst_buffer_format(out,
        "</tbody></table></div>\n<p class=\"quiet\">Certain: equal, or at least %d&nbsp;%% of "
        "all three-word runs of the two stories are in both. Sure: at least %d&nbsp;%% of those "
        "of one story stand in the other. Close call: less than that; read the two yourself. "
        "Every number is exact, counted on the texts.</p>\n",
        SST_REPORT_CERTAIN_JACCARD, SST_REPORT_SURE_CONTAINED);
}

static void write_term(sst_buffer *out, const char *term, uint64_t number, const char *say)
{
    sst_buffer_format(out, "<div><dt>%s</dt><dd>", term);
    sst_html_number(out, number);
    sst_buffer_format(out, " <span class=\"quiet\">%s</span></dd></div>\n", say);
}

static void write_reading(sst_buffer *out, const sst_summary *s)
{
    sst_buffer_text(out, "<dl class=\"facts\">\n");
    write_term(out, "Records read", s->records, "");
    write_term(out, "Bad records", s->bad, s->bad == 0 ? "" : "left out");
    write_term(out, "Repeated records", s->repeated, "same id, same content: counted once");
    write_term(out, "Superseded records", s->superseded, "same id, older content");
    write_term(out, "Stories without a word", s->empty, "");
    write_term(out, "Stories without a usable date", s->undated, "");
    write_term(out, "Pairs kept apart: template", s->pairs[SST_RELATION_TEMPLATE],
               "same formula, other facts");
    write_term(out, "Pairs kept apart: furniture", s->pairs[SST_RELATION_FURNITURE],
               "only page text is shared");
    write_term(out, "Pairs kept apart: partial", s->pairs[SST_RELATION_PARTIAL],
               "shared passages, much own text");
    sst_buffer_text(out, "</dl>\n");
}

void sst_report_overview(sst_buffer *out, const sst_report_model *model)
{
    totals t = {0};
    bool *seen = sst_allocate_zeroed(model->source_count, sizeof *seen, "sources", NULL);
    if (seen == NULL) {
        out->failed = true;
        return;
    }
    count_members(model, seen, &t);
    free(seen);
    write_sentence(out, model, &t);
    if (model->cluster_count > 0)
        write_certainty(out, &t);
    write_reading(out, &model->summary);
}
