#include "job/odd_date.h"

#include <string.h>

#include "base/memory.h"
#include "read/published.h"

enum { SHAPES_KEPT = 4096, EXAMPLE_SIZE = 60 }; /* bytes */

#define AHEAD "ahead" /* stands for a shape: shapes have no letter but "a", and never two in a row */

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
    const char *example = published.bytes == NULL ? "" : published.bytes;
    bool ahead = sst_published_parse(published.bytes, published.size) != SST_NO_TIME;
    if (!ahead)
        sst_published_shape(published.bytes, published.size, shape);
    if (is_noted(shapes, ahead ? AHEAD : shape))
        return false;
    if (ahead)
        sst_fail(note, SST_INPUT,
                 "published date '%.*s' lies more than two days ahead; such stories count as "
                 "undated",
                 shown, example);
    else
        sst_fail(note, SST_INPUT,
                 "published date of the shape '%s' is not understood, as in '%.*s'; such stories "
                 "count as undated",
                 shape, shown, example);
    return true;
}
