/* bench_exact: exact overlap of shingle sets, as the truth that an approximate search is held
 * against. Reads what `samestory tokens --shingles W` prints.
 *
 *     bench_exact join --jaccard J SHINGLES.jsonl              every pair with Jaccard >= J
 *     bench_exact join --contained C --shared N SHINGLES.jsonl every pair in which the larger
 *                                                  containment is >= C and N shingles are
 * shared bench_exact count SHINGLES.jsonl < PAIRS.tsv             the listed pairs (two ids a
 * line)
 *
 * prints `id_a TAB id_b TAB shared TAB size_a TAB size_b`. Ids are kept as they are escaped in
 * JSON, and ordered by their bytes. J and C have three decimals. The join counts over an
 * inverted index: its time is the sum of squares of the posting lists' lengths. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

typedef struct set_corpus {
    char *names; /* all ids, each terminated */
    size_t names_size, names_capacity;
    size_t *name; /* offset of each story's id */
    size_t name_capacity;
    uint64_t *shingles; /* all sets, each sorted and without repeats */
    size_t shingle_count, shingle_capacity;
    size_t *begin; /* story i has shingles [begin[i], begin[i + 1]) */
    size_t begin_capacity;
    uint32_t count;
    uint32_t *by_id; /* stories in order of their ids */
} set_corpus;

typedef struct set_filter {
    uint64_t jaccard, contained; /* thousandths; 0 when not asked for */
    uint64_t shared;
} set_filter;

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "bench_exact: %s '%s'\n", what, name);
    exit(1);
}

static const char *id_of(const set_corpus *corpus, uint32_t story)
{
    return corpus->names + corpus->name[story];
}

static size_t size_of(const set_corpus *corpus, uint32_t story)
{
    return corpus->begin[story + 1] - corpus->begin[story];
}

/* ---- reading ---- */

static int compare_u64(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void reserve_story(set_corpus *corpus, size_t line_size)
{
    bool good =
        SST_RESERVE(&corpus->names, &corpus->names_capacity, corpus->names_size + line_size + 1,
                    "ids", NULL) == SST_OK &&
        SST_RESERVE(&corpus->name, &corpus->name_capacity, corpus->count + 1, "ids", NULL) ==
            SST_OK &&
        SST_RESERVE(&corpus->begin, &corpus->begin_capacity, corpus->count + 2, "sets", NULL) ==
            SST_OK &&
        SST_RESERVE(&corpus->shingles, &corpus->shingle_capacity,
                    corpus->shingle_count + line_size / 17 + 1, "shingles", NULL) == SST_OK;
    if (!good)
        fail("out of memory for", "sets");
}

/* The end of a JSON string that begins at `at`. */
static const char *string_end(const char *at)
{
    while (*at && *at != '"')
        at += at[0] == '\\' && at[1] ? 2 : 1;
    return at;
}

static void add_shingles(set_corpus *corpus, const char *list)
{
    uint64_t *set = corpus->shingles + corpus->shingle_count;
    size_t count = 0, kept = 0;
    while (*list == '"' || *list == ',') {
        char *end;
        set[count] = strtoull(list + (*list == ',' ? 2 : 1), &end, 16);
        if (*end != '"')
            fail("not the output of 'tokens --shingles':", list);
        count++;
        list = end + 1;
    }
    qsort(set, count, sizeof *set, compare_u64);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || set[i] != set[i - 1])
            set[kept++] = set[i];
    corpus->shingle_count += kept;
}

/* {"id":"ID","shingles":["0123456789abcdef",...]} */
static void add_line(set_corpus *corpus, const char *line, size_t size)
{
    static const char id_key[] = "{\"id\":\"", list_key[] = "\",\"shingles\":[";
    const char *id = line + strlen(id_key);
    const char *end = strncmp(line, id_key, strlen(id_key)) == 0 ? string_end(id) : id;
    if (strncmp(end, list_key, strlen(list_key)) != 0)
        fail("not the output of 'tokens --shingles':", line);
    reserve_story(corpus, size);
    corpus->begin[corpus->count] = corpus->shingle_count;
    corpus->name[corpus->count] = corpus->names_size;
    memcpy(corpus->names + corpus->names_size, id, (size_t)(end - id));
    corpus->names_size += (size_t)(end - id);
    corpus->names[corpus->names_size++] = 0;
    add_shingles(corpus, end + strlen(list_key));
    corpus->begin[++corpus->count] = corpus->shingle_count;
}

static int compare_ids(const void *left, const void *right, void *context)
{
    const set_corpus *corpus = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int order = strcmp(id_of(corpus, a), id_of(corpus, b));
    return order ? order : a < b ? -1 : 1;
}

static bool same_set(const set_corpus *corpus, uint32_t a, uint32_t b)
{
    return size_of(corpus, a) == size_of(corpus, b) &&
           memcmp(corpus->shingles + corpus->begin[a], corpus->shingles + corpus->begin[b],
                  size_of(corpus, a) * sizeof *corpus->shingles) == 0;
}

/* Orders the ids; an id that stands twice must have one set, and is kept once. */
static void index_ids(set_corpus *corpus)
{
    corpus->by_id = sst_allocate(corpus->count, sizeof *corpus->by_id, "ids", NULL);
    if (!corpus->by_id)
        fail("out of memory for", "ids");
    for (uint32_t i = 0; i < corpus->count; i++)
        corpus->by_id[i] = i;
    qsort_r(corpus->by_id, corpus->count, sizeof *corpus->by_id, compare_ids, corpus);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < corpus->count; i++) {
        uint32_t story = corpus->by_id[i];
        if (kept > 0 &&
            strcmp(id_of(corpus, story), id_of(corpus, corpus->by_id[kept - 1])) == 0) {
            if (!same_set(corpus, story, corpus->by_id[kept - 1]))
                fail("two stories with one id", id_of(corpus, story));
            continue;
        }
        corpus->by_id[kept++] = story;
    }
    corpus->count = kept;
}

static void read_corpus(set_corpus *corpus, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fail("cannot open", path);
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t size; (size = getline(&line, &capacity, file)) > 0;)
        add_line(corpus, line, (size_t)size);
    free(line);
    fclose(file);
    index_ids(corpus);
}

/* ---- the inverted index; stories are numbered by the order of their ids from here on ---- */

typedef struct posting_index {
    uint32_t *term;    /* of each place in corpus->shingles */
    size_t *begin;     /* of each term's list */
    uint32_t *stories; /* all lists, each ascending */
    uint32_t term_count;
} posting_index;

/* Numbers the different shingles by open addressing; terms start at 1 so that 0 is empty. */
static void number_terms(const set_corpus *corpus, posting_index *index)
{
    size_t slots = 1024;
    while (slots < 2 * corpus->shingle_count)
        slots *= 2;
    uint64_t *key = sst_allocate(slots, sizeof *key, "terms", NULL);
    uint32_t *number = sst_allocate_zeroed(slots, sizeof *number, "terms", NULL);
    index->term = sst_allocate(corpus->shingle_count, sizeof *index->term, "terms", NULL);
    if (!key || !number || !index->term)
        fail("out of memory for", "terms");
    for (size_t i = 0; i < corpus->shingle_count; i++) {
        size_t at = sst_mix64(corpus->shingles[i]) & (slots - 1);
        while (number[at] && key[at] != corpus->shingles[i])
            at = (at + 1) & (slots - 1);
        if (!number[at]) {
            key[at] = corpus->shingles[i];
            number[at] = ++index->term_count;
        }
        index->term[i] = number[at] - 1;
    }
    free(key);
    free(number);
}

static void fill_postings(const set_corpus *corpus, posting_index *index)
{
    size_t *end =
        sst_allocate_zeroed((size_t)index->term_count + 1, sizeof *end, "lists", NULL);
    index->begin =
        sst_allocate_zeroed((size_t)index->term_count + 2, sizeof *end, "lists", NULL);
    index->stories = sst_allocate(corpus->shingle_count, sizeof *index->stories, "lists", NULL);
    if (!end || !index->begin || !index->stories)
        fail("out of memory for", "lists");
    for (uint32_t i = 0; i < corpus->count; i++)
        for (size_t k = corpus->begin[corpus->by_id[i]];
             k < corpus->begin[corpus->by_id[i] + 1]; k++)
            index->begin[index->term[k] + 1]++;
    for (uint32_t t = 0; t < index->term_count; t++) {
        index->begin[t + 1] += index->begin[t];
        end[t] = index->begin[t];
    }
    for (uint32_t i = 0; i < corpus->count; i++)
        for (size_t k = corpus->begin[corpus->by_id[i]];
             k < corpus->begin[corpus->by_id[i] + 1]; k++)
            index->stories[end[index->term[k]]++] = i;
    free(end);
}

static bool filter_passes(const set_filter *filter, uint64_t shared, uint64_t size_a,
                          uint64_t size_b)
{
    uint64_t smaller = size_a < size_b ? size_a : size_b;
    return shared >= filter->shared && shared * 1000 >= filter->contained * smaller &&
           shared * 1000 >= filter->jaccard * (size_a + size_b - shared);
}

static void print_pair(const set_corpus *corpus, uint32_t a, uint32_t b, uint64_t shared)
{
    printf("%s\t%s\t%llu\t%zu\t%zu\n", id_of(corpus, a), id_of(corpus, b),
           (unsigned long long)shared, size_of(corpus, a), size_of(corpus, b));
}

/* Counts what `i` shares with every story before it, then prints and forgets. */
static void join_story(const set_corpus *corpus, const posting_index *index,
                       const set_filter *filter, uint32_t i, uint32_t *shared,
                       uint32_t *touched)
{
    uint32_t story = corpus->by_id[i], touched_count = 0;
    for (size_t k = corpus->begin[story]; k < corpus->begin[story + 1]; k++) {
        uint32_t term = index->term[k];
        for (size_t p = index->begin[term]; index->stories[p] < i; p++) {
            if (shared[index->stories[p]]++ == 0)
                touched[touched_count++] = index->stories[p];
        }
    }
    for (uint32_t t = 0; t < touched_count; t++) {
        uint32_t other = corpus->by_id[touched[t]];
        if (filter_passes(filter, shared[touched[t]], size_of(corpus, other),
                          size_of(corpus, story))) {
#pragma omp critical
            print_pair(corpus, other, story, shared[touched[t]]);
        }
        shared[touched[t]] = 0;
    }
}

static void join(const set_corpus *corpus, const set_filter *filter)
{
    posting_index index = {0};
    number_terms(corpus, &index);
    fill_postings(corpus, &index);
#pragma omp parallel
    {
        uint32_t *shared = sst_allocate_zeroed(corpus->count, sizeof *shared, "counts", NULL);
        uint32_t *touched = sst_allocate(corpus->count, sizeof *touched, "counts", NULL);
        if (!shared || !touched)
            fail("out of memory for", "counts");
#pragma omp for schedule(dynamic, 16)
        for (uint32_t i = 0; i < corpus->count; i++)
            join_story(corpus, &index, filter, i, shared, touched);
        free(shared);
        free(touched);
    }
    free(index.term);
    free(index.begin);
    free(index.stories);
}

/* ---- listed pairs ---- */

static uint32_t find_story(const set_corpus *corpus, const char *id)
{
    uint32_t low = 0, high = corpus->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(id, id_of(corpus, corpus->by_id[middle]));
        if (order == 0)
            return corpus->by_id[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    fail("no story has the id", id);
    return 0;
}

static uint64_t count_shared(const set_corpus *corpus, uint32_t a, uint32_t b)
{
    size_t i = corpus->begin[a], j = corpus->begin[b];
    uint64_t shared = 0;
    while (i < corpus->begin[a + 1] && j < corpus->begin[b + 1]) {
        uint64_t x = corpus->shingles[i], y = corpus->shingles[j];
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    return shared;
}

static void count_listed(const set_corpus *corpus)
{
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        char *rest = line;
        const char *id_a = strsep(&rest, "\t\n"), *id_b = strsep(&rest, "\t\n");
        if (!id_b)
            fail("not two ids:", line);
        uint32_t a = find_story(corpus, id_a), b = find_story(corpus, id_b);
        print_pair(corpus, a, b, count_shared(corpus, a, b));
    }
    free(line);
}

static void free_corpus(set_corpus *corpus)
{
    free(corpus->names);
    free(corpus->name);
    free(corpus->shingles);
    free(corpus->begin);
    free(corpus->by_id);
}

static bool parse_filter(set_filter *filter, int count, char **arguments)
{
    for (int i = 0; i + 1 < count; i += 2) {
        double value = strtod(arguments[i + 1], NULL);
        if (strcmp(arguments[i], "--jaccard") == 0)
            filter->jaccard = (uint64_t)(value * 1000 + 0.5);
        else if (strcmp(arguments[i], "--contained") == 0)
            filter->contained = (uint64_t)(value * 1000 + 0.5);
        else if (strcmp(arguments[i], "--shared") == 0)
            filter->shared = (uint64_t)value;
        else
            return false;
    }
    return count % 2 == 0;
}

int main(int count, char **arguments)
{
    set_filter filter = {0};
    bool counting = count == 3 && strcmp(arguments[1], "count") == 0;
    bool joining = count > 3 && strcmp(arguments[1], "join") == 0 &&
                   parse_filter(&filter, count - 3, arguments + 2);
    if (!counting && !joining) {
        fputs("usage: bench_exact join --jaccard J SHINGLES.jsonl\n"
              "       bench_exact join --contained C --shared N SHINGLES.jsonl\n"
              "       bench_exact count SHINGLES.jsonl < PAIRS.tsv\n",
              stderr);
        return 2;
    }
    set_corpus corpus = {0};
    read_corpus(&corpus, arguments[count - 1]);
    if (counting)
        count_listed(&corpus);
    else
        join(&corpus, &filter);
    free_corpus(&corpus);
    return fflush(stdout) == 0 ? 0 : 1;
}
