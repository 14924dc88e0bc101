/* Answers as JSON: the question's object with one more member. */
#include <string.h>

#include "job/archive.h"

/* ---- The question's object ---- */

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* The end of the string that begins at `at` (a quote); the line is valid JSON. */
static size_t string_end(const char *line, size_t size, size_t at)
{
    for (at++; at < size && line[at] != '"'; at++)
        at += line[at] == '\\';
    return at < size ? at + 1 : size;
}

/* The end of the member's value that begins at or behind `at`: a comma or brace of depth 1. */
static size_t value_end(const char *line, size_t size, size_t at)
{
    unsigned depth = 0;
    while (at < size) {
        char byte = line[at];
        if (byte == '"') {
            at = string_end(line, size, at);
            continue;
        }
        if (depth == 0 && (byte == ',' || byte == '}' || byte == ']'))
            return at;
        depth += byte == '{' || byte == '[';
        depth -= byte == '}' || byte == ']';
        at++;
    }
    return at;
}

static const char member_name[] = "\"samestory\"";

/* Appends the members of the object, without the braces and without a member "samestory". */
static void append_members(sst_buffer *buffer, const char *line, size_t size, size_t at)
{
    bool first = true;
    while (at < size) {
        while (at < size && (is_space(line[at]) || line[at] == ','))
            at++;
        if (at >= size || line[at] != '"')
            return;
        size_t name_end = string_end(line, size, at);
        size_t end = value_end(line, size, name_end);
        bool ours = name_end - at == sizeof member_name - 1 &&
                    memcmp(line + at, member_name, sizeof member_name - 1) == 0;
        if (!ours) {
            if (!first)
                sst_buffer_byte(buffer, ',');
            sst_buffer_append(buffer, line + at, end - at);
            first = false;
        }
        at = end;
    }
}

void sst_line_open(sst_buffer *buffer, const char *line, size_t size)
{
    while (size > 0 && is_space(line[size - 1]))
        size--;
    size_t begin = 0;
    while (begin < size && line[begin] != '{')
        begin++;
    if (memmem(line, size, member_name, sizeof member_name - 1) != NULL) {
        sst_buffer_byte(buffer, '{');
        append_members(buffer, line, size, begin + 1);
    } else if (size > begin) {
        sst_buffer_append(buffer, line + begin, size - begin - 1);
    }
    while (buffer->size > 0 && is_space(buffer->bytes[buffer->size - 1]))
        buffer->size--;
    if (buffer->size > 0 && buffer->bytes[buffer->size - 1] != '{')
        sst_buffer_byte(buffer, ',');
}

void sst_line_close(sst_buffer *buffer)
{
    sst_buffer_text(buffer, "}\n");
}

/* ---- The answer ---- */

static void append_member(sst_buffer *buffer, const char *name, sst_slice value)
{
    sst_buffer_format(buffer, ",\"%s\":", name);
    sst_buffer_json_string(buffer, value.bytes, value.size);
}

static void append_overlap(sst_buffer *buffer, const sst_row *row)
{
    uint64_t all = (uint64_t)row->shingle_count + row->of_shingles - row->shared;
    sst_buffer_text(buffer, ",\"jaccard\":");
    sst_buffer_ratio(buffer, row->shared, all);
    sst_buffer_text(buffer, ",\"contained\":");
    sst_buffer_ratio(buffer, row->shared, row->shingle_count);
}

void sst_answer_write(sst_buffer *buffer, const sst_row *row, sst_slice cluster)
{
    sst_buffer_format(buffer, "\"verdict\":\"%s\"", sst_answer_name((sst_answer)row->verdict));
    if (row->of.bytes != NULL)
        append_member(buffer, "of", row->of);
    append_member(buffer, "cluster", cluster);
    if (row->of.bytes != NULL && row->verdict != SST_STORED_REVISED)
        append_overlap(buffer, row);
    if (row->longer)
        sst_buffer_text(buffer, ",\"longer\":true");
    if (row->estimated)
        sst_buffer_text(buffer, ",\"estimated\":true");
    if (row->near.bytes == NULL)
        return;
    sst_buffer_text(buffer, ",\"near\":{\"id\":");
    sst_buffer_json_string(buffer, row->near.bytes, row->near.size);
    sst_buffer_format(buffer, ",\"relation\":\"%s\"}", sst_relation_name(row->near_relation));
}

sst_status sst_reply_write(sst_item *item, const sst_row *row, sst_slice cluster,
                           sst_error *error)
{
    sst_buffer *line = &item->line;
    sst_buffer_reset(line);
    sst_line_open(line, item->question->line, item->question->size);
    sst_buffer_text(line, "\"samestory\":{");
    sst_answer_write(line, row, cluster);
    sst_buffer_byte(line, '}');
    sst_line_close(line);
    item->reply->status = SST_OK;
    item->reply->answer = (sst_answer)row->verdict;
    item->reply->line = line->bytes;
    item->reply->size = line->size;
    return sst_buffer_status(line, "an answer", error);
}
