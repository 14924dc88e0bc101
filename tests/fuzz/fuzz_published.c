/* Dates, times and durations from anybody: no crash, and a date that was understood is still
 * understood, as the same time, with white space around it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "read/published.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 3);
    if (text == NULL)
        return 0;
    text[0] = ' ';
    memcpy(text + 1, data, size);
    text[size + 1] = '\n';
    text[size + 2] = '\0';

    int64_t seconds = sst_published_parse((const char *)data, size);
    if (seconds != sst_published_parse(text, size + 2))
        abort();
    sst_published_number((const char *)data, size);

    char shape[SST_SHAPE_SIZE];
    sst_published_shape((const char *)data, size, shape);
    if (strlen(shape) > size || strlen(shape) >= SST_SHAPE_SIZE)
        abort();

    int64_t other;
    sst_error error;
    text[size + 1] = '\0';
    if (sst_time_parse(text + 1, &other, &error) == SST_OK && strlen(text + 1) == size &&
        seconds != SST_NO_TIME && other != seconds)
        abort();
    if (sst_duration_parse(text + 1, &other, &error) == SST_OK && other < 0)
        abort();
    free(text);
    return 0;
}
