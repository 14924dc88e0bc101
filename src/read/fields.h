/* Which keys of a record are wanted: names, presets and explicit paths as one small tree. */
#ifndef READ_FIELDS_H
#define READ_FIELDS_H

#include "base/memory.h"

/* What is wanted of a record, in the order of sst_record. */
#define SST_WANTED_MAP(X)                                                                      \
    X(ID, "id")                                                                                \
    X(TEXT, "text")                                                                            \
    X(TITLE, "title")                                                                          \
    X(URL, "url")                                                                              \
    X(SOURCE, "source")                                                                        \
    X(PUBLISHED, "published")                                                                  \
    X(LANG, "lang")                                                                            \
    X(PAGE, "page")                                                                            \
    X(CLUSTER, "cluster")

typedef enum sst_wanted {
#define SST_WANTED_ENUM(name, text) SST_WANTED_##name,
    SST_WANTED_MAP(SST_WANTED_ENUM)
#undef SST_WANTED_ENUM
        SST_WANTED_COUNT
} sst_wanted;

/* "id", "text" … */
const char *sst_wanted_name(sst_wanted wanted);

enum {
    SST_PATH_DEPTH = 8,    /* keys in one path */
    SST_PATH_SIZE = 256,   /* bytes of one path */
    SST_FIELD_NODES = SST_WANTED_COUNT * SST_PATH_DEPTH + 1,
};

/* One key on the way to a wanted field. Node 0 is the record itself. */
typedef struct sst_field_node {
    const char *key;   /* inside `paths`, not terminated */
    uint16_t size;
    uint16_t parent;
    uint16_t fields;   /* bits 1u << sst_wanted: the fields that this key gives */
    bool inner;        /* has children */
} sst_field_node;

typedef struct sst_fields {
    char paths[SST_WANTED_COUNT][SST_PATH_SIZE]; /* terminated; never empty */
    uint16_t mapped; /* bits: named by an explicit path, not by default or preset */
    unsigned count;
    sst_field_node nodes[SST_FIELD_NODES];
} sst_fields;

/* SST_ARGUMENT names an unknown preset or field, a bad path, a field given twice. */
sst_status sst_fields_init(sst_fields *fields, const char *preset, const sst_field *mapped,
                           size_t count, sst_error *error);

/* The child of node `parent` with that key, or -1. */
int sst_fields_child(const sst_fields *fields, int parent, const char *key, size_t size);

#endif
