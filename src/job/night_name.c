/* Clusters get their archive ids, and what changes becomes the plan.
 *
 * Tonight's clusters are "parts": sets of stories of the window. A cluster of the archive is
 * claimed by the part that holds its heir: the story that founded it, or a newer version of that
 * story, or when it is gone the first story left. A part takes the cluster that was founded first
 * among those it claims (numbers are given in order of arrival), the others are merged into it; a
 * part that claims none was split off and takes its canonical story's number. */
#include <string.h>

#include "base/sort.h"
#include "job/clock.h"
#include "job/nightly.h"

/* One cluster of the archive before the plan, with its stories in the window. */
typedef struct old_cluster {
    uint32_t cluster;
    size_t begin, count; /* in naming.members */
    uint32_t heir;       /* entry */
} old_cluster;

typedef struct naming {
    sst_nightly *night;
    const sst_corpus *c;
    uint64_t *members; /* cluster << 32 | entry, sorted */
    old_cluster *old;
    size_t old_count, old_capacity;
    size_t parts;      /* units, then entries without tokens */
    uint32_t *name;    /* by part: cluster number, 0: none yet */
    uint32_t *size;    /* by part: stories */
    uint64_t *touched; /* clusters that stories leave */
    size_t touched_count, touched_capacity;
} naming;

/* ---- Parts ---- */

static size_t part_of(const naming *n, uint32_t entry)
{
    uint32_t unit = n->c->unit_of[entry];
    return unit == UINT32_MAX ? (size_t)n->c->unit_count + entry : n->c->members[unit].cluster;
}

static uint32_t canonical_of(const naming *n, size_t part)
{
    return part < n->c->unit_count ? n->c->unit_head[part]
                                   : (uint32_t)(part - n->c->unit_count);
}

static uint32_t old_of(const naming *n, uint32_t entry)
{
    return n->night->entries[entry].cluster;
}

static uint32_t number_of(const naming *n, uint32_t entry)
{
    return n->night->entries[entry].number;
}

/* Entries stand in the order of numbers. */
static uint32_t entry_of(const naming *n, uint32_t number)
{
    size_t low = 0, high = n->c->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (number_of(n, (uint32_t)middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < n->c->entry_count && number_of(n, (uint32_t)low) == number;
    return found ? (uint32_t)low : UINT32_MAX;
}

static sst_slice id_of(const naming *n, uint32_t entry)
{
    const sst_entry *e = &n->c->entries[entry];
    return (sst_slice){sst_entry_id(n->c, e), e->id_size};
}

/* ---- Clusters before tonight ---- */

static sst_status find_heir(naming *n, old_cluster *old, sst_error *error)
{
    const uint64_t *members = n->members + old->begin;
    old->heir = (uint32_t)members[0];
    for (size_t i = 0; i < old->count; i++) {
        if (number_of(n, (uint32_t)members[i]) != old->cluster)
            continue;
        old->heir = (uint32_t)members[i];
        return SST_OK;
    }
    sst_buffer id = {0};
    sst_status status =
        sst_store_cluster_id(n->night->archive->store, old->cluster, &id, error);
    for (size_t i = 0; i < old->count && status == SST_OK; i++) {
        sst_slice own = id_of(n, (uint32_t)members[i]);
        if (own.size == id.size && memcmp(own.bytes, id.bytes, id.size) == 0)
            old->heir = (uint32_t)members[i];
    }
    sst_buffer_free(&id);
    return status;
}

static sst_status list_old(naming *n, sst_error *error)
{
    size_t count = n->c->entry_count;
    uint64_t *scratch = sst_allocate(count, sizeof *scratch, "clusters", error);
    if (scratch == NULL)
        return SST_MEMORY;
    for (size_t i = 0; i < count; i++)
        n->members[i] = (uint64_t)old_of(n, (uint32_t)i) << 32 | i;
    sst_status status = sst_sort(n->members, scratch, count, 1, error);
    free(scratch);
    for (size_t first = 0, i = 1; i <= count && status == SST_OK; i++) {
        if (i < count && n->members[i] >> 32 == n->members[first] >> 32)
            continue;
        status = SST_RESERVE(&n->old, &n->old_capacity, n->old_count + 1, "clusters", error);
        if (status != SST_OK)
            break;
        n->old[n->old_count] = (old_cluster){.cluster = (uint32_t)(n->members[first] >> 32),
                                             .begin = first, .count = i - first};
        status = find_heir(n, &n->old[n->old_count++], error);
        first = i;
    }
    return status;
}

/* NULL when the cluster had no story in the window. */
static const old_cluster *find_old(const naming *n, uint32_t cluster)
{
    size_t low = 0, high = n->old_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (n->old[middle].cluster < cluster)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n->old_count && n->old[low].cluster == cluster ? &n->old[low] : NULL;
}

static void name_parts(naming *n)
{
    for (size_t i = 0; i < n->old_count; i++) {
        uint32_t *name = &n->name[part_of(n, n->old[i].heir)];
        if (*name == 0 || n->old[i].cluster < *name)
            *name = n->old[i].cluster;
    }
    for (uint32_t i = 0; i < n->c->entry_count; i++) {
        size_t part = part_of(n, i);
        n->size[part]++;
        if (n->name[part] == 0)
            n->name[part] = number_of(n, canonical_of(n, part));
    }
}

/* ---- Words for the history ---- */

static void append_quoted(sst_buffer *text, sst_slice id)
{
    sst_buffer_byte(text, '\'');
    sst_buffer_append(text, id.bytes, id.size);
    sst_buffer_byte(text, '\'');
}

static void append_rule(const naming *n, sst_buffer *text, uint32_t a, uint32_t b)
{
    const sst_corpus *c = n->c;
    const sst_text_pair *pair = sst_corpus_pair_of(c, c->text_of[a], c->text_of[b]);
    if (pair != NULL)
        sst_buffer_format(text, ": %s", sst_rule_sentence((sst_rule)pair->rule));
}

/* "'b' is a copy of 'a': one text is mostly the other". */
static void explain_member(const naming *n, sst_buffer *text, uint32_t entry)
{
    const sst_corpus *c = n->c;
    uint32_t unit = c->unit_of[entry];
    const sst_membership *member = unit == UINT32_MAX ? NULL : &c->members[unit];
    append_quoted(text, id_of(n, entry));
    if (member == NULL || (member->edge == SST_NO_EDGE && c->unit_head[unit] == entry)) {
        sst_buffer_text(text, " is the canonical story");
        return;
    }
    uint32_t to = c->unit_head[member->to];
    sst_relation relation = member->edge == SST_NO_EDGE ? SST_RELATION_IDENTICAL
                                                        : c->edges[member->edge].relation;
    if (relation == SST_RELATION_IDENTICAL)
        sst_buffer_text(text, " is identical to ");
    else
        sst_buffer_format(text, " is %s %s of ",
                          relation == SST_RELATION_COPY ? "a" : "an",
                          sst_relation_name(relation));
    append_quoted(text, id_of(n, to));
    if (relation != SST_RELATION_IDENTICAL)
        append_rule(n, text, entry, to);
}

/* Why cluster `old` went into the part of its heir: the heir's relation, or when the heir became
 * canonical that of the story which kept the name. */
static void explain_merge(const naming *n, sst_buffer *text, const old_cluster *old)
{
    size_t part = part_of(n, old->heir);
    uint32_t entry = old->heir;
    const old_cluster *kept = find_old(n, n->name[part]);
    if (entry == canonical_of(n, part) && kept != NULL)
        entry = kept->heir;
    explain_member(n, text, entry);
}

/* Why stories of an old cluster stand elsewhere: what the canonical stories are to each other. */
static void explain_split(const naming *n, sst_buffer *text, uint32_t entry,
                          const old_cluster *old)
{
    const sst_corpus *c = n->c;
    uint32_t other = canonical_of(n, part_of(n, old->heir));
    uint32_t a = c->text_of[entry], b = c->text_of[other];
    const sst_text_pair *pair = a == UINT32_MAX || b == UINT32_MAX || a == b
                                    ? NULL : sst_corpus_pair_of(c, a, b);
    append_quoted(text, id_of(n, entry));
    if (pair == NULL || sst_relation_same_story((sst_relation)pair->relation)) {
        sst_buffer_text(text, " and ");
        append_quoted(text, id_of(n, other));
        sst_buffer_text(text, " are canonical stories of different clusters");
        return;
    }
    sst_buffer_format(text, ": %s with ", sst_relation_name((sst_relation)pair->relation));
    append_quoted(text, id_of(n, other));
    append_rule(n, text, entry, other);
}

/* ---- The plan ---- */

static sst_planned *add_step(naming *n, sst_night_step step, sst_error *error)
{
    sst_nightly *night = n->night;
    if (SST_RESERVE(&night->steps, &night->step_capacity, night->step_count + 1, "the plan",
                    error) != SST_OK)
        return NULL;
    sst_planned *planned = &night->steps[night->step_count++];
    *planned = (sst_planned){.step = step};
    planned->step.time = night->now;
    return planned;
}

static size_t add_string(naming *n, sst_slice from, sst_slice *slice)
{
    size_t at = n->night->strings.size;
    sst_buffer_append(&n->night->strings, from.bytes, from.size);
    *slice = (sst_slice){NULL, from.size};
    return at;
}

static sst_status cluster_id(naming *n, uint32_t cluster, sst_buffer *id, sst_error *error)
{
    uint32_t entry = entry_of(n, cluster);
    sst_buffer_reset(id);
    if (entry == UINT32_MAX)
        return sst_store_cluster_id(n->night->archive->store, cluster, id, error);
    sst_slice own = id_of(n, entry);
    sst_buffer_append(id, own.bytes, own.size);
    return sst_buffer_status(id, "a cluster id", error);
}

/* An event of history: `why` is written by the caller behind this. */
static sst_status add_event(naming *n, const char *what, uint32_t cluster, sst_slice other,
                            sst_error *error)
{
    sst_buffer id = {0};
    sst_status status = cluster_id(n, cluster, &id, error);
    sst_planned *planned =
        status != SST_OK ? NULL
                         : add_step(n, (sst_night_step){.kind = SST_NIGHT_RECORD,
                                                        .what = {what, strlen(what)}},
                                    error);
    if (planned != NULL) {
        planned->id_at = add_string(n, (sst_slice){id.bytes, id.size}, &planned->step.id);
        planned->other_at = add_string(n, other, &planned->step.other);
        planned->why_at = n->night->strings.size;
    }
    sst_buffer_free(&id);
    return status == SST_OK && planned == NULL ? SST_MEMORY : status;
}

static sst_status end_event(naming *n, sst_error *error)
{
    sst_planned *planned = &n->night->steps[n->night->step_count - 1];
    planned->step.why.size = n->night->strings.size - planned->why_at;
    return sst_buffer_status(&n->night->strings, "the history", error);
}

static sst_status touch(naming *n, uint32_t cluster, sst_error *error)
{
    sst_status status = SST_RESERVE(&n->touched, &n->touched_capacity, n->touched_count + 1,
                                    "clusters", error);
    if (status == SST_OK)
        n->touched[n->touched_count++] = cluster;
    return status;
}

static sst_status plan_moves(naming *n, sst_error *error)
{
    sst_status status = SST_OK;
    for (uint32_t i = 0; i < n->c->entry_count && status == SST_OK; i++) {
        uint32_t name = n->name[part_of(n, i)];
        if (name == old_of(n, i))
            continue;
        sst_night_step step = {.kind = SST_NIGHT_MOVE, .number = number_of(n, i),
                               .cluster = name};
        status = add_step(n, step, error) == NULL ? SST_MEMORY : touch(n, old_of(n, i), error);
        n->night->moves++;
    }
    return status;
}

static sst_status plan_merge(naming *n, const old_cluster *old, sst_error *error)
{
    uint32_t name = n->name[part_of(n, old->heir)];
    sst_buffer gone = {0};
    sst_night_step step = {.kind = SST_NIGHT_ABSORB, .number = old->cluster, .cluster = name};
    sst_status status = add_step(n, step, error) == NULL ? SST_MEMORY : SST_OK;
    if (status == SST_OK)
        status = cluster_id(n, old->cluster, &gone, error);
    if (status == SST_OK)
        status = add_event(n, "merge", name, (sst_slice){gone.bytes, gone.size}, error);
    sst_buffer_free(&gone);
    if (status != SST_OK)
        return status;
    explain_merge(n, &n->night->strings, old);
    status = end_event(n, error);
    return status == SST_OK ? touch(n, old->cluster, error) : status;
}

/* The parts, other than the heir's, into which stories of one old cluster went. */
static sst_status plan_splits(naming *n, const old_cluster *old, sst_error *error)
{
    size_t home = part_of(n, old->heir);
    sst_status status = SST_OK;
    sst_buffer from = {0};
    for (size_t i = 0; i < old->count && status == SST_OK; i++) {
        size_t part = part_of(n, (uint32_t)n->members[old->begin + i]);
        bool told = part == home;
        for (size_t j = 0; j < i && !told; j++)
            told = part_of(n, (uint32_t)n->members[old->begin + j]) == part;
        if (told)
            continue;
        status = cluster_id(n, old->cluster, &from, error);
        if (status == SST_OK)
            status = add_event(n, "split", n->name[part], (sst_slice){from.bytes, from.size},
                               error);
        if (status != SST_OK)
            break;
        explain_split(n, &n->night->strings, canonical_of(n, part), old);
        status = end_event(n, error);
    }
    sst_buffer_free(&from);
    return status;
}

static sst_status plan_old(naming *n, sst_error *error)
{
    sst_status status = SST_OK;
    for (size_t i = 0; i < n->old_count && status == SST_OK; i++) {
        const old_cluster *old = &n->old[i];
        if (n->name[part_of(n, old->heir)] != old->cluster)
            status = plan_merge(n, old, error);
        if (status == SST_OK && old->count > 1)
            status = plan_splits(n, old, error);
    }
    return status;
}

/* ---- Canonical stories ---- */

static bool still_there(const naming *n, size_t part, sst_slice id)
{
    const old_cluster *old = find_old(n, n->name[part]);
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        uint32_t entry = (uint32_t)n->members[old->begin + i];
        sst_slice own = id_of(n, entry);
        if (part_of(n, entry) == part && own.size == id.size &&
            memcmp(own.bytes, id.bytes, id.size) == 0)
            return true;
    }
    return false;
}

static sst_status plan_rename(naming *n, size_t part, sst_slice was, sst_slice now,
                              sst_error *error)
{
    sst_status status = add_event(n, "rename", n->name[part], now, error);
    if (status != SST_OK)
        return status;
    sst_buffer *why = &n->night->strings;
    append_quoted(why, was);
    sst_buffer_text(why, still_there(n, part, was)
                             ? " was canonical; a credit, an earlier date or a longer text "
                               "comes first"
                             : " was canonical and is not in the cluster any more");
    return end_event(n, error);
}

static sst_status plan_canonical(naming *n, size_t part, bool kept, sst_buffer *was,
                                 sst_error *error)
{
    sst_slice now = id_of(n, canonical_of(n, part));
    sst_buffer_reset(was);
    sst_status status = SST_OK;
    if (kept)
        status = sst_night_canonical(n->night->archive->store, n->name[part], was, error);
    if (status != SST_OK ||
        (was->size == now.size && memcmp(was->bytes, now.bytes, now.size) == 0))
        return status;
    if (was->size > 0)
        status = plan_rename(n, part, (sst_slice){was->bytes, was->size}, now, error);
    sst_night_step step = {.kind = SST_NIGHT_CANONICAL, .cluster = n->name[part]};
    sst_planned *planned = status == SST_OK ? add_step(n, step, error) : NULL;
    if (planned == NULL)
        return status == SST_OK ? SST_MEMORY : status;
    planned->other_at = add_string(n, now, &planned->step.other);
    return sst_buffer_status(&n->night->strings, "the plan", error);
}

static sst_status plan_canonicals(naming *n, sst_error *error)
{
    sst_buffer was = {0};
    bool kept;
    sst_status status = sst_night_exists(n->night->archive->store, &kept, error);
    for (size_t part = 0; part < n->c->unit_count && status == SST_OK; part++)
        if (n->size[part] > 1)
            status = plan_canonical(n, part, kept, &was, error);
    sst_buffer_free(&was);
    return status;
}

static sst_status plan_settling(naming *n, sst_error *error)
{
    uint64_t *scratch = sst_allocate(n->touched_count, sizeof *scratch, "clusters", error);
    if (scratch == NULL)
        return SST_MEMORY;
    sst_status status = sst_sort(n->touched, scratch, n->touched_count, 1, error);
    free(scratch);
    size_t count = sst_sort_unique(n->touched, n->touched_count);
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        sst_night_step step = {.kind = SST_NIGHT_SETTLE, .cluster = (uint32_t)n->touched[i]};
        status = add_step(n, step, error) == NULL ? SST_MEMORY : SST_OK;
    }
    return status;
}

/* ---- Names for the files ---- */

static sst_status name_clusters(naming *n, sst_error *error)
{
    sst_nightly *night = n->night;
    sst_buffer id = {0};
    night->cluster_names = sst_allocate_zeroed(n->c->unit_count, sizeof *night->cluster_names,
                                               "cluster names", error);
    size_t *at = sst_allocate_zeroed(n->c->unit_count, sizeof *at, "cluster names", error);
    sst_status status = night->cluster_names == NULL || at == NULL ? SST_MEMORY : SST_OK;
    for (size_t part = 0; part < n->c->unit_count && status == SST_OK; part++) {
        if (n->size[part] == 0)
            continue;
        status = cluster_id(n, n->name[part], &id, error);
        at[part] = add_string(n, (sst_slice){id.bytes, id.size}, &night->cluster_names[part]);
    }
    if (status == SST_OK)
        status = sst_buffer_status(&night->strings, "cluster names", error);
    for (size_t part = 0; part < n->c->unit_count && status == SST_OK; part++)
        if (n->size[part] > 0)
            night->cluster_names[part].bytes = night->strings.bytes + at[part];
    free(at);
    sst_buffer_free(&id);
    night->corpus->cluster_names = night->cluster_names;
    return status;
}

static sst_status allocate(naming *n, sst_error *error)
{
    size_t count = n->c->entry_count;
    n->parts = (size_t)n->c->unit_count + count;
    n->members = sst_allocate(count, sizeof *n->members, "clusters", error);
    n->name = sst_allocate_zeroed(n->parts, sizeof *n->name, "clusters", error);
    n->size = sst_allocate_zeroed(n->parts, sizeof *n->size, "clusters", error);
    return n->members == NULL || n->name == NULL || n->size == NULL ? SST_MEMORY : SST_OK;
}

/* Strings of the plan are whole before those of the names follow: nothing moves afterwards. */
static sst_status make_plan(naming *n, sst_error *error)
{
    static sst_status (*const phases[])(naming *, sst_error *) = {
        plan_moves, plan_old, plan_canonicals, plan_settling, name_clusters};
    sst_status status = list_old(n, error);
    if (status == SST_OK)
        name_parts(n);
    for (size_t i = 0; i < sizeof phases / sizeof *phases && status == SST_OK; i++)
        status = phases[i](n, error);
    return status;
}

sst_status sst_night_name(sst_nightly *night, sst_error *error)
{
    naming n = {.night = night, .c = night->corpus};
    double start = sst_clock_seconds();
    sst_status status = allocate(&n, error);
    if (status == SST_OK)
        status = sst_store_begin_read(night->archive->store, error);
    if (status == SST_OK) {
        status = make_plan(&n, error);
        sst_store_rollback(night->archive->store);
    }
    free(n.members);
    free(n.old);
    free(n.name);
    free(n.size);
    free(n.touched);
    night->summary->seconds_plan += sst_clock_seconds() - start;
    return status;
}
