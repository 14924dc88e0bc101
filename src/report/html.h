/* Text on its way into HTML. What came from outside goes through these calls only. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/buffer.h"
#include "base/story.h"

/* Character data or the value of a quoted attribute: & < > " ' become references, control
 * characters but tab and line ends U+FFFD. At most `limit` bytes are taken, cut between
 * characters with an ellipsis; 0: all. */
void sst_html_text(sst_buffer *out, sst_slice text, size_t limit);

/* ` href="..." rel="noopener noreferrer"` when the URL is http or https; nothing otherwise. */
void sst_html_link(sst_buffer *out, sst_slice url);

/* ` lang="bn" dir="ltr"`: the language when it looks like a tag (BCP 47), else "" (unknown). */
void sst_html_language(sst_buffer *out, sst_slice lang, bool right_to_left);

/* `<time datetime="...">2026-07-18 12:00</time>` in UTC, or "undated". */
void sst_html_time(sst_buffer *out, int64_t seconds);
/* "2026-07-18". */
void sst_html_day(sst_buffer *out, int64_t seconds);

/* "12,345". */
void sst_html_number(sst_buffer *out, uint64_t number);
/* "12,345 stories": the noun with an "s" (or "ies" for "y") unless the number is 1. */
void sst_html_count(sst_buffer *out, uint64_t number, const char *noun);
/* "71 %", half up; only all is 100 %, only none 0 %. */
void sst_html_percent(sst_buffer *out, uint64_t part, uint64_t whole);

/* Percent-encodes everything but letters, digits and -_.~ (RFC 3986). */
void sst_html_url_part(sst_buffer *out, sst_slice text);

#endif
