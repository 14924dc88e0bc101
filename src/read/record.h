/* One line of JSON to one record: which fields, which types, which defaults.
 *
 * A field is wanted under its own name, under the name of a preset, or under an explicit path
 * ("source.name"), the later winning. Types:
 *
 *     id                 string or integer, kept as printed; null or "" is absent
 *     text, title        string or null
 *     url, source        string or null; "" is absent
 *     published          anything; what is no date is absent and marked odd
 *     cluster            string or integer, kept as printed; anything else is absent
 *     lang, page         string; anything else is absent
 *
 * Another type of id, text, title, url or source is a bad record, and so is a wanted key that
 * stands twice. `id` has at most SST_ID_SIZE bytes and no control characters, also when `url`
 * stands in for it; `source` falls back to the host of `url`, lower case, without user and
 * port. Every byte of the line is checked, wanted or not. */
#ifndef READ_RECORD_H
#define READ_RECORD_H

#include "base/buffer.h"
#include "base/story.h"
#include "read/fields.h"

enum {
    SST_ID_SIZE = 4096,      /* bytes */
    SST_RECORD_DEPTH = 1024, /* nested objects and arrays, the record itself included */
};

/* The largest line: token positions have 32 bits in simdjson, text 31 in the tokenizer. */
#define SST_RECORD_LIMIT ((uint64_t)1 << 31)

typedef struct sst_parser sst_parser;

typedef struct sst_parser_options {
    const char *preset;      /* or NULL */
    const sst_field *fields; /* override the preset; copied */
    size_t field_count;
    int64_t now;             /* `published` more than two days later is absent; SST_NO_TIME or
                                a missing `options`: every time is believed */
} sst_parser_options;

/* One parser a thread. SST_ARGUMENT names an unknown preset or field, an empty path, a field
 * given twice. `options` NULL: the record's own names. */
sst_status sst_parser_create(const sst_parser_options *options, sst_parser **parser,
                             sst_error *error);
void sst_parser_free(sst_parser *parser);

/* Parses one line (white space around the object does not matter). 64 bytes behind `size` must
 * be readable; their content does not matter.
 *
 * SST_INPUT (SST_LIMIT beyond SST_RECORD_LIMIT) is a bad record: `error` has the message and
 * the offset in the line; give it file and line with sst_error_locate. SST_MEMORY is final. The
 * slices of `record` point into the parser or into `line`: they live until the parser's next
 * run or free, and as long as the bytes of the line. */
sst_status sst_parser_run(sst_parser *parser, const char *line, size_t size,
                          sst_record *record, sst_error *error);

/* The keys that the parser looks for; live as long as the parser. */
const sst_fields *sst_parser_fields(const sst_parser *parser);
/* Bits 1u << sst_wanted of the keys that stood in the last record, whatever their values. */
uint16_t sst_parser_present(const sst_parser *parser);
/* From now on appends the top-level keys of every record to `names`, each behind its size as a
 * 32-bit number of this machine; NULL ends it. */
void sst_parser_collect(sst_parser *parser, sst_buffer *names);

#endif
