/* Who copies whom: from the source of each canonical story to the sources of what repeats it. */
#include "report/page.h"

#include <string.h>

/* One repeat. */
typedef struct repeat {
    uint32_t from, to; /* sources */
    int64_t delay;     /* seconds, or SST_NO_TIME */
    uint8_t relation;
} repeat;

/* All repeats from one source to another. */
typedef struct flow {
    uint32_t from, to;
    uint32_t count, relation[SST_RELATION_COUNT];
    int64_t delay; /* median of those that are known, or SST_NO_TIME */
} flow;

typedef struct flows {
    repeat *repeats;
    size_t repeat_count;
    flow *list; /* most repeats first */
    size_t count, capacity;
    uint64_t own; /* repeats inside one source */
    bool failed;
} flows;

static int compare_repeats(const void *left, const void *right)
{
    const repeat *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    if (a->delay != b->delay)
        return a->delay < b->delay ? -1 : 1;
    return a->relation < b->relation ? -1 : a->relation > b->relation;
}

/* Numbers of sources follow the input, so equal counts go by name. */
static int compare_flows(const void *left, const void *right, void *context)
{
    const flow *a = left, *b = right;
    const sst_report_model *m = context;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    const uint32_t pairs[2][2] = {{a->from, b->from}, {a->to, b->to}};
    for (int i = 0; i < 2; i++) {
        sst_slice x = m->sources[pairs[i][0]], y = m->sources[pairs[i][1]];
        int order = memcmp(x.bytes, y.bytes, x.size < y.size ? x.size : y.size);
        if (order != 0)
            return order;
        if (x.size != y.size)
            return x.size < y.size ? -1 : 1;
    }
    return 0;
}

static void list_repeats(const sst_report_model *m, flows *f)
{
    size_t members = 0;
    for (uint32_t i = 0; i < m->cluster_count; i++)
        members += m->clusters[i].count;
    f->repeats = sst_allocate(members, sizeof *f->repeats, "repeats", NULL);
    f->failed = f->repeats == NULL;
    for (uint32_t c = 0; c < m->cluster_count && !f->failed; c++) {
        const sst_report_story *canonical = &m->stories[m->clusters[c].begin];
        for (uint32_t i = 1; i < m->clusters[c].count; i++) {
            const sst_report_story *s = canonical + i;
            if (s->source == UINT32_MAX || canonical->source == UINT32_MAX)
                continue;
            f->own += s->source == canonical->source;
            if (s->source == canonical->source)
                continue;
            bool dated = s->published != SST_NO_TIME && canonical->published != SST_NO_TIME;
            f->repeats[f->repeat_count++] = (repeat){
                .from = canonical->source, .to = s->source, .relation = s->relation,
                .delay = dated ? s->published - canonical->published : SST_NO_TIME};
        }
    }
    if (!f->failed)
        qsort(f->repeats, f->repeat_count, sizeof *f->repeats, compare_repeats);
}

/* Sorted by delay, unknown ones (the smallest number) first. */
static int64_t median_delay(const repeat *repeats, size_t count)
{
    size_t unknown = 0;
    while (unknown < count && repeats[unknown].delay == SST_NO_TIME)
        unknown++;
    return unknown == count ? SST_NO_TIME : repeats[unknown + (count - unknown) / 2].delay;
}

static void list_flows(const sst_report_model *m, flows *f)
{
    for (size_t i = 0, end; i < f->repeat_count && !f->failed; i = end) {
        flow one = {.from = f->repeats[i].from, .to = f->repeats[i].to};
        for (end = i; end < f->repeat_count && f->repeats[end].from == one.from &&
                      f->repeats[end].to == one.to;
             end++)
            one.relation[f->repeats[end].relation]++;
        one.count = (uint32_t)(end - i);
        one.delay = median_delay(f->repeats + i, end - i);
        f->failed = SST_RESERVE(&f->list, &f->capacity, f->count + 1, "flows", NULL) != SST_OK;
        if (!f->failed)
            f->list[f->count++] = one;
    }
    if (!f->failed && f->count > 0)
        qsort_r(f->list, f->count, sizeof *f->list, compare_flows, (void *)(uintptr_t)m);
}

/* ---- the graph --------------------------------------------------------------------------- */

/* Sources in the graph, top down in the order in which the strongest flows name them. */
typedef struct graph {
    uint32_t source[SST_REPORT_GRAPH];
    unsigned count;
} graph;

static unsigned place_of(const graph *g, uint32_t source)
{
    unsigned i = 0;
    while (i < g->count && g->source[i] != source)
        i++;
    return i;
}

static void choose_sources(graph *g, const flows *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const uint32_t ends[2] = {f->list[i].from, f->list[i].to};
        unsigned new_ends = (place_of(g, ends[0]) == g->count ? 1u : 0u) +
                            (place_of(g, ends[1]) == g->count ? 1u : 0u);
        for (int end = 0; end < 2 && g->count + new_ends <= SST_REPORT_GRAPH; end++)
            if (place_of(g, ends[end]) == g->count) {
                g->source[g->count++] = ends[end];
                new_ends--;
            }
    }
}

enum { ROW = 30, AXIS = 230, WIDTH = 350 };

/* Half an ellipse right of the names for each flow; its head tells the direction. Thickness: 1 to
 * 5 units, by share of the strongest flow. */
static void write_arc(sst_buffer *out, const graph *g, const flow *f, uint32_t strongest)
{
    unsigned from = place_of(g, f->from), to = place_of(g, f->to);
    if (from == g->count || to == g->count)
        return;
    int begin = (int)from * ROW + ROW / 2, end = (int)to * ROW + ROW / 2;
    /* Arcs down leave and arrive a little higher than arcs up, so that they do not meet. */
    int shift = from < to ? -3 : 3;
    int radius = (end > begin ? end - begin : begin - end) / 2;
    int reach = 12 + radius * 9 / 16;
    unsigned tenths = 10 + (unsigned)((uint64_t)f->count * 40 / strongest);
    sst_buffer_format(out,
        "<path d=\"M%d %d A%d %d 0 0 %d %d %d\" stroke-width=\"%u.%u\" "
        "marker-end=\"url(#head)\"><title>",
        AXIS, begin + shift, reach, radius, from < to, AXIS + 4, end + shift, tenths / 10,
        tenths % 10);
}

static void write_graph(sst_buffer *out, const sst_report_model *m, const flows *f)
{
    graph g = {.count = 0};
    choose_sources(&g, f);
    sst_buffer_format(out,
        "<figure><svg viewBox=\"0 0 %d %u\" role=\"img\" aria-labelledby=\"graph-title\">"
        "<title id=\"graph-title\">Arcs from a source to those that repeat it; the table has "
        "the numbers</title>\n"
        "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
        "markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"9\" orient=\"auto\">"
        "<path d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>\n<g class=\"arcs\">\n",
        WIDTH, g.count * ROW);
    for (size_t i = f->count; i-- > 0;) {
        const flow *one = &f->list[i];
        if (place_of(&g, one->from) == g.count || place_of(&g, one->to) == g.count)
            continue;
        write_arc(out, &g, one, f->list[0].count);
        sst_html_text(out, m->sources[one->from], 100);
        sst_buffer_text(out, " → ");
        sst_html_text(out, m->sources[one->to], 100);
        sst_buffer_text(out, ": ");
        sst_html_count(out, one->count, "story");
        sst_buffer_text(out, "</title></path>\n");
    }
    sst_buffer_text(out, "</g>\n<g class=\"names\">\n");
    for (unsigned i = 0; i < g.count; i++) {
        sst_buffer_format(out, "<circle cx=\"%d\" cy=\"%u\" r=\"3\"/><text x=\"%d\" y=\"%u\">",
                          AXIS - 4, i * ROW + ROW / 2, AXIS - 14, i * ROW + ROW / 2 + 5);
        sst_html_text(out, m->sources[g.source[i]], 32);
        sst_buffer_text(out, "</text>\n");
    }
    sst_buffer_text(out, "</g></svg><figcaption>");
    sst_buffer_text(out, g.count == SST_REPORT_GRAPH ? "The busiest sources. " : "");
    sst_buffer_text(out, "An arrow leads from the source of a canonical story to a source that "
                         "repeats it; the more stories, the thicker.</figcaption></figure>\n");
}

/* ---- the table --------------------------------------------------------------------------- */

static void write_delay(sst_buffer *out, int64_t seconds)
{
    if (seconds == SST_NO_TIME) {
        sst_buffer_text(out, "<span class=\"quiet\">unknown</span>");
        return;
    }
    uint64_t size = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
    if (seconds < 0)
        sst_buffer_text(out, "−");
    if (size >= 2 * 86400)
        sst_buffer_format(out, "%llu&nbsp;d", (unsigned long long)(size / 86400));
    else
        sst_buffer_format(out, "%llu:%02llu&nbsp;h", (unsigned long long)(size / 3600),
                          (unsigned long long)(size / 60 % 60));
}

static void write_flow(sst_buffer *out, const sst_report_model *m, const flow *f)
{
    static const sst_relation shown[] = {SST_RELATION_IDENTICAL, SST_RELATION_COPY,
                                         SST_RELATION_UPDATE, SST_RELATION_EXCERPT};
    sst_buffer_text(out, "<tr><td>");
    sst_report_source(out, m, f->from);
    sst_buffer_text(out, "</td><td>");
    sst_report_source(out, m, f->to);
    sst_buffer_text(out, "</td><td class=\"n\">");
    sst_html_number(out, f->count);
    sst_buffer_text(out, "</td>");
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        uint32_t count = f->relation[shown[i]];
        sst_buffer_text(out, count == 0 ? "<td class=\"n quiet\">" : "<td class=\"n\">");
        sst_html_number(out, count);
        sst_buffer_text(out, "</td>");
    }
    sst_buffer_text(out, "<td class=\"n\">");
    write_delay(out, f->delay);
    sst_buffer_text(out, "</td></tr>\n");
}

static void write_table(sst_buffer *out, const sst_report_model *m, const flows *f)
{
    size_t shown = f->count < SST_REPORT_FLOWS ? f->count : SST_REPORT_FLOWS;
    sst_buffer_text(out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"Repeats between sources\">"
        "<table><caption>Repeats between sources</caption><thead><tr>"
        "<th scope=\"col\">From</th><th scope=\"col\">Repeated by</th>"
        "<th scope=\"col\" class=\"n\">Stories</th><th scope=\"col\" class=\"n\">identical</th>"
        "<th scope=\"col\" class=\"n\">copy</th><th scope=\"col\" class=\"n\">update</th>"
        "<th scope=\"col\" class=\"n\">excerpt</th>"
        "<th scope=\"col\" class=\"n\">Middle delay</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < shown; i++)
        write_flow(out, m, &f->list[i]);
    sst_buffer_text(out, "</tbody></table></div>\n<p class=\"quiet\">");
    if (shown < f->count)
        sst_buffer_format(out, "The first %zu of %zu pairs of sources. ", shown, f->count);
    sst_buffer_text(out, "Counted from the canonical story of each cluster to its other members. ");
    sst_html_count(out, f->own, "story");
    sst_buffer_text(out, f->own == 1 ? " repeats its own source.</p>\n"
                                     : " repeat their own source.</p>\n");
}

void sst_report_flows(sst_buffer *out, const sst_report_model *model)
{
    flows f = {0};
    list_repeats(model, &f);
    list_flows(model, &f);
    if (f.failed) {
        out->failed = true;
    } else if (f.count == 0) {
        sst_buffer_text(out, "<p>No source repeats another one.</p>\n");
    } else {
        write_graph(out, model, &f);
        write_table(out, model, &f);
    }
    free(f.repeats);
    free(f.list);
}
