#include "samestory.h"

#include <string.h>

static const char *const relation_names[SST_RELATION_COUNT] = {
#define RELATION_NAME(name, text) [SST_RELATION_##name] = text,
    SST_RELATION_MAP(RELATION_NAME)
#undef RELATION_NAME
};

const char *sst_relation_name(sst_relation relation)
{
    return (unsigned)relation < SST_RELATION_COUNT ? relation_names[relation] : "unknown";
}

bool sst_relation_parse(const char *name, size_t size, sst_relation *relation)
{
    for (unsigned i = 0; i < SST_RELATION_COUNT; i++) {
        if (strlen(relation_names[i]) == size && memcmp(relation_names[i], name, size) == 0) {
            *relation = (sst_relation)i;
            return true;
        }
    }
    return false;
}

bool sst_relation_same_story(sst_relation relation)
{
    return (unsigned)relation <= SST_RELATION_EXCERPT;
}
