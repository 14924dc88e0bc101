/* Option values: from text, and back for the help. */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include "cli/option.h"

/* How one kind of value is read and shown. */
typedef struct cli_kind {
    /* Reads `text` into the member at `value`; false when it is none. `text` stays alive. */
    bool (*parse)(const char *text, void *value);
    /* Writes the default for the help; an empty text when there is nothing to say. */
    void (*show)(const void *value, char *text, size_t size);
    const char *expected; /* "a size such as 512M or 2G" */
    bool is_switch;
} cli_kind;

extern const cli_kind cli_kind_SWITCH;    /* bool, no value */
extern const cli_kind cli_kind_TEXT;      /* const char * */
extern const cli_kind cli_kind_COUNT;     /* unsigned */
extern const cli_kind cli_kind_FRACTION;  /* double in (0, 1) */
extern const cli_kind cli_kind_SIZE;      /* uint64_t, bytes; K, M, G, T are powers of 1024 */
extern const cli_kind cli_kind_RECORD_SIZE; /* the same, at least 8 */
extern const cli_kind cli_kind_DURATION;  /* int64_t, seconds; s, m, h, d, w */
extern const cli_kind cli_kind_SPAN;      /* the same, but not 0 */
extern const cli_kind cli_kind_TIME;      /* int64_t, seconds since 1970; SST_NO_TIME: clock */
extern const cli_kind cli_kind_FORMAT;    /* sst_format */
extern const cli_kind cli_kind_PRESET;    /* const char *, one of sst_preset_names */
extern const cli_kind cli_kind_RELATIONS; /* unsigned bit set of relations */
extern const cli_kind cli_kind_ANSWERS;   /* unsigned bit set of answers */
extern const cli_kind cli_kind_FIELD;     /* sst_field[CLI_FIELDS_MAX], field_count behind it */
extern const cli_kind cli_kind_ID;        /* const char *[CLI_IDS_MAX], id_count behind it */

/* The relations that `cluster` joins, as a bit set. */
unsigned cli_same_story_relations(void);

#endif
