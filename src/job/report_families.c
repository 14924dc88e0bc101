/* Families of stories that were kept apart: connected by template pairs, or by furniture pairs and
 * by one furniture text. A family is an alarm, not a cluster, so single link is right here. */
#include "job/report.h"
#include "judge/judge.h"

typedef struct families {
    sst_report_draft *d;
    uint32_t *parent; /* by text; the smallest text of a set is its root */
    uint32_t *next, *last; /* by text: the list of a set, in order; last by root */
    uint64_t *stories; /* by root */
    uint8_t *rule;     /* by root: of its first pair */
    bool *joined;      /* by text: in a set at all */
} families;

static uint32_t root_of(const families *f, uint32_t text)
{
    while (f->parent[text] != text) {
        f->parent[text] = f->parent[f->parent[text]];
        text = f->parent[text];
    }
    return text;
}

static void join(families *f, const sst_text_pair *pair)
{
    uint32_t a = root_of(f, pair->a), b = root_of(f, pair->b);
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    if (!f->joined[pair->a] && !f->joined[pair->b])
        f->rule[low] = pair->rule;
    else if (!f->joined[low])
        f->rule[low] = f->rule[high];
    f->parent[high] = low;
    f->joined[pair->a] = f->joined[pair->b] = true;
}

/* Several stories with one text that were not taken for one story. */
static bool is_divided(const sst_corpus *c, uint32_t text)
{
    uint32_t begin = c->text_begin[text], end = c->text_begin[text + 1];
    for (uint32_t i = begin + 1; i < end; i++)
        if (c->unit_of[c->text_member[i]] != c->unit_of[c->text_member[begin]])
            return true;
    return false;
}

static void join_all(families *f, sst_relation relation)
{
    const sst_corpus *c = f->d->corpus;
    for (uint32_t text = 0; text < c->text_count; text++) {
        f->parent[text] = text;
        f->stories[text] = 0;
        f->last[text] = text;
        f->joined[text] = relation == SST_RELATION_FURNITURE && is_divided(c, text);
        f->rule[text] = SST_RULE_FURNITURE_SHARED;
    }
    for (size_t i = 0; i < c->pair_count; i++)
        if (c->pairs[i].relation == relation)
            join(f, &c->pairs[i]);
    for (uint32_t text = 0; text < c->text_count; text++) {
        uint32_t root = root_of(f, text);
        f->next[text] = UINT32_MAX;
        f->stories[root] += c->text_begin[text + 1] - c->text_begin[text];
        if (root != text)
            f->next[f->last[root]] = text;
        f->last[root] = text;
    }
}

/* ---- listing ----------------------------------------------------------------------------- */

typedef struct family_root {
    uint64_t stories;
    uint32_t text;
} family_root;

static int compare_roots(const void *left, const void *right)
{
    const family_root *a = left, *b = right;
    if (a->stories != b->stories)
        return a->stories > b->stories ? -1 : 1;
    return a->text < b->text ? -1 : a->text > b->text;
}

static sst_status list_member(families *f, sst_report_family *family, uint32_t entry,
                              sst_error *error)
{
    sst_report_draft *d = f->d;
    uint32_t story;
    sst_status status = SST_RESERVE(&d->family_members, &d->member_capacity,
                                    d->member_count + 1, "families", error);
    if (status == SST_OK)
        status = sst_report_add_story(d, entry, &story, error);
    if (status != SST_OK)
        return status;
    d->family_members[d->member_count++] = story;
    family->listed++;
    return SST_OK;
}

/* One story a unit, in canonical order. */
static sst_status list_members(families *f, sst_report_family *family, uint32_t root,
                               sst_error *error)
{
    const sst_corpus *c = f->d->corpus;
    sst_status status = SST_OK;
    for (uint32_t text = root; text != UINT32_MAX && status == SST_OK; text = f->next[text])
        for (uint32_t i = c->text_begin[text]; i < c->text_begin[text + 1]; i++) {
            uint32_t entry = c->text_member[i];
            if (c->unit_head[c->unit_of[entry]] == entry &&
                family->listed < SST_FAMILY_STORIES && status == SST_OK)
                status = list_member(f, family, entry, error);
        }
    return status;
}

static sst_status list_families(families *f, const family_root *roots, size_t count,
                                sst_relation relation, sst_error *error)
{
    sst_report_draft *d = f->d;
    sst_status status = SST_OK;
    for (size_t i = 0; i < count && i < SST_FAMILIES && status == SST_OK; i++) {
        sst_report_family family = {.begin = (uint32_t)d->member_count,
                                    .count = roots[i].stories,
                                    .relation = (uint8_t)relation,
                                    .rule = f->rule[roots[i].text]};
        status = SST_RESERVE(&d->families, &d->family_capacity, d->family_count + 1,
                             "families", error);
        if (status == SST_OK)
            status = list_members(f, &family, roots[i].text, error);
        if (status == SST_OK)
            d->families[d->family_count++] = family;
    }
    d->family_all += count;
    return status;
}

static sst_status find_families(families *f, sst_relation relation, sst_error *error)
{
    const sst_corpus *c = f->d->corpus;
    size_t count = 0;
    family_root *roots = sst_allocate(c->text_count, sizeof *roots, "families", error);
    if (roots == NULL)
        return SST_MEMORY;
    join_all(f, relation);
    for (uint32_t text = 0; text < c->text_count; text++)
        if (f->joined[text] && f->parent[text] == text)
            roots[count++] = (family_root){.stories = f->stories[text], .text = text};
    qsort(roots, count, sizeof *roots, compare_roots);
    sst_status status = list_families(f, roots, count, relation, error);
    free(roots);
    return status;
}

static int compare_families(const void *left, const void *right)
{
    const sst_report_family *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

sst_status sst_report_draft_families(sst_report_draft *d, sst_error *error)
{
    size_t count = d->corpus->text_count;
    families f = {
        .d = d,
        .parent = sst_allocate(count, sizeof *f.parent, "families", error),
        .next = sst_allocate(count, sizeof *f.next, "families", error),
        .last = sst_allocate(count, sizeof *f.last, "families", error),
        .stories = sst_allocate(count, sizeof *f.stories, "families", error),
        .rule = sst_allocate(count, sizeof *f.rule, "families", error),
        .joined = sst_allocate(count, sizeof *f.joined, "families", error),
    };
    bool complete = f.parent != NULL && f.next != NULL && f.last != NULL && f.stories != NULL &&
                    f.rule != NULL && f.joined != NULL;
    sst_status status = complete ? SST_OK : SST_MEMORY;
    if (status == SST_OK)
        status = find_families(&f, SST_RELATION_TEMPLATE, error);
    if (status == SST_OK)
        status = find_families(&f, SST_RELATION_FURNITURE, error);
    if (status == SST_OK && d->family_count > 0)
        qsort(d->families, d->family_count, sizeof *d->families, compare_families);
    if (d->family_count > SST_FAMILIES)
        d->family_count = SST_FAMILIES;
    free(f.parent);
    free(f.next);
    free(f.last);
    free(f.stories);
    free(f.rule);
    free(f.joined);
    return status;
}
