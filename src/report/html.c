#include "report/html.h"

#include <inttypes.h>
#include <string.h>

static size_t cut_between_characters(sst_slice text, size_t limit)
{
    if (limit == 0 || text.size <= limit)
        return text.size;
    while (limit > 0 && ((unsigned char)text.bytes[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

static const char *reference_of(char byte)
{
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\t':
    case '\n': return NULL;
    default: return (unsigned char)byte < 0x20 || byte == 0x7f ? "\xef\xbf\xbd" : NULL;
    }
}

void sst_html_text(sst_buffer *out, sst_slice text, size_t limit)
{
    size_t size = cut_between_characters(text, limit), plain = 0;
    for (size_t i = 0; i < size; i++) {
        const char *reference = reference_of(text.bytes[i]);
        if (reference == NULL)
            continue;
        sst_buffer_append(out, text.bytes + plain, i - plain);
        sst_buffer_text(out, reference);
        plain = i + 1;
    }
    if (size > plain)
        sst_buffer_append(out, text.bytes + plain, size - plain);
    if (size < text.size)
        sst_buffer_text(out, "…");
}

static bool begins_with(sst_slice text, const char *lower)
{
    size_t size = strlen(lower);
    if (text.size <= size)
        return false;
    for (size_t i = 0; i < size; i++) {
        char byte = text.bytes[i];
        if (byte >= 'A' && byte <= 'Z')
            byte = (char)(byte - 'A' + 'a');
        if (byte != lower[i])
            return false;
    }
    return true;
}

void sst_html_link(sst_buffer *out, sst_slice url)
{
    if (!begins_with(url, "http://") && !begins_with(url, "https://"))
        return;
    sst_buffer_text(out, " href=\"");
    sst_html_text(out, url, 0);
    sst_buffer_text(out, "\" rel=\"noopener noreferrer\"");
}

static bool is_alphanumeric(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9');
}

static bool is_language(sst_slice lang)
{
    if (lang.size < 2 || lang.size > 35 || !is_alphanumeric(lang.bytes[0]))
        return false;
    for (size_t i = 0; i < lang.size; i++)
        if (!is_alphanumeric(lang.bytes[i]) && lang.bytes[i] != '-')
            return false;
    return true;
}

void sst_html_language(sst_buffer *out, sst_slice lang, bool right_to_left)
{
    sst_buffer_text(out, " lang=\"");
    if (is_language(lang))
        sst_buffer_append(out, lang.bytes, lang.size);
    sst_buffer_text(out, right_to_left ? "\" dir=\"rtl\"" : "\" dir=\"ltr\"");
}

/* Civil date of a day number: H. Hinnant, chrono-compatible low-level date algorithms. */
typedef struct civil {
    int64_t year;
    unsigned month, day, hour, minute;
} civil;

static civil civil_of(int64_t seconds)
{
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    unsigned rest = (unsigned)(seconds - days * 86400);
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    unsigned of_era = (unsigned)(shifted - era * 146097);
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153;
    return (civil){
        .year = (int64_t)year + era * 400 + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = of_year - (153 * month + 2) / 5 + 1,
        .hour = rest / 3600,
        .minute = rest / 60 % 60,
    };
}

void sst_html_day(sst_buffer *out, int64_t seconds)
{
    civil c = civil_of(seconds);
    sst_buffer_format(out, "%04" PRId64 "-%02u-%02u", c.year, c.month, c.day);
}

void sst_html_time(sst_buffer *out, int64_t seconds)
{
    if (seconds == SST_NO_TIME) {
        sst_buffer_text(out, "undated");
        return;
    }
    civil c = civil_of(seconds);
    sst_buffer_text(out, "<time datetime=\"");
    sst_html_day(out, seconds);
    sst_buffer_format(out, "T%02u:%02uZ\">", c.hour, c.minute);
    sst_html_day(out, seconds);
    sst_buffer_format(out, " %02u:%02u</time>", c.hour, c.minute);
}

void sst_html_number(sst_buffer *out, uint64_t number)
{
    if (number >= 1000) {
        sst_html_number(out, number / 1000);
        sst_buffer_format(out, ",%03u", (unsigned)(number % 1000));
    } else {
        sst_buffer_unsigned(out, number);
    }
}

void sst_html_count(sst_buffer *out, uint64_t number, const char *noun)
{
    size_t size = strlen(noun);
    sst_html_number(out, number);
    sst_buffer_byte(out, ' ');
    if (number == 1) {
        sst_buffer_text(out, noun);
    } else if (size > 0 && noun[size - 1] == 'y') {
        sst_buffer_append(out, noun, size - 1);
        sst_buffer_text(out, "ies");
    } else {
        sst_buffer_text(out, noun);
        sst_buffer_byte(out, 's');
    }
}

void sst_html_percent(sst_buffer *out, uint64_t part, uint64_t whole)
{
    uint64_t percent = whole == 0 ? 0 : (part * 200 + whole) / (2 * whole);
    if (percent == 0 && part != 0)
        percent = 1;
    if (percent == 100 && part != whole)
        percent = 99;
    sst_buffer_unsigned(out, percent);
    sst_buffer_text(out, "\xc2\xa0%");
}

void sst_html_url_part(sst_buffer *out, sst_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.bytes[i];
        if (is_alphanumeric(byte) || (byte != '\0' && strchr("-_.~", byte) != NULL))
            sst_buffer_byte(out, byte);
        else
            sst_buffer_format(out, "%%%02X", (unsigned char)byte);
    }
}
