/* One line of JSON to one record: which fields, which types, which defaults.
 *
 * A field is wanted under its own name, under the name of a preset, or under an explicit path
 * ("source.name"), the later winning. Wanted types:
 *
 *     id, cluster        string or integer (kept as printed); null or "" is absent
 *     text, title, page  string or null
 *     url, source        string or null; "" is absent
 *     published          anything; what is no date is absent and marked odd
 *     lang               string; anything else is absent
 *
 * Anything else in a wanted place is a bad record. `id` has at most SST_ID_SIZE bytes and no
 * control characters (also when `url` stands in for it); `source` falls back to the host of
 * `url`, lower case, without user and port. Every byte of the line is checked, wanted or not. */
#ifndef READ_RECORD_H
#define READ_RECORD_H

#include "base/buffer.h"
#include "base/story.h"

enum {
    SST_ID_SIZE = 4096,      /* bytes */
    SST_RECORD_DEPTH = 1024, /* nested objects and arrays, the record itself included */
    SST_CENSUS_RECORDS = 100,
};
/* The largest max_record: simdjson counts bytes in 32 bits. */
#define SST_RECORD_LIMIT ((uint64_t)1 << 31)

typedef struct sst_parser sst_parser;

typedef struct sst_parser_options {
    const char *preset;      /* or NULL */
    const sst_field *fields; /* override the preset; copied */
    size_t field_count;
    int64_t now;             /* a later `published` (by two days) is absent; SST_NO_TIME: none */
} sst_parser_options;

/* One parser a thread. SST_ARGUMENT names an unknown preset or field, an empty path, a field
 * given twice. `options` NULL: the record's own names. */
sst_status sst_parser_create(const sst_parser_options *options, sst_parser **parser,
                             sst_error *error);
void sst_parser_free(sst_parser *parser);

/* Parses one line (a newline at its end does not matter). SST_CHUNK_PADDING (64) bytes behind
 * `size` must be readable; their content does not matter.
 *
 * SST_INPUT (SST_LIMIT beyond SST_RECORD_LIMIT) is a bad record: `error` has the message and
 * the offset in the line, 0 when unknown; give it file and line with sst_error_locate.
 * SST_MEMORY is final. The slices of `record` point into the parser or into `line`: they live
 * until the parser's next run or free, and as long as the bytes of the line. */
sst_status sst_parser_run(sst_parser *parser, const char *line, size_t size,
                          sst_record *record, sst_error *error);

/* Which fields do the first records have? Zero-initialise, feed the first records in input
 * order, ask for the verdict, free. */
typedef struct sst_census {
    unsigned records; /* good records seen, at most SST_CENSUS_RECORDS */
    uint32_t present; /* wanted fields that stood in one of them, bits as in sst_parser */
    sst_buffer names; /* distinct top-level keys, each terminated, in order of first sight */
} sst_census;

/* Adds one line; bad records do not count, and beyond SST_CENSUS_RECORDS nothing happens.
 * SST_MEMORY is the only failure. */
sst_status sst_census_add(sst_census *census, sst_parser *parser, const char *line,
                          size_t size, sst_error *error);

/* SST_INPUT when a field is missing in every record seen: `text` (unless pages were asked for:
 * then `page`), or any field that was mapped by `fields`; "field 'text' is missing in the first
 * 100 records; seen: a, b, c; use --field text=NAME". No records: SST_OK. */
sst_status sst_census_verdict(const sst_census *census, const sst_parser *parser,
                              bool want_page, sst_error *error);
void sst_census_free(sst_census *census);

#endif
