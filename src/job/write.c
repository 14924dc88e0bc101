#include "job/write.h"

#include <string.h>

#include "base/parallel.h"

sst_status sst_write_flush(sst_buffer *buffer, sst_sink sink, bool at_end, sst_error *error)
{
    sst_status status = sst_buffer_status(buffer, "output", error);
    if (status != SST_OK || buffer->size == 0 || (!at_end && buffer->size < SST_WRITE_PIECE))
        return status;
    status = sink.write(sink.context, buffer->bytes, buffer->size, error);
    sst_buffer_reset(buffer);
    return status;
}

sst_status sst_write_line(sst_sink sink, const char *bytes, size_t size, sst_error *error)
{
    if (sink.write == NULL)
        return SST_OK;
    sst_status status = sink.write(sink.context, bytes, size, error);
    return status == SST_OK ? sink.write(sink.context, "\n", 1, error) : status;
}

/* ---- many lines ------------------------------------------------------------------------------ */

enum { LINES_OF_A_PIECE = 128, PIECES_OF_A_ROUND = 64 };

typedef struct line_round {
    sst_line_writer write;
    const void *context;
    size_t first; /* line */
    sst_buffer pieces[PIECES_OF_A_ROUND];
} line_round;

static sst_status make_piece(void *context, size_t begin, size_t end, unsigned thread,
                             sst_error *error)
{
    (void)thread;
    line_round *round = context;
    sst_buffer *piece = &round->pieces[begin / LINES_OF_A_PIECE];
    for (size_t i = begin; i < end; i++)
        round->write(round->context, round->first + i, piece);
    return sst_buffer_status(piece, "output", error);
}

sst_status sst_write_lines(size_t count, unsigned threads, sst_line_writer write,
                           const void *context, sst_sink sink, sst_error *error)
{
    const size_t most = LINES_OF_A_PIECE * PIECES_OF_A_ROUND;
    line_round round = {.write = write, .context = context};
    sst_status status = SST_OK;
    for (; round.first < count && status == SST_OK; round.first += most) {
        size_t left = count - round.first;
        status = sst_parallel(left < most ? left : most, LINES_OF_A_PIECE,
                              sst_parallel_threads(threads), make_piece, &round, error);
        for (size_t i = 0; i < PIECES_OF_A_ROUND && status == SST_OK; i++)
            status = sst_write_flush(&round.pieces[i], sink, true, error);
    }
    for (size_t i = 0; i < PIECES_OF_A_ROUND; i++)
        sst_buffer_free(&round.pieces[i]);
    return status;
}

/* ---- parts of lines -------------------------------------------------------------------------- */

void sst_write_jaccard(sst_buffer *buffer, const sst_overlap *overlap)
{
    sst_buffer_text(buffer, "\"jaccard\":");
    sst_buffer_ratio(buffer, overlap->shared,
                     (uint64_t)overlap->a_count + overlap->b_count - overlap->shared);
}

void sst_write_id(sst_buffer *buffer, const sst_corpus *corpus, uint32_t entry)
{
    const sst_entry *e = &corpus->entries[entry];
    sst_buffer_json_string(buffer, sst_entry_id(corpus, e), e->id_size);
}

/* ---- the order of ids ------------------------------------------------------------------------ */

/* The first eight bytes of the id decide most comparisons without a far load. */
typedef struct prefixed {
    uint64_t prefix; /* big-endian, zero padded: compares like the bytes */
    uint32_t entry;
} prefixed;

static int compare_ids(const void *left, const void *right, void *context)
{
    const sst_corpus *corpus = context;
    const prefixed *a = left, *b = right;
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return sst_entry_compare_ids(corpus, &corpus->entries[a->entry],
                                 &corpus->entries[b->entry]);
}

static uint64_t id_prefix(const sst_corpus *corpus, const sst_entry *entry)
{
    unsigned char bytes[8] = {0};
    uint64_t prefix = 0;
    memcpy(bytes, sst_entry_id(corpus, entry), entry->id_size < 8 ? entry->id_size : 8);
    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | bytes[i];
    return prefix;
}

uint32_t *sst_write_id_order(const sst_corpus *corpus, sst_error *error)
{
    uint32_t *order = sst_allocate(corpus->entry_count, sizeof *order, "the order of ids", error);
    prefixed *sorted = sst_allocate(corpus->entry_count, sizeof *sorted, "the order of ids",
                                    error);
    if (order == NULL || sorted == NULL) {
        free(order);
        free(sorted);
        return NULL;
    }
    size_t count = 0;
    for (uint32_t i = 0; i < corpus->entry_count; i++)
        if (!corpus->entries[i].dropped)
            sorted[count++] = (prefixed){.prefix = id_prefix(corpus, &corpus->entries[i]),
                                         .entry = i};
    qsort_r(sorted, count, sizeof *sorted, compare_ids, (void *)(uintptr_t)corpus);
    for (uint32_t i = 0; i < count; i++)
        order[sorted[i].entry] = i;
    free(sorted);
    return order;
}
