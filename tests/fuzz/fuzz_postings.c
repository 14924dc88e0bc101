/* Pages of the index: any bytes are read without harm, and what decodes passes the marks and can be
 * looked for. */
#include <stdlib.h>

#include "store/postings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 4)
        return 0;
    uint32_t pages = 1 + bytes[0] % 8u, page = bytes[1] % pages;
    sst_page_shape shape = sst_page_shape_make(bytes[2], bytes[2] + (1u << bytes[3] % 31), pages);
    uint64_t marks[SST_PAGE_MARKS];
    sst_page_mark(&shape, bytes + 4, size - 4, marks);
    sst_posting *postings = NULL;
    size_t count = 0, capacity = 0;
    if (sst_page_decode(shape, page, bytes + 4, size - 4, &postings, &count, &capacity, NULL) ==
        SST_OK) {
        for (size_t i = 0; i < count; i++) {
            sst_key_place place = sst_place_of(shape, postings[i].key);
            sst_page_aim aim;
            if (place.part / SST_PAGE_PARTS == page &&
                sst_page_aim_at(&shape, bytes + 4, size - 4, place, &aim) &&
                sst_page_find(&shape, &aim).count > 0 && !sst_page_may_have(&shape, marks, place))
                abort();
        }
    }
    free(postings);
    return 0;
}
