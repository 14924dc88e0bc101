/* What was kept apart, cut, or is close: lists of stories and pairs. */
#include "report/page.h"

static void write_story_line(sst_buffer *out, const sst_report_model *m, uint32_t number)
{
    const sst_report_story *s = &m->stories[number];
    sst_report_linked_title(out, s);
    sst_buffer_text(out, "<span class=\"meta\">");
    sst_report_source(out, m, s->source);
    sst_buffer_text(out, " · ");
    sst_html_time(out, s->published);
    sst_buffer_text(out, "</span>");
}

static void compare_link(sst_buffer *out, const sst_report_model *m, uint32_t a, uint32_t b)
{
    sst_buffer_text(out, "<a class=\"js\" href=\"#pair=");
    sst_html_url_part(out, m->stories[a].id);
    sst_buffer_byte(out, '&');
    sst_html_url_part(out, m->stories[b].id);
    sst_buffer_text(out, "\">Compare</a>");
}

/* ---- families ---------------------------------------------------------------------------- */

static void write_family(sst_buffer *out, const sst_report_model *m, const sst_report_family *f)
{
    const uint32_t *members = m->family_members + f->begin;
    sst_buffer_text(out, "<li><details><summary>");
    sst_report_title(out, &m->stories[members[0]]);
    sst_buffer_text(out, "<span class=\"meta\">");
    sst_html_count(out, f->count, "story");
    sst_buffer_format(out, " · %s · %s</span></summary>\n<ul class=\"stories\">\n",
                      sst_relation_name((sst_relation)f->relation), m->rules[f->rule].sentence);
    for (uint32_t i = 0; i < f->listed; i++) {
        sst_buffer_text(out, "<li>");
        write_story_line(out, m, members[i]);
        if (i > 0) {
            sst_buffer_byte(out, ' ');
            compare_link(out, m, members[0], members[i]);
        }
        sst_buffer_text(out, "</li>\n");
    }
    sst_buffer_text(out, "</ul>\n");
    if (f->listed < f->count) {
        sst_buffer_text(out, "<p class=\"quiet\">and ");
        sst_html_number(out, f->count - f->listed);
        sst_buffer_text(out, " more.</p>\n");
    }
    sst_buffer_text(out, "</details></li>\n");
}

void sst_report_families(sst_buffer *out, const sst_report_model *model)
{
    sst_buffer_text(out, "<p>Stories that look alike and are not the same: one formula with "
                         "other facts, or one block of page text. They were never merged. A "
                         "long list here means that a simple similarity threshold would have "
                         "made one false cluster of it.</p>\n");
    if (model->family_count == 0) {
        sst_buffer_text(out, "<p>None were found.</p>\n");
        return;
    }
    if (model->family_count < model->family_all) {
        sst_buffer_format(out, "<p class=\"quiet\">The %u largest of ", model->family_count);
        sst_html_number(out, model->family_all);
        sst_buffer_text(out, ".</p>\n");
    }
    sst_buffer_text(out, "<ol class=\"list\">\n");
    for (uint32_t i = 0; i < model->family_count; i++)
        write_family(out, model, &model->families[i]);
    sst_buffer_text(out, "</ol>\n");
}

/* ---- pairs ------------------------------------------------------------------------------- */

static void write_pair(sst_buffer *out, const sst_report_model *m, const sst_report_pair *p)
{
    const sst_overlap *o = &p->overlap;
    uint32_t smaller = o->a_count < o->b_count ? o->a_count : o->b_count;
    sst_buffer_text(out, "<li><div class=\"two\"><div>");
    write_story_line(out, m, p->a);
    sst_buffer_text(out, "</div><div>");
    write_story_line(out, m, p->b);
    sst_buffer_text(out, "</div></div>\n<p>");
    sst_report_relation(out, (sst_relation)p->relation);
    sst_buffer_byte(out, ' ');
    sst_html_percent(out, o->shared, smaller);
    sst_buffer_format(out, " of the shorter one is shared; %s. ", m->rules[p->rule].sentence);
    compare_link(out, m, p->a, p->b);
    sst_buffer_text(out, "</p></li>\n");
}

static void write_pairs(sst_buffer *out, const sst_report_model *m,
                        const sst_report_pair *pairs, uint32_t count, uint64_t all,
                        const char *id)
{
    uint32_t shown = count < SST_REPORT_PAIRS ? count : SST_REPORT_PAIRS;
    if (shown < all) {
        sst_buffer_format(out, "<p class=\"quiet\" id=\"%s-note\">The first %u of ", id, shown);
        sst_html_number(out, all);
        sst_buffer_text(out, ".</p>\n");
    }
    sst_buffer_format(out, "<ol class=\"list pairs\" id=\"%s-list\">\n", id);
    for (uint32_t i = 0; i < shown; i++)
        write_pair(out, m, &pairs[i]);
    sst_buffer_text(out, "</ol>\n");
}

void sst_report_cut(sst_buffer *out, const sst_report_model *model)
{
    sst_buffer_text(out, "<p>Two stories that tell the same, each with another canonical story: "
                         "A is like B and B is like C, but A and C are strangers, so the chain "
                         "was cut.</p>\n");
    if (model->cut_count == 0)
        sst_buffer_text(out, "<p>No chain had to be cut.</p>\n");
    else
        write_pairs(out, model, model->cut, model->cut_count, model->cut_all, "cut");
}

void sst_report_review(sst_buffer *out, const sst_report_model *model)
{
    sst_buffer_text(out, "<p>Decisions close to the border, the most doubtful first: merged with "
                         "little overlap, or kept apart with much. <span class=\"js\">Mark what "
                         "you see; the marks can be saved as a gold file for <code>samestory "
                         "eval</code>.</span></p>\n<div id=\"review-tools\"></div>\n");
    if (model->review_count == 0)
        sst_buffer_text(out, "<p>Nothing is doubtful.</p>\n");
    else
        write_pairs(out, model, model->review, model->review_count, model->review_all,
                    "review");
}
