#include "judge/facts.h"

/* part / whole >= percent / 100, in integers. */
static bool reaches(uint64_t part, uint64_t whole, unsigned percent)
{
    return part * 100 >= whole * percent;
}

static uint64_t gaps_of(const sst_signs *s)
{
    return (uint64_t)s->edits + s->insertions;
}

bool sst_figures_changed(const sst_signs *s, const sst_limits *l)
{
    return (s->figures_changed >= l->figures && s->figures_changed >= s->figures_same) ||
           (s->figures_changed >= l->many_figures &&
            2 * (uint64_t)s->figures_changed >= s->figures_same);
}

static bool figures_outnumber_words(const sst_signs *s, unsigned percent)
{
    return reaches((uint64_t)s->figures_same + s->figures_changed,
                   (uint64_t)s->aligned + s->figures_changed, percent);
}

bool sst_is_other_issue(const sst_signs *s, const sst_limits *l, uint64_t days_apart)
{
    bool is_bulletin = figures_outnumber_words(s, l->bulletin);
    if (s->figures_changed > 0 && days_apart >= l->many_days && is_bulletin)
        return true;
    if (!reaches(s->figures_changed, (uint64_t)s->figures_same + s->figures_changed,
                 l->table_changed))
        return false;
    return (s->figures_changed >= l->bulletin_figures && is_bulletin) ||
           (s->figures_changed >= l->figures && figures_outnumber_words(s, l->table));
}

bool sst_is_other_form(const sst_signs *s, const sst_limits *l)
{
    return s->figures_changed > 0 && s->stretches == 0 && s->edits > 1 &&
           s->figures_same <= (uint64_t)l->form_figures * s->figures_changed &&
           reaches(s->edits, gaps_of(s), l->form_edits) && s->title_a > 0 && s->title_b > 0 &&
           !reaches(s->title_shared, s->title_union, l->form_titles);
}

bool sst_names_changed(const sst_signs *s, const sst_limits *l)
{
    return s->renamed_places >= l->name_places && s->renamed_words >= l->names;
}

bool sst_figures_are_few(const sst_signs *s, const sst_limits *l)
{
    return !reaches(s->figure_edits, gaps_of(s), l->change_gaps);
}

bool sst_names_are_few(const sst_signs *s, const sst_limits *l)
{
    return s->renamed_words <= l->names && !reaches(s->renamed_places, gaps_of(s), l->change_gaps);
}
