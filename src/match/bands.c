/* The first channel, band by band: keys are cut into ranges that fit the cache and noted in a filter,
 * those that no other text has vanish, the rest is sorted, and every two texts of a bucket meet. Some bands are sorted side by side, one
 * by each thread; the meetings of one band are shared among the threads. A pair is taken in the
 * first band in which it meets, so that no set of pairs is kept; the test costs one look at the two
 * sketches, which is also the filter (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, ch.
 * 3). */
#include "match/matching.h"

#include <string.h>

#include "base/sort.h"
#include "sketch/agreement.h"
#include "text/shingle.h"

enum {
    TEXTS_PER_TASK = 4096,
    ITEMS_PER_TASK = 4096,
    BITS_PER_TEXT = 8,   /* of a filter: one key in eight that stands alone is sorted, too */
    RANGE_TEXTS = 16384, /* whose keys are noted and sorted together: filter and keys stay in L2 */
    RANGE_BITS_MOST = 12,
    KEYS_MOST = 256 << 20, /* bytes of keys that are made in one go: fresh memory costs more than a
                            * second look at the sketches */
    HEAD = 3,            /* keys of a text that are kept together */
    LINE_KEYS = 16,
    LINE_ITEMS = 8,
    AHEAD = 8            /* items whose sketches are on their way */
};

/* Bits by the high bits of a key: it came, it came again. */
typedef struct filter_word {
    uint64_t once, again;
} filter_word;

/* The texts that share their key of one band with another: key << 32 | text, sorted. */
typedef struct shared_keys {
    uint64_t *items, *scratch;
    size_t count;
    size_t *ends;                  /* by range: where it ends in the scratch */
    uint64_t (*lines)[LINE_ITEMS]; /* by range: what is not there yet */
    filter_word *filter;
} shared_keys;

/* What every meeting asks of a text, in one place. */
typedef struct band_text {
    uint32_t head[HEAD]; /* its first keys, which mostly settle that a pair was seen */
    uint32_t family;     /* 1 once it stood in a capped bucket. A text is in one bucket of a band, so
                          * one thread at a time reads and writes this. */
} band_text;

typedef struct band_pass {
    sst_matching *run;
    const sst_match_texts *texts;
    sst_bands bands;
    unsigned agreeing_least;
    double length_least; /* smaller / larger shingle count */
    unsigned group_most; /* bands whose keys fit the memory */
    unsigned group_size; /* those whose keys are there: `first` and behind it */
    unsigned first;
    uint32_t *keys;      /* [band of the group][text] */
    size_t stride;       /* from band to band */
    band_text *of;       /* by text */
    unsigned range_bits, filter_bits; /* of a key: the highest, and those behind */
    shared_keys *sides;  /* of `band` and those behind it: found side by side */
    unsigned side_count;
    unsigned band;       /* the one whose buckets are scanned */
    const shared_keys *shared; /* its */
    sst_uint128 starts;  /* bit j: a band before `band` begins at slot j */
    unsigned heads_before; /* bit j: head[j] is the key of a band before it */
    sst_candidates *candidates; /* per thread */
} band_pass;

static sst_status row_of(const sst_match_texts *texts, uint32_t text, uint16_t *scratch,
                         const uint16_t **row, sst_error *error)
{
    const void *bytes;
    sst_status status =
        sst_pool_read(texts->sketches, texts->sketch_offset[text],
                      SST_SKETCH_SLOTS * sizeof **row, scratch, &bytes, error);
    *row = bytes;
    return status;
}

/* ---- Keys ---- */

/* sst_band_key of three rows, which are the default: one load. */
static inline uint32_t key_of_three(const uint16_t *slots)
{
    uint64_t word = slots[0] | (uint64_t)slots[1] << 16 | (uint64_t)slots[2] << 32 |
                    (uint64_t)slots[3] << 48;
    return (uint32_t)((word << 16 >> 16) * 0x9e3779b97f4a7c15u >> 32);
}

static void make_text_keys(const band_pass *pass, size_t text, const uint16_t *row)
{
    uint32_t *key = pass->keys + text;
    size_t stride = pass->stride;
    if (pass->bands.rows == 3)
        for (unsigned g = 0; g < pass->group_size; g++)
            key[g * stride] = key_of_three(row + (size_t)(pass->first + g) * 3);
    else
        for (unsigned g = 0; g < pass->group_size; g++)
            key[g * stride] = sst_band_key(row, pass->bands.rows, pass->first + g);
    for (unsigned g = 0; pass->first == 0 && g < pass->group_size && g < HEAD; g++)
        pass->of[text].head[g] = key[g * stride];
}

/* The lines of a row in which the keys of the group stand. */
static void prefetch_slots(const band_pass *pass, size_t text)
{
    uint64_t begin = pass->first * pass->bands.rows * sizeof(uint16_t);
    uint64_t end = begin + pass->group_size * pass->bands.rows * sizeof(uint16_t);
    for (uint64_t at = begin / 64 * 64; at < end; at += 64)
        sst_pool_prefetch(pass->texts->sketches, pass->texts->sketch_offset[text] + at);
}

static sst_status make_keys(void *context, size_t begin, size_t end, unsigned thread,
                            sst_error *error)
{
    (void)thread;
    band_pass *pass = context;
    const sst_match_texts *texts = pass->texts;
    _Alignas(16) uint16_t scratch[SST_SKETCH_SLOTS];
    for (size_t t = begin; t < end; t++) {
        if (texts->shingle_count[t] == 0)
            continue;
        if (t + AHEAD < end)
            prefetch_slots(pass, t + AHEAD);
        const uint16_t *row;
        sst_status status = row_of(texts, (uint32_t)t, scratch, &row, error);
        if (status != SST_OK)
            return status;
        make_text_keys(pass, t, row);
    }
    return SST_OK;
}

/* ---- Keys that stand alone ---- */

static inline size_t range_of(const band_pass *pass, uint32_t key)
{
    return (size_t)((uint64_t)key << pass->range_bits >> 32);
}

/* Where ranges begin: on whole lines. */
static void place_ranges(const band_pass *pass, const uint32_t *keys, size_t *place)
{
    const uint32_t *shingles = pass->texts->shingle_count;
    size_t ranges = (size_t)1 << pass->range_bits, sum = 0;
    memset(place, 0, ranges * sizeof *place);
    for (size_t t = 0; t < pass->texts->count; t++)
        place[range_of(pass, keys[t])] += shingles[t] != 0;
    for (size_t r = 0; r < ranges; r++) {
        size_t size = (place[r] + LINE_ITEMS - 1) / LINE_ITEMS * LINE_ITEMS;
        place[r] = sum;
        sum += size;
    }
}

/* Puts the keys of all texts into the scratch by range, line by line; `ends` says where each range
 * ends. */
static void cut_into_ranges(const band_pass *pass, const uint32_t *keys, shared_keys *shared)
{
    const uint32_t *shingles = pass->texts->shingle_count;
    size_t *ends = shared->ends;
    place_ranges(pass, keys, ends);
    for (size_t t = 0; t < pass->texts->count; t++) {
        if (shingles[t] == 0)
            continue;
        size_t range = range_of(pass, keys[t]), at = ends[range]++ % LINE_ITEMS;
        shared->lines[range][at] = (uint64_t)keys[t] << 32 | t;
        if (at != LINE_ITEMS - 1)
            continue;
        uint64_t *next = shared->scratch + ends[range];
        memcpy(next - LINE_ITEMS, shared->lines[range], sizeof shared->lines[range]);
        __builtin_prefetch(next, 1);
    }
    for (size_t r = 0; r <= range_of(pass, UINT32_MAX); r++) {
        size_t left = ends[r] % LINE_ITEMS;
        memcpy(shared->scratch + ends[r] - left, shared->lines[r], left * sizeof *shared->scratch);
    }
}

/* Appends the items of a range whose keys come again; the range becomes scratch. */
static void take_shared(const band_pass *pass, shared_keys *shared, uint64_t *range, size_t size)
{
    unsigned shift = 64 - pass->filter_bits;
    filter_word *filter = shared->filter;
    memset(filter, 0, ((size_t)1 << pass->filter_bits) / 64 * sizeof *filter);
    for (size_t i = 0; i < size; i++) {
        uint64_t place = range[i] << pass->range_bits >> shift;
        filter_word *word = &filter[place / 64];
        uint64_t bit = (uint64_t)1 << place % 64;
        word->again |= word->once & bit;
        word->once |= bit;
    }
    uint64_t *taken = shared->items + shared->count;
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        uint64_t place = range[i] << pass->range_bits >> shift;
        taken[count] = range[i];
        count += filter[place / 64].again >> place % 64 & 1;
    }
    sst_sort_block(taken, range, count);
    shared->count += count;
}

/* Of the bands [begin, end) behind the one that comes. */
static sst_status find_shared(void *context, size_t begin, size_t end, unsigned thread,
                              sst_error *error)
{
    (void)thread, (void)error;
    const band_pass *pass = context;
    for (size_t i = begin; i < end; i++) {
        shared_keys *shared = &pass->sides[i];
        cut_into_ranges(pass, pass->keys + (pass->band + i - pass->first) * pass->stride, shared);
        shared->count = 0;
        for (size_t r = 0, from = 0; r <= range_of(pass, UINT32_MAX); r++) {
            take_shared(pass, shared, shared->scratch + from, shared->ends[r] - from);
            from = (shared->ends[r] + LINE_ITEMS - 1) / LINE_ITEMS * LINE_ITEMS;
        }
    }
    return SST_OK;
}

/* ---- Buckets ---- */

/* Bit j: slots j .. j + rows - 1 agree. */
static sst_uint128 agreeing_rows(sst_uint128 agreement, unsigned rows)
{
    sst_uint128 bits = agreement;
    for (unsigned i = 1; i < rows; i++)
        bits &= agreement >> i;
    return bits;
}

static bool lengths_allow(const band_pass *pass, uint32_t a, uint32_t b)
{
    uint32_t x = pass->texts->shingle_count[a], y = pass->texts->shingle_count[b];
    return x < y ? x >= pass->length_least * y : y >= pass->length_least * x;
}

static inline bool agrees_before(const band_pass *pass, sst_uint128 agreement)
{
    return (agreeing_rows(agreement, pass->bands.rows) & pass->starts) != 0;
}

/* Near-equal texts meet in nearly every band: the keys of the first ones mostly settle it. (Texts
 * met there by their keys, whether or not all slots agree.) */
static inline bool heads_agree(const band_pass *pass, uint32_t a, uint32_t b)
{
    const uint32_t *x = pass->of[a].head, *y = pass->of[b].head;
    unsigned equal = (unsigned)(x[0] == y[0]) | (unsigned)(x[1] == y[1]) << 1 |
                     (unsigned)(x[2] == y[2]) << 2;
    return (equal & pass->heads_before) != 0;
}

/* Two texts that stood in capped buckets. */
static inline bool is_family(const band_pass *pass, uint32_t a, uint32_t b)
{
    return (pass->of[a].family & pass->of[b].family) != 0;
}

/* A pair was seen when an earlier band agrees, unless its bucket was capped: then both are marked,
 * and the pair may come again (lists of candidates drop repeats). */
static sst_status meet(const band_pass *pass, unsigned thread, uint32_t a, uint32_t b,
                       const uint16_t *x, const uint16_t *y, sst_error *error)
{
    pass->run->workers[thread].compared++;
    bool family = is_family(pass, a, b);
    if (!family && heads_agree(pass, a, b))
        return SST_OK;
    uint64_t words[2];
    uint64_t line = sst_agreement16(x, y) | sst_agreement16(x + 16, y + 16) << 16;
    if (!family && agrees_before(pass, line))
        return SST_OK;
    sst_sketch_agreement(x, y, words);
    if (!family && agrees_before(pass, (sst_uint128)words[1] << 64 | words[0]))
        return SST_OK;
    if ((unsigned)(__builtin_popcountll(words[0]) + __builtin_popcountll(words[1])) <
        pass->agreeing_least)
        return SST_OK;
    if (!lengths_allow(pass, a, b) || !sst_matching_same_kind(pass->texts, a, b))
        return SST_OK;
    return sst_candidates_add(&pass->candidates[thread], sst_candidate(a, b), error);
}

static sst_status reserve_rows(sst_match_worker *worker, size_t count, sst_error *error)
{
    sst_status status =
        SST_RESERVE(&worker->rows, &worker->row_capacity, count, "a bucket", error);
    if (status == SST_OK)
        status = SST_RESERVE(&worker->row_scratch, &worker->row_scratch_capacity,
                             count * SST_SKETCH_SLOTS, "a bucket", error);
    return status;
}

static sst_status load_row(const band_pass *pass, sst_match_worker *worker, size_t place,
                           uint64_t item, sst_error *error)
{
    return row_of(pass->texts, (uint32_t)item, worker->row_scratch + place * SST_SKETCH_SLOTS,
                  &worker->rows[place], error);
}

static sst_status scan_complete(const band_pass *pass, unsigned thread, const uint64_t *bucket,
                                size_t size, sst_error *error)
{
    sst_match_worker *worker = &pass->run->workers[thread];
    sst_matching_bucket(worker, size, (uint64_t)size * (size - 1) / 2, false);
    uint32_t a = (uint32_t)bucket[0], b = (uint32_t)bucket[1];
    if (size == 2 && !is_family(pass, a, b) && heads_agree(pass, a, b)) {
        worker->compared++;
        return SST_OK;
    }
    sst_status status = reserve_rows(worker, size, error);
    for (size_t i = 0; status == SST_OK && i < size; i++)
        status = load_row(pass, worker, i, bucket[i], error);
    for (size_t i = 1; i < size; i++)
        for (size_t j = 0; status == SST_OK && j < i; j++)
            status = meet(pass, thread, (uint32_t)bucket[j], (uint32_t)bucket[i], worker->rows[j],
                          worker->rows[i], error);
    return status;
}

/* Rows of the leaders stay in the first places; the neighbours take turns in the others. */
static sst_status scan_capped(const band_pass *pass, unsigned thread, const uint64_t *bucket,
                              size_t size, sst_error *error)
{
    enum { LEADERS = SST_MATCH_LEADERS, TURNS = SST_MATCH_NEIGHBOURS + 1 };
    sst_match_worker *worker = &pass->run->workers[thread];
    sst_status status = reserve_rows(worker, LEADERS + TURNS, error);
    uint64_t kept = 0;
    for (size_t i = 0; status == SST_OK && i < size; i++) {
        size_t own = i < LEADERS ? i : LEADERS + i % TURNS;
        status = load_row(pass, worker, own, bucket[i], error);
        pass->of[(uint32_t)bucket[i]].family = 1;
        for (size_t j = 0; status == SST_OK && j < i; j++) {
            if (j == LEADERS && i - j > SST_MATCH_NEIGHBOURS)
                j = i - SST_MATCH_NEIGHBOURS;
            size_t place = j < LEADERS ? j : LEADERS + j % TURNS;
            status = meet(pass, thread, (uint32_t)bucket[j], (uint32_t)bucket[i],
                          worker->rows[place], worker->rows[own], error);
            kept++;
        }
    }
    sst_matching_bucket(worker, size, kept, true);
    return status;
}

/* Thousands of near-equal texts meet in one large bucket of most bands, and in the others in many
 * of middle size that together would show nearly all pairs. */
static bool is_over_cap(const band_pass *pass, const uint64_t *bucket, size_t size)
{
    size_t family = 0;
    if (size <= SST_MATCH_BUCKET_FAMILY || size > SST_MATCH_BUCKET_COMPLETE)
        return size > SST_MATCH_BUCKET_COMPLETE;
    for (size_t i = 0; i < size; i++)
        family += pass->of[(uint32_t)bucket[i]].family;
    return family > SST_MATCH_BUCKET_FAMILY;
}

/* Heads are fetched first; they tell which sketches will be looked at. Marks of capped buckets are
 * not read here: another thread may be at work there. */
static inline void fetch_ahead(const band_pass *pass, size_t i)
{
    const uint64_t *items = pass->shared->items;
    size_t count = pass->shared->count;
    if (i + 2 * AHEAD < count) {
        __builtin_prefetch(&pass->of[(uint32_t)items[i + 2 * AHEAD]]);
        __builtin_prefetch(&pass->texts->sketch_offset[(uint32_t)items[i + 2 * AHEAD]]);
    }
    if (i + AHEAD + 1 >= count || items[i + AHEAD] >> 32 != items[i + AHEAD + 1] >> 32)
        return;
    uint32_t a = (uint32_t)items[i + AHEAD], b = (uint32_t)items[i + AHEAD + 1];
    if (heads_agree(pass, a, b))
        return;
    sst_pool_prefetch(pass->texts->sketches, pass->texts->sketch_offset[a]);
    sst_pool_prefetch(pass->texts->sketches, pass->texts->sketch_offset[b]);
}

/* The buckets that begin in [begin, end) of the items. */
static sst_status scan_buckets(void *context, size_t begin, size_t end, unsigned thread,
                               sst_error *error)
{
    const band_pass *pass = context;
    const uint64_t *items = pass->shared->items;
    size_t count = pass->shared->count;
    sst_status status = SST_OK;
    while (begin != 0 && begin < end && items[begin - 1] >> 32 == items[begin] >> 32)
        begin++;
    for (size_t i = begin, next; status == SST_OK && i < end; i = next) {
        for (next = i; next < count && items[next] >> 32 == items[i] >> 32; next++)
            fetch_ahead(pass, next);
        if (is_over_cap(pass, items + i, next - i))
            status = scan_capped(pass, thread, items + i, next - i, error);
        else if (next - i > 1)
            status = scan_complete(pass, thread, items + i, next - i, error);
    }
    return status;
}

/* ---- The pass ---- */

static sst_status scan_band(band_pass *pass, const shared_keys *shared, sst_error *error)
{
    sst_status status = sst_matching_progress(pass->run, "bands", pass->band, pass->bands.bands,
                                              error);
    pass->shared = shared;
    if (status == SST_OK)
        status = sst_parallel(shared->count, ITEMS_PER_TASK, pass->run->options->threads,
                              scan_buckets, pass, error);
    pass->starts |= (sst_uint128)1 << (pass->band * pass->bands.rows);
    pass->heads_before |= pass->band < HEAD && pass->group_most >= HEAD ? 1u << pass->band : 0;
    pass->band++;
    return status;
}

/* The bands whose keys are there. */
static sst_status scan_group(band_pass *pass, sst_error *error)
{
    unsigned threads = pass->run->options->threads, end = pass->first + pass->group_size;
    sst_status status = sst_parallel(pass->texts->count, TEXTS_PER_TASK, threads, make_keys, pass,
                                     error);
    while (status == SST_OK && pass->band < end) {
        unsigned left = end - pass->band, most = pass->side_count < left ? pass->side_count : left;
        status = sst_parallel(most, 1, threads, find_shared, pass, error);
        for (unsigned i = 0; status == SST_OK && i < most; i++)
            status = scan_band(pass, &pass->sides[i], error);
    }
    return status;
}

static sst_status scan_bands(band_pass *pass, sst_error *error)
{
    sst_status status = SST_OK;
    while (status == SST_OK && pass->band < pass->bands.bands) {
        unsigned left = pass->bands.bands - pass->band;
        pass->first = pass->band;
        pass->group_size = left < pass->group_most ? left : pass->group_most;
        status = scan_group(pass, error);
    }
    return status;
}

static void choose_ranges(band_pass *pass)
{
    size_t count = pass->texts->count;
    while (pass->range_bits < RANGE_BITS_MOST && count >> pass->range_bits > RANGE_TEXTS)
        pass->range_bits++;
    pass->filter_bits = 12;
    while (pass->filter_bits < 32 - pass->range_bits &&
           (uint64_t)1 << pass->filter_bits < BITS_PER_TEXT * (uint64_t)count >> pass->range_bits)
        pass->filter_bits++;
}

static sst_status allocate_side(const band_pass *pass, shared_keys *side, sst_error *error)
{
    size_t count = pass->texts->count, ranges = (size_t)1 << pass->range_bits;
    size_t words = ((size_t)1 << pass->filter_bits) / 64;
    side->items = sst_allocate(count + 1, sizeof *side->items, "band keys", error);
    side->scratch = sst_allocate(count + ranges * LINE_ITEMS, sizeof *side->scratch, "band keys",
                                 error);
    side->ends = sst_allocate(ranges, sizeof *side->ends, "band keys", error);
    side->lines = sst_allocate(ranges, sizeof *side->lines, "band keys", error);
    side->filter = sst_allocate(words, sizeof *side->filter, "band keys", error);
    bool complete = side->items != NULL && side->scratch != NULL && side->ends != NULL &&
                    side->lines != NULL && side->filter != NULL;
    return complete ? SST_OK : SST_MEMORY;
}

static sst_status allocate_sides(band_pass *pass, sst_error *error)
{
    /* Of few texts a band is found before a second thread wakes. */
    unsigned threads = pass->texts->count < TEXTS_PER_TASK ? 1 : pass->run->options->threads;
    pass->side_count = threads < pass->group_most ? threads : pass->group_most;
    choose_ranges(pass);
    pass->sides = sst_allocate_zeroed(pass->side_count, sizeof *pass->sides, "band keys", error);
    sst_status status = pass->sides == NULL ? SST_MEMORY : SST_OK;
    for (unsigned i = 0; status == SST_OK && i < pass->side_count; i++)
        status = allocate_side(pass, &pass->sides[i], error);
    return status;
}

static sst_status allocate(band_pass *pass, sst_error *error)
{
    const sst_match_options *options = pass->run->options;
    size_t count = pass->texts->count;
    /* An odd number of lines: keys of a text do not compete for one set of the cache. */
    pass->stride = ((count / LINE_KEYS + 1) | 1) * LINE_KEYS;
    uint64_t most = options->memory / 4 < KEYS_MOST ? options->memory / 4 : KEYS_MOST;
    uint64_t fitting = most / (pass->stride * sizeof *pass->keys);
    pass->group_most = fitting < 1 ? 1
                       : fitting > pass->bands.bands ? pass->bands.bands : (unsigned)fitting;
    pass->keys = sst_allocate_zeroed(sst_size_multiply(pass->stride, pass->group_most),
                                     sizeof *pass->keys, "band keys", error);
    pass->of = sst_allocate_zeroed(count, sizeof *pass->of, "band keys", error);
    pass->candidates = sst_allocate_zeroed(options->threads, sizeof *pass->candidates,
                                           "candidate pairs", error);
    bool complete = pass->keys != NULL && pass->of != NULL && pass->candidates != NULL;
    return complete ? allocate_sides(pass, error) : SST_MEMORY;
}

static void release(band_pass *pass)
{
    for (unsigned t = 0; pass->candidates != NULL && t < pass->run->options->threads; t++)
        free(pass->candidates[t].items);
    free(pass->candidates);
    free(pass->keys);
    free(pass->of);
    for (unsigned i = 0; pass->sides != NULL && i < pass->side_count; i++) {
        free(pass->sides[i].items);
        free(pass->sides[i].scratch);
        free(pass->sides[i].ends);
        free(pass->sides[i].lines);
        free(pass->sides[i].filter);
    }
    free(pass->sides);
}

sst_status sst_match_bands(sst_matching *run, sst_candidates *candidates, sst_error *error)
{
    band_pass pass = {.run = run, .texts = run->texts};
    sst_status status =
        sst_bands_choose(run->options->threshold, run->options->recall, &pass.bands, error);
    if (status != SST_OK)
        return status;
    pass.agreeing_least = sst_sketch_floor(run->options->threshold);
    pass.length_least = run->options->threshold;
    status = allocate(&pass, error);
    if (status == SST_OK)
        status = scan_bands(&pass, error);
    if (status == SST_OK)
        status = sst_candidates_merge(pass.candidates, run->options->threads,
                                      run->options->threads, candidates, error);
    release(&pass);
    return status;
}
