#include "report/block.h"

#include <string.h>

#include <zlib.h>

#include "report/page.h"

/* ---- packing ----------------------------------------------------------------------------- */

void sst_report_base64(sst_buffer *out, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (!sst_buffer_reserve(out, (size + 2) / 3 * 4))
        return;
    char *at = out->bytes + out->size;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t word = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                        (left > 2 ? bytes[i + 2] : 0u);
        *at++ = digits[word >> 18];
        *at++ = digits[word >> 12 & 63];
        *at++ = left > 1 ? digits[word >> 6 & 63] : '=';
        *at++ = left > 2 ? digits[word & 63] : '=';
    }
    out->size = (size_t)(at - out->bytes);
}

/* zlib counts in 32 bits, so bytes go in and out in steps. */
static sst_status deflate_all(z_stream *stream, const char *bytes, size_t size, sst_buffer *packed,
                              sst_error *error)
{
    enum { STEP = 1 << 20 };
    size_t taken = 0;
    int state = Z_OK;
    while (state != Z_STREAM_END) {
        if (stream->avail_in == 0 && taken < size) {
            size_t step = size - taken < STEP ? size - taken : STEP;
            stream->next_in = (Bytef *)(uintptr_t)(bytes + taken);
            stream->avail_in = (uInt)step;
            taken += step;
        }
        if (!sst_buffer_reserve(packed, STEP / 4))
            return sst_fail_memory(error, STEP / 4, "the packed report");
        stream->next_out = (Bytef *)packed->bytes + packed->size;
        stream->avail_out = STEP / 4;
        state = deflate(stream, taken == size ? Z_FINISH : Z_NO_FLUSH);
        packed->size += STEP / 4 - stream->avail_out;
        if (state == Z_STREAM_ERROR)
            return sst_fail(error, SST_IO, "cannot pack the report; check the zlib library");
    }
    return SST_OK;
}

sst_status sst_report_pack(sst_buffer *out, const char *bytes, size_t size, sst_error *error)
{
    z_stream stream = {0};
    sst_buffer packed = {0};
    if (deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return sst_fail_memory(error, 1 << 18, "the packed report");
    sst_status status = deflate_all(&stream, bytes, size, &packed, error);
    deflateEnd(&stream);
    if (status == SST_OK) {
        sst_report_base64(out, (const unsigned char *)packed.bytes, packed.size);
        status = sst_buffer_status(out, "the packed report", error);
    }
    sst_buffer_free(&packed);
    return status;
}

/* ---- the index --------------------------------------------------------------------------- */

/* Columns of stories: one array a field packs better than one object a story. */
typedef void (*cell_writer)(sst_buffer *out, const sst_report_model *m, uint32_t story);

static void string_cell(sst_buffer *out, sst_slice text)
{
    sst_buffer_json_string(out, text.bytes == NULL ? "" : text.bytes, text.size);
}

static void id_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    string_cell(out, m->stories[story].id);
}

static void title_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    string_cell(out, m->stories[story].title);
}

/* Often the id is the URL. */
static void url_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    const sst_report_story *s = &m->stories[story];
    if (s->url.size == s->id.size && s->url.size > 0 &&
        memcmp(s->url.bytes, s->id.bytes, s->id.size) == 0)
        sst_buffer_byte(out, '0');
    else
        string_cell(out, s->url);
}

static void lang_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    string_cell(out, m->stories[story].lang);
}

static void number_or_minus(sst_buffer *out, uint32_t number)
{
    if (number == UINT32_MAX)
        sst_buffer_text(out, "-1");
    else
        sst_buffer_unsigned(out, number);
}

static void source_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    number_or_minus(out, m->stories[story].source);
}

static void time_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    int64_t seconds = m->stories[story].published;
    if (seconds == SST_NO_TIME)
        sst_buffer_text(out, "null");
    else
        sst_buffer_format(out, "%lld", (long long)seconds);
}

static void set_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    sst_buffer_unsigned(out, m->stories[story].set);
}

static void tokens_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    sst_buffer_unsigned(out, m->stories[story].tokens);
}

static void flags_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    const sst_report_story *s = &m->stories[story];
    sst_buffer_unsigned(out, (s->right_to_left ? 1u : 0u) | (s->headline ? 2u : 0u));
}

static void to_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    number_or_minus(out, m->stories[story].to);
}

static void relation_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    sst_buffer_unsigned(out, m->stories[story].relation);
}

static void rule_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    sst_buffer_unsigned(out, m->stories[story].rule);
}

static void shared_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    sst_buffer_unsigned(out, m->stories[story].overlap.shared);
}

static void own_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    sst_buffer_unsigned(out, m->stories[story].overlap.a_count);
}

static void other_cell(sst_buffer *out, const sst_report_model *m, uint32_t story)
{
    sst_buffer_unsigned(out, m->stories[story].overlap.b_count);
}

static const struct {
    const char *name;
    cell_writer write;
} columns[] = {
    {"id", id_cell},         {"title", title_cell},       {"url", url_cell},
    {"lang", lang_cell},     {"source", source_cell},     {"time", time_cell},
    {"set", set_cell},       {"tokens", tokens_cell},     {"flags", flags_cell},
    {"to", to_cell},         {"relation", relation_cell}, {"rule", rule_cell},
    {"shared", shared_cell}, {"own", own_cell},           {"other", other_cell},
};

static void separate(sst_buffer *out, size_t i)
{
    if (i != 0)
        sst_buffer_byte(out, ',');
}

static void write_columns(sst_buffer *out, const sst_report_model *m, const int32_t *pieces)
{
    sst_buffer_text(out, "\"stories\":{\"count\":");
    sst_buffer_unsigned(out, m->story_count);
    for (size_t column = 0; column < sizeof columns / sizeof *columns; column++) {
        sst_buffer_format(out, ",\n\"%s\":[", columns[column].name);
        for (uint32_t i = 0; i < m->story_count; i++) {
            separate(out, i);
            columns[column].write(out, m, i);
        }
        sst_buffer_byte(out, ']');
    }
    sst_buffer_text(out, ",\n\"piece\":[");
    for (uint32_t i = 0; i < m->story_count; i++) {
        separate(out, i);
        sst_buffer_format(out, "%d", pieces[i]);
    }
    sst_buffer_text(out, "]}");
}

static void write_names(sst_buffer *out, const char *name, const sst_slice *names, uint32_t count)
{
    sst_buffer_format(out, "\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        separate(out, i);
        string_cell(out, names[i]);
    }
    sst_buffer_text(out, "],\n");
}

static void write_rules(sst_buffer *out, const sst_report_model *m)
{
    sst_buffer_text(out, "\"rules\":[");
    for (uint32_t i = 0; i < m->rule_count; i++) {
        separate(out, i);
        sst_buffer_json_string(out, m->rules[i].sentence, strlen(m->rules[i].sentence));
    }
    sst_buffer_text(out, "],\n\"relations\":[");
    for (unsigned i = 0; i < SST_RELATION_COUNT; i++) {
        separate(out, i);
        sst_buffer_format(out, "\"%s\"", sst_relation_name((sst_relation)i));
    }
    sst_buffer_text(out, "],\n");
}

static void write_clusters(sst_buffer *out, const sst_report_model *m)
{
    sst_buffer_text(out, ",\n\"clusters\":[");
    for (uint32_t i = 0; i < m->cluster_count; i++) {
        const sst_report_cluster *c = &m->clusters[i];
        separate(out, i);
        sst_buffer_format(out, "[%u,%u,%u,%u", c->begin, c->count, (unsigned)c->choice,
                          c->credits);
        if (sst_report_has_own_id(m, c)) {
            sst_buffer_byte(out, ',');
            sst_buffer_json_string(out, c->id.bytes, c->id.size);
        }
        sst_buffer_byte(out, ']');
    }
    sst_buffer_byte(out, ']');
}

static void write_pairs(sst_buffer *out, const char *name, const sst_report_pair *pairs,
                        uint32_t count)
{
    sst_buffer_format(out, ",\n\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        const sst_report_pair *p = &pairs[i];
        separate(out, i);
        sst_buffer_format(out, "[%u,%u,%u,%u,%u,%u,%u]", p->a, p->b, p->relation, p->rule,
                          p->overlap.shared, p->overlap.a_count, p->overlap.b_count);
    }
    sst_buffer_byte(out, ']');
}

static void write_limits(sst_buffer *out)
{
    sst_buffer_format(out, "{\"certain\":%d,\"sure\":%d,\n", SST_REPORT_CERTAIN_JACCARD,
                      SST_REPORT_SURE_CONTAINED);
}

static sst_status write_index(const sst_report_model *m, const int32_t *pieces, sst_buffer *out,
                              sst_error *error)
{
    sst_buffer json = {0};
    write_limits(&json);
    write_names(&json, "sources", m->sources, m->source_count);
    write_names(&json, "sets", m->sets, m->set_count);
    write_rules(&json, m);
    write_columns(&json, m, pieces);
    write_clusters(&json, m);
    write_pairs(&json, "review", m->review, m->review_count);
    write_pairs(&json, "cut", m->cut, m->cut_count);
    sst_buffer_format(&json, ",\n\"reviewAll\":%llu,\"cutAll\":%llu",
                      (unsigned long long)m->review_all, (unsigned long long)m->cut_all);
    sst_buffer_text(&json, "}\n");
    sst_status status = sst_buffer_status(&json, "the index of the report", error);
    if (status == SST_OK)
        status = sst_report_pack(out, json.bytes, json.size, error);
    sst_buffer_free(&json);
    return status;
}

/* ---- texts ------------------------------------------------------------------------------- */

/* Neighbours (mostly copies of each other) share a piece until it is full. */
static int32_t share_out_pieces(const sst_report_model *m, int32_t *pieces)
{
    int32_t piece = 0;
    size_t size = 0;
    for (uint32_t i = 0; i < m->story_count; i++) {
        const sst_slice *text = &m->stories[i].text;
        pieces[i] = -1;
        if (text->bytes == NULL)
            continue;
        if (size > 0 && size + text->size > SST_REPORT_PIECE) {
            piece++;
            size = 0;
        }
        pieces[i] = piece;
        size += text->size + 1;
    }
    return size > 0 ? piece + 1 : 0;
}

/* {"12":"the text of story 12",…} of the stories from *story on that are in the piece. */
static void write_texts(sst_buffer *json, const sst_report_model *m, const int32_t *pieces,
                        int32_t piece, uint32_t *story)
{
    bool first = true;
    sst_buffer_byte(json, '{');
    for (; *story < m->story_count && pieces[*story] <= piece; ++*story) {
        if (pieces[*story] < 0)
            continue;
        sst_buffer_format(json, "%s\"%u\":", first ? "" : ",", *story);
        string_cell(json, m->stories[*story].text);
        first = false;
    }
    sst_buffer_text(json, "}\n");
}

static sst_status send(sst_buffer *out, sst_sink sink, sst_error *error)
{
    sst_buffer_byte(out, '\n');
    sst_status status = sst_buffer_status(out, "the report", error);
    if (status == SST_OK)
        status = sink.write(sink.context, out->bytes, out->size, error);
    sst_buffer_reset(out);
    return status;
}

static sst_status write_pieces(const sst_report_model *m, const int32_t *pieces, int32_t count,
                               sst_buffer *out, sst_sink sink, sst_error *error)
{
    sst_buffer json = {0};
    uint32_t story = 0;
    sst_status status = SST_OK;
    for (int32_t piece = 0; piece < count && status == SST_OK; piece++) {
        sst_buffer_reset(&json);
        write_texts(&json, m, pieces, piece, &story);
        status = sst_buffer_status(&json, "texts of the report", error);
        if (status == SST_OK)
            status = sst_report_pack(out, json.bytes, json.size, error);
        if (status == SST_OK)
            status = send(out, sink, error);
    }
    sst_buffer_free(&json);
    return status;
}

sst_status sst_report_write_block(const sst_report_model *model, sst_sink sink, sst_error *error)
{
    sst_buffer out = {0};
    int32_t *pieces = sst_allocate(model->story_count, sizeof *pieces, "the report", error);
    if (pieces == NULL)
        return SST_MEMORY;
    int32_t count = share_out_pieces(model, pieces);
    sst_status status = write_index(model, pieces, &out, error);
    if (status == SST_OK)
        status = send(&out, sink, error);
    if (status == SST_OK)
        status = write_pieces(model, pieces, count, &out, sink, error);
    sst_buffer_free(&out);
    free(pieces);
    return status;
}
