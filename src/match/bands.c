/* The first channel, band by band: (key, text) pairs are partitioned, keys that stand alone vanish,
 * the rest is sorted in the cache, and every two texts of a bucket meet. A pair is taken in the
 * first band in which it meets, so that no set of pairs is kept; the test costs one look at the two
 * sketches, which is also the filter (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets,
 * ch. 3). */
#include "match/matching.h"
#include "sketch/agreement.h"
#include "text/shingle.h"

enum {
    GROUP_MOST = 10,     /* bands whose keys are made in one pass over the sketches */
    TEXTS_PER_TASK = 4096,
    AHEAD = 8            /* items whose sketches are on their way */
};

typedef struct band_pass {
    sst_matching *run;
    const sst_match_texts *texts;
    sst_bands bands;
    unsigned agreeing_least;
    double length_least; /* smaller / larger shingle count */
    unsigned group_size;
    unsigned first;      /* band of keys[0] */
    uint32_t *keys;      /* [band of the group][text] */
    sst_shuffle *shuffle;
    unsigned bits;
    unsigned band;       /* the one whose buckets are scanned */
    sst_uint128 starts;  /* bit j: a band before `band` begins at slot j */
    /* By text: 1 once it stood in a capped bucket. A text is in one bucket of a band, so one
     * thread at a time reads and writes its mark. */
    uint8_t *family;
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

/* Three rows are the default's; a constant lets the compiler unroll. */
static void make_text_keys(const band_pass *pass, size_t text, const uint16_t *row)
{
    uint32_t *key = pass->keys + text;
    size_t stride = pass->texts->count;
    if (pass->bands.rows == 3)
        for (unsigned g = 0; g < pass->group_size; g++)
            key[g * stride] = sst_band_key(row, 3, pass->first + g);
    else
        for (unsigned g = 0; g < pass->group_size; g++)
            key[g * stride] = sst_band_key(row, pass->bands.rows, pass->first + g);
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
        if (t + 16 < end)
            sst_pool_prefetch(texts->sketches,
                              texts->sketch_offset[t + 16] +
                                  pass->first * pass->bands.rows * sizeof(uint16_t));
        const uint16_t *row;
        sst_status status = row_of(texts, (uint32_t)t, scratch, &row, error);
        if (status != SST_OK)
            return status;
        make_text_keys(pass, t, row);
    }
    return SST_OK;
}

static sst_status spread_keys(void *context, size_t begin, size_t end, unsigned thread,
                              sst_error *error)
{
    band_pass *pass = context;
    const uint32_t *keys = pass->keys + (pass->band - pass->first) * pass->texts->count;
    sst_shuffle_lane *lane = sst_shuffle_lane_of(pass->shuffle, thread);
    for (size_t t = begin; t < end; t++) {
        if (pass->texts->shingle_count[t] == 0)
            continue;
        uint64_t key = keys[t];
        sst_status status = sst_shuffle_put(pass->shuffle, lane, thread,
                                            (size_t)(key >> (32 - pass->bits)), key << 32 | t,
                                            error);
        if (status != SST_OK)
            return status;
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

/* A pair was seen when an earlier band agrees, unless its bucket was capped: then both are marked,
 * and the pair may come again (lists of candidates drop repeats). */
static sst_status meet(const band_pass *pass, unsigned thread, uint32_t a, uint32_t b,
                       const uint16_t *x, const uint16_t *y, sst_error *error)
{
    bool family = pass->family[a] & pass->family[b];
    pass->run->workers[thread].compared++;
    /* Near-equal texts meet in nearly every band: the first slots mostly settle it. */
    if (!family && (agreeing_rows(sst_agreement16(x, y), pass->bands.rows) & pass->starts) != 0)
        return SST_OK;
    uint64_t words[2];
    sst_sketch_agreement(x, y, words);
    sst_uint128 agreement = (sst_uint128)words[1] << 64 | words[0];
    if (!family && (agreeing_rows(agreement, pass->bands.rows) & pass->starts) != 0)
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
    sst_status status = reserve_rows(worker, size, error);
    for (size_t i = 0; status == SST_OK && i < size; i++)
        status = load_row(pass, worker, i, bucket[i], error);
    for (size_t i = 1; i < size; i++)
        for (size_t j = 0; status == SST_OK && j < i; j++)
            status = meet(pass, thread, (uint32_t)bucket[j], (uint32_t)bucket[i], worker->rows[j],
                          worker->rows[i], error);
    sst_matching_bucket(worker, size, (uint64_t)size * (size - 1) / 2, false);
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
        pass->family[(uint32_t)bucket[i]] = 1;
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
        family += pass->family[(uint32_t)bucket[i]];
    return family > SST_MATCH_BUCKET_FAMILY;
}

static void prefetch_row(const sst_match_texts *texts, const sst_partition *part, size_t i)
{
    if (i < part->count)
        sst_pool_prefetch(texts->sketches, texts->sketch_offset[(uint32_t)part->items[i]]);
}

static sst_status scan_partitions(void *context, size_t begin, size_t end, unsigned thread,
                                  sst_error *error)
{
    const band_pass *pass = context;
    sst_partition *part = &pass->run->workers[thread].partition;
    for (size_t p = begin; p < end; p++) {
        sst_status status = sst_shuffle_load(pass->shuffle, p, part, error);
        if (status == SST_OK)
            status = sst_partition_keep_shared(part, error);
        if (status != SST_OK)
            return status;
        sst_partition_sort(part);
        for (size_t i = 0, next; status == SST_OK && i < part->count; i = next) {
            for (next = i + 1; next < part->count; next++) {
                if (part->items[next] >> 32 != part->items[i] >> 32)
                    break;
                prefetch_row(pass->texts, part, next + AHEAD);
            }
            size_t size = next - i;
            if (is_over_cap(pass, part->items + i, size))
                status = scan_capped(pass, thread, part->items + i, size, error);
            else if (size > 1)
                status = scan_complete(pass, thread, part->items + i, size, error);
        }
        if (status != SST_OK)
            return status;
    }
    return SST_OK;
}

/* ---- The pass ---- */

static sst_status scan_band(band_pass *pass, sst_error *error)
{
    unsigned threads = pass->run->options->threads;
    sst_status status = sst_matching_progress(pass->run, "bands", pass->band, pass->bands.bands,
                                              error);
    if (status == SST_OK)
        status = sst_shuffle_reset(pass->shuffle, error);
    if (status == SST_OK)
        status = sst_parallel(pass->texts->count, TEXTS_PER_TASK, threads, spread_keys, pass,
                              error);
    if (status == SST_OK)
        status = sst_shuffle_seal(pass->shuffle, error);
    if (status == SST_OK)
        status = sst_parallel(sst_shuffle_partitions(pass->shuffle), 4, threads, scan_partitions,
                              pass, error);
    return status;
}

static sst_status scan_bands(band_pass *pass, sst_error *error)
{
    unsigned most = pass->group_size;
    sst_status status = SST_OK;
    for (pass->band = 0; status == SST_OK && pass->band < pass->bands.bands; pass->band++) {
        if (pass->band % most == 0) {
            unsigned left = pass->bands.bands - pass->band;
            pass->first = pass->band;
            pass->group_size = left < most ? left : most;
            status = sst_parallel(pass->texts->count, TEXTS_PER_TASK, pass->run->options->threads,
                                  make_keys, pass, error);
        }
        if (status == SST_OK)
            status = scan_band(pass, error);
        pass->starts |= (sst_uint128)1 << (pass->band * pass->bands.rows);
    }
    return status;
}

static sst_status allocate(band_pass *pass, sst_error *error)
{
    const sst_match_options *options = pass->run->options;
    size_t count = pass->texts->count, bytes_per_band = count * sizeof(uint32_t) + 1;
    uint64_t fitting = options->memory / 4 / bytes_per_band;
    pass->group_size = fitting < 1 ? 1 : fitting > GROUP_MOST ? GROUP_MOST : (unsigned)fitting;
    pass->bits = sst_shuffle_bits(count);
    pass->keys = sst_allocate(sst_size_multiply(count, pass->group_size), sizeof *pass->keys,
                              "band keys", error);
    pass->candidates = sst_allocate_zeroed(options->threads, sizeof *pass->candidates,
                                           "candidate pairs", error);
    pass->family = sst_allocate_zeroed(count, 1, "capped buckets", error);
    if (pass->keys == NULL || pass->candidates == NULL || pass->family == NULL)
        return SST_MEMORY;
    uint64_t memory = 16 * (uint64_t)count + (1 << 20);
    return sst_shuffle_create(pass->bits, options->threads, memory, options->tmp, "band keys",
                              &pass->shuffle, error);
}

static void release(band_pass *pass)
{
    for (unsigned t = 0; pass->candidates != NULL && t < pass->run->options->threads; t++)
        free(pass->candidates[t].items);
    free(pass->candidates);
    free(pass->keys);
    free(pass->family);
    sst_shuffle_free(pass->shuffle);
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
