/* The skeleton with its places filled. */
#include "report/page.h"

#include <string.h>

#include "report/assets.h"
#include "report/block.h"

static void put_asset(sst_buffer *out, const sst_asset *asset)
{
    sst_buffer_append(out, asset->bytes, asset->size);
}

static unsigned hex_digit(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* The hash as a Content-Security-Policy wants it (CSP Level 3, 2.3.1). */
static void put_hash(sst_buffer *out, const sst_asset *asset)
{
    unsigned char hash[32];
    for (size_t i = 0; i < sizeof hash; i++)
        hash[i] = (unsigned char)(hex_digit(asset->sha256[2 * i]) << 4 |
                                  hex_digit(asset->sha256[2 * i + 1]));
    sst_report_base64(out, hash, sizeof hash);
}

static void put_title(sst_buffer *out, const sst_report_model *m)
{
    sst_html_text(out, (sst_slice){m->title, strlen(m->title)}, SST_REPORT_TITLE_BYTES);
}

static void put_style(sst_buffer *out, const sst_report_model *m)
{
    (void)m;
    put_asset(out, &sst_asset_style);
}

static void put_script(sst_buffer *out, const sst_report_model *m)
{
    (void)m;
    put_asset(out, &sst_asset_script);
}

static void put_style_hash(sst_buffer *out, const sst_report_model *m)
{
    (void)m;
    put_hash(out, &sst_asset_style);
}

static void put_script_hash(sst_buffer *out, const sst_report_model *m)
{
    (void)m;
    put_hash(out, &sst_asset_script);
}

static void put_made(sst_buffer *out, const sst_report_model *m)
{
    sst_html_count(out, m->summary.stories, "story");
    if (m->now != SST_NO_TIME) {
        sst_buffer_text(out, ", as of ");
        sst_html_time(out, m->now);
    }
    sst_buffer_text(out, ". Times are UTC.");
}

static const struct {
    const char *name;
    void (*put)(sst_buffer *out, const sst_report_model *model); /* NULL: the block */
} places[] = {
    {"TITLE", put_title},
    {"STYLE", put_style},
    {"SCRIPT", put_script},
    {"STYLE_HASH", put_style_hash},
    {"SCRIPT_HASH", put_script_hash},
    {"MADE", put_made},
    {"OVERVIEW", sst_report_overview},
    {"CLUSTERS", sst_report_clusters},
    {"FLOWS", sst_report_flows},
    {"APART", sst_report_families},
    {"CUT", sst_report_cut},
    {"REVIEW", sst_report_review},
    {"BLOCK", NULL},
};

static sst_status flush(sst_buffer *out, sst_sink sink, sst_error *error)
{
    sst_status status = sst_buffer_status(out, "the report", error);
    if (status == SST_OK && out->size > 0)
        status = sink.write(sink.context, out->bytes, out->size, error);
    sst_buffer_reset(out);
    return status;
}

static sst_status put_place(sst_buffer *out, const char *name, size_t size,
                            const sst_report_model *model, sst_sink sink, sst_error *error)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (strlen(places[i].name) != size || memcmp(places[i].name, name, size) != 0)
            continue;
        sst_status status = SST_OK;
        if (places[i].put != NULL)
            places[i].put(out, model);
        status = flush(out, sink, error);
        if (status == SST_OK && places[i].put == NULL)
            status = sst_report_write_block(model, sink, error);
        return status;
    }
    return sst_fail(error, SST_FORMAT, "the page has an unknown place '%.*s'; build it again",
                    (int)size, name);
}

sst_status sst_report_write(const sst_report_model *model, sst_sink sink, sst_error *error)
{
    sst_buffer out = {0};
    sst_status status = SST_OK;
    const char *at = (const char *)sst_asset_page.bytes, *end = at + sst_asset_page.size;
    while (status == SST_OK && at < end) {
        const char *open = memmem(at, (size_t)(end - at), "@@", 2);
        sst_buffer_append(&out, at, (size_t)((open == NULL ? end : open) - at));
        if (open == NULL)
            break;
        const char *name = open + 2, *close = memmem(name, (size_t)(end - name), "@@", 2);
        if (close == NULL) {
            status = sst_fail(error, SST_FORMAT, "the page has an open place; build it again");
            break;
        }
        status = put_place(&out, name, (size_t)(close - name), model, sink, error);
        at = close + 2;
    }
    if (status == SST_OK)
        status = flush(&out, sink, error);
    sst_buffer_free(&out);
    return status;
}
