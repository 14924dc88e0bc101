#include "job/odd_date.h"

#include <string.h>

#include "base/memory.h"
#include "read/published.h"

enum { SHAPES_KEPT = 4096, EXAMPLE_SIZE = 60 }; /* bytes */

static bool is_noted(sst_buffer *shapes, const char *shape)
{
    size_t size = strlen(shape) + 1;
    for (size_t at = 0; at < shapes->size; at += strlen(shapes->bytes + at) + 1)
        if (strcmp(shapes->bytes + at, shape) == 0)
            return true;
    if (shapes->size + size <= SHAPES_KEPT)
        sst_buffer_append(shapes, shape, size);
    return false;
}

bool sst_odd_date_note(sst_buffer *shapes, sst_slice published, sst_error *note)
{
    char shape[SST_SHAPE_SIZE];
    int shown = published.size < EXAMPLE_SIZE ? (int)published.size : EXAMPLE_SIZE;
    sst_published_shape(published.bytes, published.size, shape);
    if (is_noted(shapes, shape))
        return false;
    sst_fail(note, SST_INPUT,
             "published date of the shape '%s' is not understood, as in '%.*s'; such stories "
             "count as undated",
             shape, shown, published.bytes == NULL ? "" : published.bytes);
    return true;
}
