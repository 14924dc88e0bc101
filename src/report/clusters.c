/* The largest clusters as plain HTML, and how a story is named anywhere. */
#include "report/page.h"

#include <string.h>

void sst_report_title(sst_buffer *out, const sst_report_story *story)
{
    bool untitled = story->title.size == 0;
    sst_buffer_text(out, "<cite");
    if (untitled)
        sst_buffer_text(out, " class=\"id\" dir=\"auto\"");
    else
        sst_html_language(out, story->lang, story->right_to_left);
    sst_buffer_byte(out, '>');
    sst_html_text(out, untitled ? story->id : story->title, SST_REPORT_TITLE_BYTES);
    sst_buffer_text(out, "</cite>");
}

void sst_report_linked_title(sst_buffer *out, const sst_report_story *story)
{
    sst_buffer link = {0};
    sst_html_link(&link, story->url);
    if (link.failed)
        out->failed = true;
    if (link.size > 0) {
        sst_buffer_text(out, "<a");
        sst_buffer_append(out, link.bytes, link.size);
        sst_buffer_byte(out, '>');
    }
    sst_report_title(out, story);
    if (link.size > 0)
        sst_buffer_text(out, "</a>");
    sst_buffer_free(&link);
}

void sst_report_source(sst_buffer *out, const sst_report_model *model, uint32_t source)
{
    if (source == UINT32_MAX) {
        sst_buffer_text(out, "no source");
        return;
    }
    sst_buffer_text(out, "<bdi>");
    sst_html_text(out, model->sources[source], SST_REPORT_TITLE_BYTES);
    sst_buffer_text(out, "</bdi>");
}

void sst_report_relation(sst_buffer *out, sst_relation relation)
{
    const char *name = sst_relation_name(relation);
    sst_buffer_format(out, "<span class=\"rel %s\">%s</span>", name, name);
}

bool sst_report_has_own_id(const sst_report_model *m, const sst_report_cluster *c)
{
    sst_slice canonical = m->stories[c->begin].id;
    return c->id.size != canonical.size ||
           memcmp(c->id.bytes, canonical.bytes, canonical.size) != 0;
}

/* ---- one cluster ------------------------------------------------------------------------- */

typedef struct cluster_facts {
    uint32_t relation[SST_RELATION_COUNT];
    sst_certainty least;
    int64_t first, last;
} cluster_facts;

static cluster_facts facts_of(const sst_report_model *m, const sst_report_cluster *c)
{
    cluster_facts f = {.least = SST_CERTAIN, .first = SST_NO_TIME, .last = SST_NO_TIME};
    for (uint32_t i = 0; i < c->count; i++) {
        const sst_report_story *s = &m->stories[c->begin + i];
        if (s->published != SST_NO_TIME) {
            if (f.first == SST_NO_TIME || s->published < f.first)
                f.first = s->published;
            if (s->published > f.last)
                f.last = s->published;
        }
        if (i == 0)
            continue;
        sst_certainty certainty =
            sst_report_certainty((sst_relation)s->relation, &s->overlap);
        if (certainty > f.least)
            f.least = certainty;
        f.relation[s->relation]++;
    }
    return f;
}

static void write_days(sst_buffer *out, const cluster_facts *f)
{
    if (f->first == SST_NO_TIME) {
        sst_buffer_text(out, " · undated");
        return;
    }
    sst_buffer_text(out, " · ");
    sst_html_day(out, f->first);
    if (f->last / 86400 != f->first / 86400) {
        sst_buffer_text(out, " to ");
        sst_html_day(out, f->last);
    }
}

static void write_summary(sst_buffer *out, const sst_report_model *m,
                          const sst_report_cluster *c, const cluster_facts *f)
{
    const sst_report_story *canonical = &m->stories[c->begin];
    sst_buffer_text(out, "<summary>");
    sst_report_title(out, canonical);
    sst_buffer_text(out, "<span class=\"meta\">");
    sst_html_count(out, c->count, "story");
    sst_buffer_text(out, " · ");
    sst_report_source(out, m, canonical->source);
    write_days(out, f);
    const char *between = " · ";
    for (unsigned i = 0; i < SST_RELATION_COUNT; i++) {
        if (f->relation[i] == 0)
            continue;
        sst_buffer_format(out, "%s%u&nbsp;%s", between, f->relation[i],
                          sst_relation_name((sst_relation)i));
        between = ", ";
    }
    sst_buffer_format(out, " · %s</span></summary>\n", sst_certainty_name(f->least));
}

static void write_choice(sst_buffer *out, const sst_report_cluster *c)
{
    switch (c->choice) {
    case SST_REPORT_CREDITED:
        if (c->credits > 0)
            sst_html_count(out, c->credits, "other member");
        else
            sst_buffer_text(out, "a story like it");
        sst_buffer_text(out, c->credits > 1 ? " name its source" : " names its source");
        break;
    case SST_REPORT_CONTAINS:
        sst_buffer_text(out, "it contains the others");
        break;
    case SST_REPORT_EARLIEST:
        sst_buffer_text(out, "it was published first");
        break;
    case SST_REPORT_LONGEST:
        sst_buffer_text(out, "it is the longest, and none was published before it");
        break;
    case SST_REPORT_ORDER:
        sst_buffer_text(out, "date and length are the same, so the order of content and id "
                             "decides");
        break;
    }
}

/* One line a member; the script puts the wider table in its place when it is opened. */
static void write_member(sst_buffer *out, const sst_report_model *m, uint32_t number,
                         bool canonical)
{
    const sst_report_story *s = &m->stories[number];
    sst_buffer_text(out, "<li>");
    sst_report_linked_title(out, s);
    sst_buffer_text(out, "<span class=\"meta\">");
    sst_report_source(out, m, s->source);
    sst_buffer_text(out, " · ");
    sst_html_time(out, s->published);
    if (canonical) {
        sst_buffer_text(out, " · canonical");
    } else {
        sst_buffer_format(out, " · %s, ", sst_relation_name((sst_relation)s->relation));
        sst_html_percent(out, s->overlap.shared, s->overlap.a_count);
        sst_buffer_format(out, " contained: %s", m->rules[s->rule].sentence);
    }
    sst_buffer_text(out, "</span></li>\n");
}

static void write_members(sst_buffer *out, const sst_report_model *m,
                          const sst_report_cluster *c)
{
    uint32_t shown = c->count < SST_REPORT_MEMBERS ? c->count : SST_REPORT_MEMBERS;
    sst_buffer_text(out, "<ul class=\"stories\">\n");
    for (uint32_t i = 0; i < shown; i++)
        write_member(out, m, c->begin + i, i == 0);
    sst_buffer_text(out, "</ul>\n");
    if (shown < c->count) {
        sst_buffer_text(out, "<p class=\"quiet\">and ");
        sst_html_number(out, c->count - shown);
        sst_buffer_text(out, " more.</p>\n");
    }
}

static void write_ids(sst_buffer *out, const sst_report_model *m, const sst_report_cluster *c)
{
    if (sst_report_has_own_id(m, c)) {
        sst_buffer_text(out, "Cluster <bdi class=\"id\">");
        sst_html_text(out, c->id, 0);
        sst_buffer_text(out, "</bdi>. ");
    }
    sst_buffer_text(out, "Canonical: <bdi class=\"id\">");
    sst_html_text(out, m->stories[c->begin].id, 0);
    sst_buffer_text(out, "</bdi>, because ");
}

static void write_cluster(sst_buffer *out, const sst_report_model *m,
                          const sst_report_cluster *c)
{
    cluster_facts facts = facts_of(m, c);
    sst_buffer_text(out, "<li><details>");
    write_summary(out, m, c, &facts);
    sst_buffer_text(out, "<p>");
    write_ids(out, m, c);
    write_choice(out, c);
    sst_buffer_text(out, ". <a class=\"js\" href=\"#cluster=");
    sst_html_url_part(out, c->id);
    sst_buffer_text(out, "\">Open this cluster</a></p>\n");
    write_members(out, m, c);
    sst_buffer_text(out, "</details></li>\n");
}

void sst_report_clusters(sst_buffer *out, const sst_report_model *model)
{
    uint32_t shown =
        model->cluster_count < SST_REPORT_CLUSTERS ? model->cluster_count : SST_REPORT_CLUSTERS;
    if (shown < model->cluster_count)
        sst_buffer_format(out, "<p class=\"quiet\" id=\"static-note\">The %u largest of %u.</p>\n",
                          shown, model->cluster_count);
    sst_buffer_text(out, "<ol id=\"list\">\n");
    for (uint32_t i = 0; i < shown; i++)
        write_cluster(out, model, &model->clusters[i]);
    sst_buffer_text(out, "</ol>\n");
}
