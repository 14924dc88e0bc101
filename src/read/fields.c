#include "read/fields.h"

#include <stdio.h>
#include <string.h>

static const char *const wanted_names[SST_WANTED_COUNT] = {
#define WANTED_NAME(name, text) [SST_WANTED_##name] = text,
    SST_WANTED_MAP(WANTED_NAME)
#undef WANTED_NAME
};

const char *sst_wanted_name(sst_wanted wanted)
{
    return wanted_names[wanted];
}

/* What other tools call our fields; NULL: as we do. */
typedef struct preset {
    const char *name;
    const char *paths[SST_WANTED_COUNT];
} preset;

static const preset presets[] = {
    /* newsplease/NewsArticle.py, get_serializable_dict. */
    {.name = "news-please",
     .paths = {[SST_WANTED_TEXT] = "maintext",
               [SST_WANTED_SOURCE] = "source_domain",
               [SST_WANTED_PUBLISHED] = "date_publish",
               [SST_WANTED_LANG] = "language"}},
    /* trafilatura --json --with-metadata (xml.py, build_json_output): `source` is the URL. */
    {.name = "trafilatura",
     .paths = {[SST_WANTED_URL] = "source",
               [SST_WANTED_SOURCE] = "hostname",
               [SST_WANTED_PUBLISHED] = "date",
               [SST_WANTED_LANG] = "language"}},
    /* datatrove JsonlWriter (writers/disk_base.py, data.py): id, text, metadata. */
    {.name = "datatrove",
     .paths = {[SST_WANTED_TITLE] = "metadata.title",
               [SST_WANTED_URL] = "metadata.url",
               [SST_WANTED_SOURCE] = "metadata.source",
               [SST_WANTED_PUBLISHED] = "metadata.date",
               [SST_WANTED_LANG] = "metadata.language"}},
    /* passim README, "Input": id, text, and series for documents of one source. */
    {.name = "passim",
     .paths = {[SST_WANTED_SOURCE] = "series", [SST_WANTED_PUBLISHED] = "date"}},
    /* Media Cloud search API v4, story/list: id, media_name, publish_date, language. */
    {.name = "mediacloud",
     .paths = {[SST_WANTED_SOURCE] = "media_name",
               [SST_WANTED_PUBLISHED] = "publish_date",
               [SST_WANTED_LANG] = "language"}},
    /* newsapi.org v2 /everything, one article a line. */
    {.name = "newsapi",
     .paths = {[SST_WANTED_TEXT] = "content",
               [SST_WANTED_SOURCE] = "source.name",
               [SST_WANTED_PUBLISHED] = "publishedAt"}},
};

enum { PRESET_COUNT = sizeof presets / sizeof *presets };

static const char *const preset_names[PRESET_COUNT + 1] = {
    "news-please", "trafilatura", "datatrove", "passim", "mediacloud", "newsapi", NULL,
};

const char *const *sst_preset_names(void)
{
    return preset_names;
}

static const preset *find_preset(const char *name)
{
    for (unsigned i = 0; i < PRESET_COUNT; i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}

static int find_wanted(const char *name)
{
    for (int i = 0; i < SST_WANTED_COUNT; i++)
        if (strcmp(wanted_names[i], name) == 0)
            return i;
    return -1;
}

static void set_path(sst_fields *fields, unsigned wanted, const char *path)
{
    snprintf(fields->paths[wanted], SST_PATH_SIZE, "%s", path);
}

static sst_status check_path(const sst_field *field, sst_error *error)
{
    size_t size = field->path == NULL ? 0 : strlen(field->path);
    unsigned depth = 1;
    bool empty_key = size == 0 || field->path[0] == '.' || field->path[size - 1] == '.';
    for (size_t i = 0; i < size; i++) {
        if (field->path[i] != '.')
            continue;
        depth++;
        empty_key = empty_key || field->path[i + 1] == '.';
    }
    if (empty_key)
        return sst_fail(error, SST_ARGUMENT,
                        "field '%s' is given an empty name; use --field %s=NAME or NAME.INNER",
                        field->name, field->name);
    if (size >= SST_PATH_SIZE || depth > SST_PATH_DEPTH)
        return sst_fail(error, SST_ARGUMENT,
                        "the name of field '%s' is too long; at most %d bytes and %d levels",
                        field->name, SST_PATH_SIZE - 1, SST_PATH_DEPTH);
    return SST_OK;
}

static sst_status set_mapped(sst_fields *fields, const sst_field *field, sst_error *error)
{
    int wanted = field->name == NULL ? -1 : find_wanted(field->name);
    if (wanted < 0)
        return sst_fail(error, SST_ARGUMENT,
                        "unknown field '%.64s'; one of id, text, title, url, source, published, "
                        "lang, page, cluster",
                        field->name == NULL ? "" : field->name);
    if ((fields->mapped >> wanted & 1) != 0)
        return sst_fail(error, SST_ARGUMENT, "field '%s' is given twice; keep one --field %s",
                        field->name, field->name);
    sst_status status = check_path(field, error);
    if (status != SST_OK)
        return status;
    fields->mapped = (uint16_t)(fields->mapped | 1u << wanted);
    set_path(fields, (unsigned)wanted, field->path);
    return SST_OK;
}

/* The child with that key, made when it is not there. */
static int make_child(sst_fields *fields, int parent, const char *key, size_t size)
{
    int found = sst_fields_child(fields, parent, key, size);
    if (found >= 0)
        return found;
    fields->nodes[parent].inner = true;
    fields->nodes[fields->count] = (sst_field_node){
        .key = key, .size = (uint16_t)size, .parent = (uint16_t)parent};
    return (int)fields->count++;
}

static void add_path(sst_fields *fields, unsigned wanted)
{
    int node = 0;
    for (const char *key = fields->paths[wanted];; key++) {
        size_t size = strcspn(key, ".");
        node = make_child(fields, node, key, size);
        key += size;
        if (*key == '\0')
            break;
    }
    fields->nodes[node].fields = (uint16_t)(fields->nodes[node].fields | 1u << wanted);
}

sst_status sst_fields_init(sst_fields *fields, const char *preset_name, const sst_field *mapped,
                           size_t count, sst_error *error)
{
    *fields = (sst_fields){.count = 1};
    const preset *found = NULL;
    if (preset_name != NULL && (found = find_preset(preset_name)) == NULL)
        return sst_fail(error, SST_ARGUMENT,
                        "unknown preset '%.64s'; one of news-please, trafilatura, datatrove, "
                        "passim, mediacloud, newsapi",
                        preset_name);
    for (unsigned i = 0; i < SST_WANTED_COUNT; i++) {
        const char *path = found == NULL ? NULL : found->paths[i];
        set_path(fields, i, path == NULL ? wanted_names[i] : path);
    }
    for (size_t i = 0; i < count; i++) {
        sst_status status = set_mapped(fields, &mapped[i], error);
        if (status != SST_OK)
            return status;
    }
    for (unsigned i = 0; i < SST_WANTED_COUNT; i++)
        add_path(fields, i);
    return SST_OK;
}

int sst_fields_child(const sst_fields *fields, int parent, const char *key, size_t size)
{
    for (unsigned i = 1; i < fields->count; i++) {
        const sst_field_node *node = &fields->nodes[i];
        if (node->size == size && node->key[0] == *key && node->parent == parent &&
            memcmp(node->key, key, size) == 0)
            return (int)i;
    }
    return -1;
}
