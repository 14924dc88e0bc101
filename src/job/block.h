/* Lines to stories: what one thread makes of some lines, kept apart until it is taken over in
 * input order. */
#ifndef JOB_BLOCK_H
#define JOB_BLOCK_H

#include "base/buffer.h"
#include "job/corpus.h"
#include "job/pages.h"
#include "job/prepare.h"
#include "read/input.h"
#include "read/record.h"

/* What one line became, besides entries. */
typedef struct sst_line_note {
    sst_error error;
    size_t line_at, line_size; /* a bad record's line, in `bad`; size 0: not kept */
    bool bad;                  /* a bad record; otherwise an odd date, its shape in the message */
} sst_line_note;

/* A story of a block; its id and source are the block's until it is taken over. */
typedef struct sst_block_entry {
    sst_entry entry;
    size_t id_at, source_at; /* in names */
    uint32_t source_size;
    uint64_t label; /* hash of the `cluster` field, 0: none */
} sst_block_entry;

typedef struct sst_line_block {
    sst_block_entry *entries;
    size_t count, capacity;
    sst_buffer names; /* ids and sources */
    sst_buffer bad;   /* lines of bad records, when they are wanted */
    sst_line_note *notes;
    size_t note_count, note_capacity;
    uint64_t records;
} sst_line_block;

/* Scratch of one thread. */
typedef struct sst_line_worker {
    sst_parser *parser;
    sst_preparer *preparer;
    sst_page_reader *pages; /* NULL unless pages are read */
    sst_chunk chunk;        /* the lines being read */
    sst_buffer page;        /* a page file */
    sst_buffer tokens;      /* of the stories not stored yet: uint32_t, title, then body */
    sst_buffer sketches;    /* theirs */
    uint64_t max_record;
    bool keep_bad;          /* lines of bad records are wanted */
    sst_buffer odd_shapes;  /* shapes of odd dates noted so far, each terminated */
    double parse_seconds;
    uint64_t parsed;
} sst_line_worker;

sst_status sst_line_worker_create(const sst_options *options, const sst_page_cues *cues,
                                  sst_line_worker *worker, sst_error *error);
void sst_line_worker_free(sst_line_worker *worker);

void sst_line_block_reset(sst_line_block *block);
void sst_line_block_free(sst_line_block *block);

/* Adds the stories of one line of `worker->chunk` to `block`, or a note when it is a bad record. */
sst_status sst_line_block_add(sst_line_block *block, sst_line_worker *worker,
                              const sst_line *line, sst_error *error);

/* Adds the stories of a whole page file, number `file`. */
sst_status sst_line_block_add_page(sst_line_block *block, sst_line_worker *worker,
                                   const char *path, uint32_t file, sst_error *error);

/* Moves the tokens and sketches of a block that is complete to the corpus's pools, while they are
 * in the cache of the thread that made them. Blocks are stored in any order. */
sst_status sst_line_block_store(sst_line_block *block, sst_line_worker *worker,
                                sst_corpus *corpus, sst_error *error);

#endif
