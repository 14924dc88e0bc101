/* Judged pairs against what the engine says of them: one corpus a file, one score a set. */
#include <stdio.h>
#include <string.h>

#include "job/gold.h"
#include "job/score.h"
#include "job/write.h"
#include "judge/judge.h"

enum { NONE = SST_RELATION_COUNT, COLUMNS = SST_RELATION_COUNT + 1 };

/* What the engine said of one judged pair. */
typedef struct answer {
    unsigned column; /* a relation, or NONE */
    const char *rule;
    sst_overlap overlap; /* of (a, b) by text; zero when unknown */
    bool known;      /* its set was given */
} answer;

typedef struct counts {
    uint64_t right_same, wrong_same, missed, right_other;
} counts;

typedef struct evaluation {
    sst_gold gold;
    answer *answers;
    sst_buffer out;
    bool wrong;
} evaluation;

static bool label_same_story(sst_label label)
{
    return label <= SST_LABEL_UPDATE;
}

static bool column_same_story(unsigned column)
{
    return column < SST_RELATION_COUNT && sst_relation_same_story((sst_relation)column);
}

/* ---- asking one corpus --------------------------------------------------------------------------- */

/* "dir/bbc.jsonl.zst" is the set "bbc": the base name up to its first dot. */
static sst_slice set_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return (sst_slice){.bytes = name, .size = strcspn(name, ".")};
}

static bool same_slice(sst_slice a, sst_slice b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

static answer ask(const sst_corpus *c, const sst_entry *a, const sst_entry *b)
{
    uint32_t left = (uint32_t)(a - c->entries), right = (uint32_t)(b - c->entries);
    uint32_t first = c->text_of[left], second = c->text_of[right];
    answer said = {.column = NONE, .rule = "not-proposed", .known = true};
    if (first == UINT32_MAX || second == UINT32_MAX)
        return said;
    if (first == second) {
        bool same = c->unit_of[left] == c->unit_of[right];
        said.column = same ? SST_RELATION_IDENTICAL : SST_RELATION_FURNITURE;
        said.rule = sst_rule_name(same ? SST_RULE_EQUAL_TEXT : SST_RULE_FURNITURE_SHARED);
        said.overlap = (sst_overlap){a->shingle_count, a->shingle_count, a->shingle_count};
        return said;
    }
    const sst_text_pair *pair = sst_corpus_pair_of(c, first, second);
    if (pair == NULL)
        return said;
    said.column = pair->relation;
    said.rule = sst_rule_name((sst_rule)pair->rule);
    said.overlap = pair->overlap;
    return said;
}

/* Ids that are not in the file are one error that names the first few. */
static sst_status ask_all(evaluation *e, const sst_corpus *c, const char *file, sst_error *error)
{
    sst_buffer missing = {0};
    uint64_t missing_count = 0;
    sst_slice set = set_of(file);
    for (size_t i = 0; i < e->gold.count; i++) {
        const sst_gold_pair *pair = &e->gold.pairs[i];
        if (!same_slice(pair->set, set))
            continue;
        const sst_entry *a = sst_corpus_find(c, pair->id_a.bytes, pair->id_a.size);
        const sst_entry *b = sst_corpus_find(c, pair->id_b.bytes, pair->id_b.size);
        if (a != NULL && b != NULL) {
            e->answers[i] = ask(c, a, b);
            continue;
        }
        sst_slice id = a == NULL ? pair->id_a : pair->id_b;
        if (missing_count++ < 5) {
            sst_buffer_text(&missing, missing_count == 1 ? "'" : ", '");
            sst_buffer_append(&missing, id.bytes, id.size < 60 ? id.size : 60);
            sst_buffer_byte(&missing, '\'');
        }
    }
    sst_status status = SST_OK;
    if (missing_count != 0)
        status = sst_fail_at(error, SST_NOT_FOUND, file, 0, 0,
                             "%llu judged pair%s stories that are not here: %.*s%s; give "
                             "the file that the pairs were judged on",
                             (unsigned long long)missing_count,
                             missing_count == 1 ? " names" : "s name", (int)missing.size,
                             missing.bytes, missing_count > 5 ? " ..." : "");
    sst_buffer_free(&missing);
    return status;
}

/* ---- clusters against the `cluster` field ----------------------------------------------------------- */

static sst_status score_labels(evaluation *e, const sst_corpus *c, const char *file,
                               sst_error *error)
{
    if (c->labels == NULL)
        return SST_OK;
    sst_labelled *items = sst_allocate(c->entry_count, sizeof *items, "labels", error);
    if (items == NULL)
        return SST_MEMORY;
    size_t count = 0;
    for (size_t i = 0; i < c->entry_count; i++) {
        if (c->entries[i].dropped || i >= c->label_count || c->labels[i] == 0)
            continue;
        uint32_t unit = c->unit_of[i];
        uint64_t alone = UINT64_C(1) << 32 | i;
        items[count++] = (sst_labelled){
            .found = unit == UINT32_MAX ? alone : c->members[unit].cluster,
            .truth = c->labels[i]};
    }
    sst_cluster_scores s;
    sst_score_clusters(items, count, &s);
    free(items);
    sst_slice set = set_of(file);
    sst_buffer_format(&e->out,
                      "clusters of %.*s: %llu labelled stories; pairs P %.3f R %.3f F1 %.3f; "
                      "B-cubed P %.3f R %.3f F1 %.3f; adjusted Rand %.3f; largest %llu of %llu\n",
                      (int)set.size, set.bytes, (unsigned long long)s.items, s.pair_precision,
                      s.pair_recall, s.pair_f1, s.cubed_precision, s.cubed_recall, s.cubed_f1,
                      s.adjusted_rand, (unsigned long long)s.largest_found,
                      (unsigned long long)s.largest_truth);
    return SST_OK;
}

static sst_status run_file(evaluation *e, const sst_options *options, const char *file,
                           sst_error *error)
{
    sst_corpus *corpus;
    sst_status status = sst_corpus_create(options, &corpus, error);
    if (status != SST_OK)
        return status;
    status = sst_corpus_read(corpus, &file, 1, error);
    if (status == SST_OK)
        status = sst_corpus_match(corpus, error);
    if (status == SST_OK)
        status = ask_all(e, corpus, file, error);
    if (status == SST_OK)
        status = score_labels(e, corpus, file, error);
    sst_corpus_free(corpus);
    return status;
}

/* ---- scores ---------------------------------------------------------------------------------------------- */

static void count_pair(counts *c, const sst_gold_pair *pair, const answer *said)
{
    if (pair->label == SST_LABEL_PARTIAL || !said->known)
        return;
    bool expected = label_same_story(pair->label), found = column_same_story(said->column);
    if (expected)
        *(found ? &c->right_same : &c->missed) += 1;
    else
        *(found ? &c->wrong_same : &c->right_other) += 1;
}

/* A share of nothing is not a number. */
static void write_share(sst_buffer *out, int width, uint64_t part, uint64_t all)
{
    if (all == 0)
        sst_buffer_format(out, " %*s", width, "-");
    else
        sst_buffer_format(out, " %*.3f", width, (double)part / (double)all);
}

/* F1, the harmonic mean of both shares, is twice the right ones over all that were found or are. */
static void write_counts(sst_buffer *out, const char *name, int size, const counts *c)
{
    uint64_t found = c->right_same + c->wrong_same, there = c->right_same + c->missed;
    sst_buffer_format(out, "%-16.*s %6llu", size, name,
                      (unsigned long long)(found + c->missed + c->right_other));
    write_share(out, 10, c->right_same, found);
    write_share(out, 9, c->right_same, there);
    write_share(out, 8, 2 * c->right_same, found + there);
    sst_buffer_format(out, " %7llu %7llu\n", (unsigned long long)c->wrong_same,
                      (unsigned long long)c->missed);
}

static void write_set(evaluation *e, sst_slice set)
{
    counts c = {0};
    for (size_t i = 0; i < e->gold.count; i++)
        if (same_slice(e->gold.pairs[i].set, set))
            count_pair(&c, &e->gold.pairs[i], &e->answers[i]);
    write_counts(&e->out, set.bytes, (int)set.size, &c);
}

static bool is_first_of_set(const evaluation *e, size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (same_slice(e->gold.pairs[i].set, e->gold.pairs[number].set))
            return false;
    return true;
}

static void write_scores(evaluation *e)
{
    counts all = {0}, sure = {0};
    uint64_t unknown = 0;
    sst_buffer_text(&e->out,
                    "set               pairs  precision    recall       F1   wrong  missed\n");
    for (size_t i = 0; i < e->gold.count; i++) {
        unknown += !e->answers[i].known;
        count_pair(&all, &e->gold.pairs[i], &e->answers[i]);
        if (e->gold.pairs[i].sure)
            count_pair(&sure, &e->gold.pairs[i], &e->answers[i]);
        if (e->answers[i].known && is_first_of_set(e, i))
            write_set(e, e->gold.pairs[i].set);
    }
    write_counts(&e->out, "all", 3, &all);
    write_counts(&e->out, "all, sure", 9, &sure);
    if (unknown != 0)
        sst_buffer_format(&e->out, "%llu %s of sets that were not given\n",
                          (unsigned long long)unknown, unknown == 1 ? "pair is" : "pairs are");
}

static void write_matrix(evaluation *e)
{
    uint64_t matrix[SST_LABEL_COUNT][COLUMNS] = {{0}};
    for (size_t i = 0; i < e->gold.count; i++)
        if (e->answers[i].known)
            matrix[e->gold.pairs[i].label][e->answers[i].column]++;
    sst_buffer_format(&e->out, "\n%-10s", "label");
    for (unsigned column = 0; column < COLUMNS; column++)
        sst_buffer_format(&e->out, " %9s",
                          column == NONE ? "none" : sst_relation_name((sst_relation)column));
    sst_buffer_byte(&e->out, '\n');
    for (unsigned label = 0; label < SST_LABEL_COUNT; label++) {
        sst_buffer_format(&e->out, "%-10s", sst_label_name((sst_label)label));
        for (unsigned column = 0; column < COLUMNS; column++)
            sst_buffer_format(&e->out, " %9llu", (unsigned long long)matrix[label][column]);
        sst_buffer_byte(&e->out, '\n');
    }
}

static void write_slice(sst_buffer *out, sst_slice slice)
{
    sst_buffer_append(out, slice.bytes, slice.size);
    sst_buffer_byte(out, '\t');
}

/* Tab-separated: set, id_a, id_b, label, conf, relation, rule, jaccard, why. */
static void write_wrong(evaluation *e)
{
    sst_buffer_text(&e->out, "\nset\tid_a\tid_b\tlabel\tconf\trelation\trule\tjaccard\twhy\n");
    for (size_t i = 0; i < e->gold.count; i++) {
        const sst_gold_pair *pair = &e->gold.pairs[i];
        const answer *said = &e->answers[i];
        bool found = column_same_story(said->column);
        if (!said->known || pair->label == SST_LABEL_PARTIAL ||
            found == label_same_story(pair->label))
            continue;
        write_slice(&e->out, pair->set);
        write_slice(&e->out, pair->id_a);
        write_slice(&e->out, pair->id_b);
        sst_buffer_format(&e->out, "%s\t%d\t%s\t%s\t", sst_label_name(pair->label), pair->sure,
                          said->column == NONE ? "none"
                                               : sst_relation_name((sst_relation)said->column),
                          said->rule);
        sst_buffer_ratio(&e->out, said->overlap.shared,
                         (uint64_t)said->overlap.a_count + said->overlap.b_count -
                             said->overlap.shared);
        sst_buffer_byte(&e->out, '\t');
        sst_buffer_append(&e->out, pair->why.bytes, pair->why.size);
        sst_buffer_byte(&e->out, '\n');
    }
}

/* A file that is not named as its set would be scored on nothing. */
static sst_status check_sets(const evaluation *e, const char *gold, sst_error *error)
{
    for (size_t i = 0; i < e->gold.count; i++)
        if (e->answers[i].known)
            return SST_OK;
    if (e->gold.count == 0)
        return SST_OK;
    sst_slice set = e->gold.pairs[0].set;
    return sst_fail_at(error, SST_NOT_FOUND, gold, 0, 0,
                       "no judged pair is of the files given; the file of the set '%.*s' is named "
                       "%.*s.jsonl or %.*s.jsonl.zst",
                       (int)set.size, set.bytes, (int)set.size, set.bytes, (int)set.size, set.bytes);
}

sst_status sst_eval(const sst_options *options, const char *gold, const char *const *files,
                    size_t count, bool wrong, sst_sink sink, sst_error *error)
{
    evaluation e = {.wrong = wrong};
    sst_status status = sst_gold_read(gold, &e.gold, error);
    if (status == SST_OK) {
        e.answers = sst_allocate_zeroed(e.gold.count, sizeof *e.answers, "answers", error);
        status = e.answers == NULL ? SST_MEMORY : SST_OK;
    }
    for (size_t i = 0; i < count && status == SST_OK; i++)
        status = run_file(&e, options, files[i], error);
    if (status == SST_OK)
        status = check_sets(&e, gold, error);
    if (status == SST_OK) {
        write_scores(&e);
        write_matrix(&e);
        if (wrong)
            write_wrong(&e);
        status = sst_write_flush(&e.out, sink, true, error);
    }
    free(e.answers);
    sst_buffer_free(&e.out);
    sst_gold_free(&e.gold);
    return status;
}
