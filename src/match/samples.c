/* The second channel: shared passages of texts that are not alike as a whole. Near-equal texts
 * stand in the lists as one group, with all that its members posted, so that thirty reprints do
 * not fill a list; when two groups meet, all their members are compared. */
#include "match/join.h"
#include "match/shared.h"
#include "sketch/agreement.h"

enum {
    EXPAND_MOST = 1 << 16,     /* pairs of members of two groups */
    EXPAND_LEADERS = 16,
    SIZES_AHEAD = 16,          /* of partners, on their way */
    TEXT_LINES = 8             /* of the next text; the processor follows by itself */
};

/* Distinct shingles << SIZE_FLAGS, and whether the text posts all and is a headline. */
enum { SIZE_FLAGS = 2, SIZE_ALL = 1, SIZE_HEADLINE = 2 };

typedef struct sampled {
    uint32_t *size; /* of a text: what one look must tell about a partner, see SIZE_FLAGS */
    uint32_t *next; /* next member of a group in rank order; 0: none */
    uint64_t *all;  /* a bit by text: it posts all */
} sampled;

static size_t post_samples(const sst_join *join, uint32_t text, const uint32_t *tokens,
                           uint64_t *hashes)
{
    const sst_match_texts *texts = join->run->texts;
    for (uint64_t line = 0; text + 1 < texts->count && line < TEXT_LINES; line++)
        sst_pool_prefetch(texts->tokens, texts->token_offset[text + 1] + 64 * line);
    return sst_match_samples(tokens, texts->token_count[text], hashes);
}

static sst_shared shared_of(const sampled *work, const sst_meeting *meeting)
{
    uint32_t a = work->size[meeting->a], b = work->size[meeting->b];
    return (sst_shared){a >> SIZE_FLAGS, b >> SIZE_FLAGS, (a & SIZE_ALL) != 0,
                         (b & SIZE_ALL) != 0, meeting->shared, meeting->telling};
}

static sst_status read_row(const sst_match_texts *texts, uint32_t text, uint16_t *scratch,
                           const uint16_t **row, sst_error *error)
{
    const void *bytes;
    sst_status status = sst_pool_read(texts->sketches, texts->sketch_offset[text],
                                      SST_SKETCH_SLOTS * sizeof **row, scratch, &bytes, error);
    *row = bytes;
    return status;
}

static size_t members_of(const uint32_t *next, uint32_t leader)
{
    size_t count = 1;
    for (uint32_t t = next[leader]; t != 0; t = next[t])
        count++;
    return count;
}

/* Pairs of the first `a_most` members of group a with the first `b_most` of b. */
static sst_status pair_members(const sst_join *join, unsigned thread, uint32_t a, size_t a_most,
                               uint32_t b, size_t b_most, sst_error *error)
{
    const sampled *work = join->context;
    sst_status status = SST_OK;
    uint32_t x = a;
    for (size_t i = 0; status == SST_OK && i < a_most; i++, x = work->next[x]) {
        uint32_t y = b;
        for (size_t j = 0; status == SST_OK && j < b_most; j++, y = work->next[y])
            status = sst_candidates_add(&join->candidates[thread], sst_candidate(x, y), error);
    }
    return status;
}

static sst_status propose(const sst_join *join, unsigned thread, uint32_t a, uint32_t b,
                          sst_error *error)
{
    const sampled *work = join->context;
    size_t x = members_of(work->next, a), y = members_of(work->next, b);
    if (x * y <= EXPAND_MOST)
        return pair_members(join, thread, a, x, b, y, error);
    sst_matching_bucket(&join->run->workers[thread], x + y, (x + y) * EXPAND_LEADERS, true);
    size_t few = EXPAND_LEADERS;
    sst_status status = pair_members(join, thread, a, x, b, y < few ? y : few, error);
    return status != SST_OK ? status
                            : pair_members(join, thread, a, x < few ? x : few, b, y, error);
}

static void prefetch_row(const sst_match_texts *texts, uint32_t text)
{
    for (uint64_t line = 0; line < SST_SKETCH_SLOTS * sizeof(uint16_t); line += 64)
        sst_pool_prefetch(texts->sketches, texts->sketch_offset[text] + line);
}

/* Keeps the meetings that are worth a look at the sketches, which are sent for. */
static size_t filter_by_samples(const sst_join *join, sst_meeting *meetings, size_t count)
{
    const sampled *work = join->context;
    const sst_match_texts *texts = join->run->texts;
    size_t kept = 0;
    uint32_t own = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        if (i + SIZES_AHEAD < count)
            __builtin_prefetch(&work->size[meetings[i + SIZES_AHEAD].b]);
        uint32_t a = work->size[meetings[i].a], b = work->size[meetings[i].b];
        sst_shared shared = shared_of(work, &meetings[i]);
        if (!sst_shared_at_sight(&shared) || ((a ^ b) & SIZE_HEADLINE) != 0)
            continue;
        if (meetings[i].a != own)
            prefetch_row(texts, own = meetings[i].a);
        prefetch_row(texts, meetings[i].b);
        meetings[kept++] = meetings[i];
    }
    return kept;
}

static sst_status meet_groups(const sst_join *join, unsigned thread, sst_meeting *meetings,
                              size_t count, sst_error *error)
{
    const sampled *work = join->context;
    const sst_match_texts *texts = join->run->texts;
    _Alignas(16) uint16_t scratch[2][SST_SKETCH_SLOTS];
    const uint16_t *own = NULL, *other;
    sst_status status = SST_OK;
    count = filter_by_samples(join, meetings, count);
    for (size_t i = 0; status == SST_OK && i < count; i++) {
        uint32_t a = meetings[i].a, b = meetings[i].b;
        if (i == 0 || meetings[i - 1].a != a)
            status = read_row(texts, a, scratch[0], &own, error);
        if (status == SST_OK)
            status = read_row(texts, b, scratch[1], &other, error);
        sst_shared shared = shared_of(work, &meetings[i]);
        if (status == SST_OK &&
            sst_shared_is_likely(&shared, sst_sketch_agreeing(own, other)))
            status = propose(join, thread, a, b, error);
    }
    return status;
}

static uint64_t expected_postings(const sst_match_texts *texts)
{
    uint64_t expected = 0;
    for (size_t t = 0; t < texts->count; t++) {
        uint32_t count = texts->token_count[t];
        expected += sst_posts_all_samples(count) ? count : count / SST_MATCH_SAMPLE_RATE;
    }
    return expected;
}

static void note_sizes(const sst_match_texts *texts, uint32_t *size, uint64_t *all)
{
    const uint32_t most = UINT32_MAX >> SIZE_FLAGS; /* a larger text is over the limit of one */
    for (size_t t = 0; t < texts->count; t++) {
        uint32_t count = texts->shingle_count[t];
        size[t] = (count < most ? count : most) << SIZE_FLAGS;
        if (sst_posts_all_samples(texts->token_count[t])) {
            size[t] |= SIZE_ALL;
            all[t / 64] |= (uint64_t)1 << t % 64;
        }
        if (texts->headline != NULL && texts->headline[t])
            size[t] |= SIZE_HEADLINE;
    }
}

/* Lists of members; a group's leader is its first. */
static void link_members(size_t count, const uint32_t *group, uint32_t *next)
{
    for (size_t t = 0; t < count; t++)
        next[t] = 0;
    for (size_t t = count; t-- > 0;) {
        uint32_t leader = group[t];
        if (leader == t)
            continue;
        next[t] = next[leader];
        next[leader] = (uint32_t)t;
    }
}

sst_status sst_match_sampled_pairs(sst_matching *run, const uint32_t *group,
                                   sst_candidates *candidates, sst_error *error)
{
    unsigned threads = run->options->threads;
    sampled work = {.next = NULL};
    sst_day_counter days;
    work.next = sst_allocate(run->texts->count, sizeof *work.next, "groups", error);
    work.size = sst_allocate(run->texts->count, sizeof *work.size, "groups", error);
    work.all = sst_allocate_zeroed(run->texts->count / 64 + 1, sizeof *work.all, "groups", error);
    sst_status status = sst_day_counter_create(run->texts, group, threads, &days, error);
    if (work.next == NULL || work.size == NULL || work.all == NULL)
        status = SST_MEMORY;
    if (status == SST_OK) {
        note_sizes(run->texts, work.size, work.all);
        link_members(run->texts->count, group, work.next);
        sst_join join = {.run = run, .stage = "samples", .days = &days, .lone = work.all,
                         .context = &work, .post = post_samples, .meet = meet_groups,
                         .expected = expected_postings(run->texts)};
        status = sst_join_run(&join, candidates, error);
        if (status == SST_OK)
            status = sst_match_days_create(days.lanes, threads, sst_shuffle_bits(join.expected),
                                           &run->result->days, error);
    }
    sst_day_counter_free(&days);
    free(work.next);
    free(work.size);
    free(work.all);
    return status;
}
