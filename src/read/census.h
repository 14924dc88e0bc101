/* Do the first records have the wanted fields at all? A wrong field name shall not end as a
 * million empty stories. */
#ifndef READ_CENSUS_H
#define READ_CENSUS_H

#include "read/record.h"

enum {
    SST_CENSUS_RECORDS = 100,
    SST_CENSUS_NAMES = 64, /* distinct keys remembered for the message */
};

/* Zero-initialise, feed the first records in input order, ask for the verdict, free. */
typedef struct sst_census {
    unsigned records;   /* good records seen, at most SST_CENSUS_RECORDS */
    uint16_t present;   /* bits 1u << sst_wanted that one of them had */
    unsigned count;     /* distinct top-level keys */
    sst_buffer names;   /* the keys, ", " between them, fit to print */
    uint64_t hashes[SST_CENSUS_NAMES];
} sst_census;

/* Adds one line. Bad records do not count, and beyond SST_CENSUS_RECORDS nothing happens.
 * SST_MEMORY is the only failure. Padding as for sst_parser_run. */
sst_status sst_census_add(sst_census *census, sst_parser *parser, const char *line,
                          size_t size, sst_error *error);

/* SST_INPUT when a field is missing in every record seen: `required` (SST_WANTED_TEXT, or
 * SST_WANTED_PAGE for pages), or one that an explicit path mapped; "field 'text' is missing in
 * the first 100 records; seen: a, b, c; use --field text=NAME". No records: SST_OK. */
sst_status sst_census_verdict(const sst_census *census, const sst_parser *parser,
                              sst_wanted required, sst_error *error);
void sst_census_free(sst_census *census);

#endif
