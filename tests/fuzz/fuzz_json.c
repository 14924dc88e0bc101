/* The record parser against the plain grammar: a line is good for the parser only when it is
 * good JSON, and good JSON without wanted fields is good for the parser. Strings that come out
 * are valid UTF-8. */
#include <stdint.h>
#include <stdlib.h>

#include "../read/reference_json.h"
#include "read/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool fine)
{
    if (!fine)
        abort();
}

static void check_record(const sst_record *record)
{
    const sst_slice *slices[] = {&record->id,     &record->text, &record->title,
                                 &record->url,    &record->source, &record->published,
                                 &record->lang,   &record->page, &record->cluster};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        if (slices[i]->bytes != NULL)
            check(sst_utf8_valid_prefix(slices[i]->bytes, slices[i]->size) == slices[i]->size);
    check(record->id.size <= SST_ID_SIZE);
}

/* Parses with the fields of `options`; the bytes behind the line are `behind`. */
static sst_status parse(const sst_parser_options *options, const uint8_t *data, size_t size,
                        int behind)
{
    char *line = malloc(size + 64);
    sst_parser *parser = NULL;
    sst_record record;
    sst_error error;
    check(line != NULL && sst_parser_create(options, &parser, NULL) == SST_OK);
    memcpy(line, data, size);
    memset(line + size, behind, 64);
    sst_status status = sst_parser_run(parser, line, size, &record, &error);
    check(status == SST_OK || status == SST_INPUT);
    if (status == SST_OK)
        check_record(&record);
    else
        check(error.offset <= size);
    sst_parser_free(parser);
    free(line);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Under names that no input has, every field is an unread one. */
    static const sst_field hidden[] = {
        {"id", "~id~"},         {"text", "~text~"}, {"title", "~title~"},
        {"url", "~url~"},       {"lang", "~lang~"}, {"source", "~source~"},
        {"published", "~pub~"}, {"page", "~page~"}, {"cluster", "~cluster~"}};
    static const sst_parser_options unread = {.fields = hidden, .field_count = 9,
                                              .now = SST_NO_TIME};
    static const sst_parser_options nested = {.preset = "newsapi", .now = 1700000000};
    if (size == 0)
        return 0;
    int behind = data[0];
    data++;
    size--;
    bool good = reference_object((const char *)data, size, SST_RECORD_DEPTH);
    bool hides = memmem(data, size, "~", 1) != NULL || memmem(data, size, "\\u007", 5) != NULL;
    sst_status status = parse(&unread, data, size, behind);
    if (!hides || !good)
        check((status == SST_OK) == good);
    if (parse(NULL, data, size, behind) == SST_OK)
        check(good);
    if (parse(&nested, data, size, behind) == SST_OK)
        check(good);
    return 0;
}
