/* When a story was published. Understood, on the proleptic Gregorian calendar:
 *
 *     RFC 3339            2024-02-29T23:59:59.5+06:00, Z, +0600, +06; "T" may be a space
 *     Y-M-D[ H:M[:S[.f]]] 2024-02-29, 2024-02-29 23:59 (also with one-digit month and day)
 *     Y/M/D[ H:M[:S[.f]]] 2024/02/29
 *     D-MON-Y[ H:M:S[.f]] 26-FEB-1987 15:01:01.79 (Reuters-21578)
 *     RFC 822, 5322       Thu, 29 Feb 2024 23:59:59 +0600; GMT, UT, EST …, two-digit years
 *     epoch               seconds below 10^11, else milliseconds; a fraction is dropped. A
 *                         string must have at least 9 digits: "20240229" is no epoch
 *
 * Without a zone it is UTC. A leap second counts as the second before. Everything else is not
 * understood; nothing is guessed (01/02/2024 has two meanings). */
#ifndef READ_PUBLISHED_H
#define READ_PUBLISHED_H

#include "samestory.h"

enum {
    SST_PUBLISHED_AHEAD = 2 * 86400, /* seconds after now that are believed */
    SST_SHAPE_SIZE = 48,
};

/* Seconds since 1970-01-01 UTC, or SST_NO_TIME. White space around is allowed. */
int64_t sst_published_parse(const char *bytes, size_t size);
/* The same of a JSON number: an epoch of any number of digits, without exponent. */
int64_t sst_published_number(const char *bytes, size_t size);

/* The shape of a date that was not understood, for counting: digits become 9, letters (all of
 * them, any script) a, runs of either collapse, at most SST_SHAPE_SIZE - 1 bytes, printable
 * ASCII, terminated. "12 January, 2024" is "9 a, 9". */
void sst_published_shape(const char *bytes, size_t size, char shape[SST_SHAPE_SIZE]);

#endif
