#include "page/line.h"

#include "page/scan.h"

sst_line_extent sst_line_find(const char *begin, const char *limit)
{
    sst_line_extent line = {.bullet = false};
    line.next = sst_scan_line(begin, limit, &line.end);
    sst_slice content = sst_scan_trim((sst_slice){begin, (size_t)(line.end - begin)});
    line.blank = content.size == 0;
    if (line.blank)
        return line;
    line.end = content.bytes + content.size;
    size_t bullet = sst_scan_bullet(content.bytes, line.end);
    line.bullet = bullet > 0;
    line.begin = content.bytes + bullet;
    for (size_t n; line.begin < line.end && (n = sst_scan_space(line.begin, line.end)) > 0;)
        line.begin += n;
    return line;
}

sst_page_reason sst_line_marked_reason(const sst_page_line *line)
{
    if (line->flags & SST_LINE_MARKUP)
        return SST_PAGE_REASON_MARKUP;
    if (line->flags & SST_LINE_CAPTION)
        return SST_PAGE_REASON_CAPTION;
    if (line->flags & SST_LINE_RECORD)
        return SST_PAGE_REASON_RECORD;
    if (line->flags & SST_LINE_DOUBLED)
        return SST_PAGE_REASON_LINKS;
    return line->flags & SST_LINE_NOTICE ? SST_PAGE_REASON_CUE : SST_PAGE_REASON_AGAIN;
}
