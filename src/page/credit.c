#include "page/credit.h"

#include <string.h>

/* Bounds of what can be a credit or a dateline; longer pieces are text. */
enum {
    MAX_NAME_LETTERS = 60,
    MAX_TAIL = 240,     /* bytes looked at before the end */
    MAX_DATELINE = 200, /* bytes looked at behind the beginning */
    MAX_PLACE_WORDS = 4,
    MAX_INITIALS = 12,  /* letters, on their own line or glued to a sure stop */
};

static const char *end_of(sst_slice text) { return text.bytes + text.size; }

static sst_slice slice(const char *begin, const char *end)
{
    return sst_scan_trim((sst_slice){begin, (size_t)(end - begin)});
}

static bool offer(sst_credit *credit, sst_slice name, sst_credit_rank rank)
{
    if (rank > credit->rank && name.size > 0)
        *credit = (sst_credit){name, rank};
    return true;
}

/* Length of a separator at `at`: dashes, colons (visarga is typed for one in Bengali), bars. */
static size_t separator(const char *at, const char *end)
{
    static const char wide[][4] = {"—", "–", "―", "：", "ঃ"};
    if (at == end)
        return 0;
    if ((unsigned char)*at < 0x80)
        return *at == ':' || *at == '-' || *at == '|' || *at == '/';
    for (size_t i = 0; end - at >= 3 && i < sizeof wide / sizeof *wide; i++)
        if (memcmp(at, wide[i], 3) == 0)
            return 3;
    return 0;
}

static bool is_colon(const char *at, size_t size)
{
    return (size == 1 && *at == ':') || (size == 3 && (unsigned char)*at >= 0xE3) ||
           (size == 3 && (unsigned char)*at == 0xE0);
}

static const char *skip_space(const char *at, const char *end)
{
    for (size_t n; at < end && (n = sst_scan_space(at, end)) > 0;)
        at += n;
    return at;
}

static const char *skip_separators(const char *at, const char *end)
{
    for (size_t n; at < end;) {
        n = sst_scan_space(at, end);
        if (n == 0)
            n = separator(at, end);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

static sst_slice without_stops(sst_slice name)
{
    while (name.size > 0) {
        size_t n = sst_scan_before(name.bytes, end_of(name));
        if (sst_scan_stop(end_of(name) - n, end_of(name)) != n)
            break;
        name.size -= n;
    }
    return sst_scan_trim(name);
}

/* A name as far as the next gap of two spaces: behind it the page goes on. */
static sst_slice before_gap(sst_slice name)
{
    unsigned spaces = 0;
    for (const char *at = name.bytes, *end = end_of(name); at < end;) {
        size_t n = sst_scan_space(at, end);
        spaces = n > 0 ? spaces + 1 : 0;
        if (spaces == 2)
            return slice(name.bytes, at);
        at += n > 0 ? n : 1;
    }
    return name;
}

static bool short_name(sst_slice name)
{
    size_t letters = name.size > 4 * MAX_NAME_LETTERS
                         ? MAX_NAME_LETTERS + 1
                         : sst_scan_letters(name.bytes, end_of(name));
    return letters >= 2 && letters <= MAX_NAME_LETTERS;
}

/* "Source: X": the cue, a separator, a short name. */
static bool source_line(sst_slice line, const sst_page_cues *cues, sst_credit *credit)
{
    const char *end = end_of(line);
    size_t cue = sst_page_cues_match(cues, line.bytes, end, 1u << SST_CUE_CREDIT, NULL);
    if (cue == 0)
        return false;
    const char *at = skip_space(line.bytes + cue, end);
    size_t size = separator(at, end);
    if (size == 0)
        return false;
    sst_slice name = without_stops(slice(at + size, end));
    return short_name(name) && sst_scan_last_sentence(name.bytes, end_of(name), MAX_TAIL) == NULL &&
           offer(credit, before_gap(name), SST_CREDIT_SOURCE);
}

/* One agency or several: "Reuters", "AP/AFP", "বাসস, এএফপি". */
static bool agencies(sst_slice text, const sst_page_cues *cues)
{
    const char *at = text.bytes, *end = end_of(text);
    while (at < end) {
        size_t size = sst_page_cues_match(cues, at, end, 1u << SST_CUE_AGENCY, NULL);
        if (size == 0)
            return false;
        at += size;
        while (at < end && (*at == '/' || *at == ',' || *at == ' ' || *at == '-' || *at == '.'))
            at++;
    }
    return text.size > 0;
}

/* Begin of the bracket that closes at the end of the text; NULL when there is none near. */
static const char *bracket_before(sst_slice text, sst_slice *inside)
{
    static const char pairs[][2][4] = {{"(", ")"}, {"[", "]"}, {"（", "）"}};
    const char *end = end_of(text);
    unsigned char last = text.size > 0 ? (unsigned char)end[-1] : 0;
    if (last != ')' && last != ']' && last != 0x89) /* most texts end otherwise */
        return NULL;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        size_t open = strlen(pairs[i][0]), close = strlen(pairs[i][1]);
        if (text.size < open + close || memcmp(end - close, pairs[i][1], close) != 0)
            continue;
        const char *low = text.size > MAX_TAIL ? end - MAX_TAIL : text.bytes;
        for (const char *at = end - close - open; at >= low; at--)
            if (memcmp(at, pairs[i][0], open) == 0) {
                *inside = slice(at + open, end - close);
                return at;
            }
    }
    return NULL;
}

/* ---- head ---------------------------------------------------------------------------------- */

static bool upper_at(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    unsigned char b = end - at > 1 ? (unsigned char)at[1] : 0;
    return (c >= 'A' && c <= 'Z') || (c == 0xC3 && b >= 0x80 && b <= 0x9E) ||
           (c == 0xD0 && b >= 0x90 && b <= 0xAF);
}

/* A place in capitals, up to a comma, bracket or the end: "NEW YORK, Jan 3". */
static bool capital_place(sst_slice head)
{
    size_t capitals = 0;
    const char *end = end_of(head);
    for (const char *at = head.bytes; at < end && *at != ',' && *at != '(' && *at != '/'; at++) {
        if (upper_at(at, end))
            capitals++;
        else if (sst_scan_weight[(unsigned char)*at] > 0)
            return false;
    }
    return capitals >= 3;
}

/* True when the last words before the end name an agency; sets `name`. */
static bool ends_in_agency(sst_slice head, const sst_page_cues *cues, sst_slice *name)
{
    const char *end = end_of(head);
    bool inside = false;
    for (const char *at = head.bytes; at < end; at++) {
        if (((unsigned char)*at & 0xC0) == 0x80)
            continue;
        bool letter = sst_scan_weight[(unsigned char)*at] > 0;
        size_t size = letter && !inside
                          ? sst_page_cues_match(cues, at, end, 1u << SST_CUE_AGENCY, NULL)
                          : 0;
        if (size > 0 && at + size == end) {
            *name = slice(at, end);
            return true;
        }
        inside = letter;
    }
    return false;
}

typedef struct words {
    unsigned words, numbers, before_comma; /* runs of letters or digits; of digits alone */
    bool year;                             /* a number of four digits */
} words;

static bool is_digit(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at, next = end - at > 1 ? (unsigned char)at[1] : 0;
    unsigned char last = end - at > 2 ? (unsigned char)at[2] : 0;
    return (c >= '0' && c <= '9') || (c == 0xD9 && next >= 0xA0 && next <= 0xA9) ||
           (c == 0xE0 && (next == 0xA5 || next == 0xA7) && last >= 0xA6 && last <= 0xAF);
}

static words count_words(sst_slice text)
{
    words count = {0};
    unsigned digits = 0;
    bool inside = false, comma = false;
    for (const char *at = text.bytes, *end = end_of(text); at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if ((c & 0xC0) == 0x80)
            continue;
        bool digit = is_digit(at, end), letter = sst_scan_weight[c] > 0;
        count.words += letter && !inside;
        count.before_comma += letter && !inside && !comma;
        comma |= c == ',';
        digits = digit ? digits + 1 : 0;
        count.numbers += digits == 1;
        count.year |= digits == 4;
        inside = letter;
    }
    return count;
}

/* A place and an agency, or a date with them: "Minister tells Reuters" is neither. */
static bool place_or_date(sst_slice head)
{
    words count = count_words(head);
    return count.words <= 2 || count.year || count.numbers >= 2 ||
           (count.numbers == 1 && count.words <= 5);
}

/* A place in capitals and perhaps a date; a hyphen behind it needs the date, or one word alone. */
static bool place_alone(sst_slice head, bool hyphen)
{
    words count = count_words(head);
    if (!capital_place(head) || count.before_comma > MAX_PLACE_WORDS)
        return false;
    return count.words > count.before_comma || count.numbers > 0 ||
           count.words <= (hyphen ? 1u : 2u);
}

/* Whether `head`, which stands before a colon, a hyphen or a dash, is a dateline. */
static bool is_dateline(sst_slice head, bool colon, bool hyphen, const sst_page_cues *cues,
                        sst_credit *credit)
{
    sst_slice inside, name;
    if (!short_name(head))
        return false;
    const char *open = bracket_before(head, &inside);
    if (open != NULL) {
        sst_slice place = slice(head.bytes, open);
        if (!agencies(inside, cues) && (colon || !place_alone(place, true)))
            return false;
        return offer(credit, inside, SST_CREDIT_AGENCY);
    }
    if (ends_in_agency(head, cues, &name) && place_or_date(head))
        return offer(credit, name, SST_CREDIT_AGENCY);
    return !colon && place_alone(head, hyphen);
}

/* A hyphen separates only between spaces or behind a bracket; other dashes anywhere. */
static size_t dateline_separator(const char *begin, const char *at, const char *end)
{
    size_t size = separator(at, end);
    if (size == 0 || *at == '|' || *at == '/')
        return 0;
    if (size == 1 && *at == '-' && at + 1 < end && at[1] == '-')
        return 2;
    if (size == 1 && *at == '-') {
        bool before = at > begin && (sst_scan_space_before(begin, at) > 0 || at[-1] == ')');
        return before && at + 1 < end && sst_scan_space(at + 1, end) > 0 ? 1 : 0;
    }
    return size;
}

static bool take_dateline(sst_slice *text, const sst_page_cues *cues, sst_credit *credit)
{
    const char *behind = NULL, *line_end, *begin = text->bytes, *end = end_of(*text);
    const char *limit = text->size > MAX_DATELINE ? begin + MAX_DATELINE : end;
    const char *next = sst_scan_line(begin, limit, &line_end);
    for (const char *at = begin; (at = sst_scan_dateline_end(at, line_end)) < line_end; at++) {
        if ((unsigned char)*at == 0xE0 || (unsigned char)*at == 0xE3) {
            if (sst_scan_stop(at, line_end) > 0) /* a sentence ended: the dateline is over */
                break;
        } else {
            size_t size = dateline_separator(begin, at, line_end);
            if (size > 0 && is_dateline(slice(begin, at), is_colon(at, size), size == 1, cues,
                                        credit)) {
                behind = at + size;
                break;
            }
        }
    }
    sst_slice first = slice(begin, line_end), name;
    if (behind == NULL && next < limit && short_name(first) &&
        ends_in_agency(first, cues, &name) && place_or_date(first)) { /* its own line */
        offer(credit, name, SST_CREDIT_AGENCY);
        behind = next;
    }
    if (behind == NULL)
        return false;
    behind = skip_separators(behind, end);
    *text = (sst_slice){behind, (size_t)(end - behind)};
    return true;
}

/* "新华社北京1月3日电（记者王三）": the agency first, the word for telegram, a bracket. */
static bool take_telegram(sst_slice *text, const sst_page_cues *cues, sst_credit *credit)
{
    const char *at = text->bytes, *end = end_of(*text);
    if (at == end || (unsigned char)*at < 0xE3)
        return false;
    size_t name = sst_page_cues_match(cues, at, end, 1u << SST_CUE_AGENCY, NULL);
    const char *limit = end - at > 90 ? at + 90 : end;
    const char *dian = name == 0 ? NULL : memmem(at, (size_t)(limit - at), "电", 3);
    if (dian == NULL && name > 0)
        dian = memmem(at, (size_t)(limit - at), "電", 3);
    if (dian == NULL)
        return false;
    offer(credit, slice(at, at + name), SST_CREDIT_AGENCY);
    at = skip_space(dian + 3, end);
    if (end - at > 3 && memcmp(at, "（", 3) == 0) {
        size_t room = end - at > 120 ? 120 : (size_t)(end - at);
        const char *close = memmem(at, room, "）", 3);
        if (close != NULL)
            at = skip_space(close + 3, end);
    }
    *text = (sst_slice){at, (size_t)(end - at)};
    return true;
}

/* "By Jane Doe" alone on a line: a short name, its first word capitalised where that exists,
 * unless a blank line parts it from the text ("By our correspondent"). */
static bool author_line(sst_slice line, bool parted, const sst_page_cues *cues,
                        sst_credit *credit)
{
    const char *end = end_of(line);
    size_t cue = sst_page_cues_match(cues, line.bytes, end, 1u << SST_CUE_BYLINE, NULL);
    if (cue == 0)
        return false;
    const char *at = skip_separators(line.bytes + cue, end);
    sst_slice name = slice(at, end);
    if (!short_name(name) || at == line.bytes + cue)
        return false;
    bool lower = !parted && *at >= 'a' && *at <= 'z';
    return !lower && sst_scan_last_sentence(at, end, MAX_TAIL) == NULL &&
           offer(credit, name, SST_CREDIT_AUTHOR);
}

sst_slice sst_credit_take_head(sst_slice text, const sst_page_cues *cues, sst_credit *credit,
                               bool *dateline)
{
    text = sst_scan_trim(text);
    for (int line = 0; line < 3; line++) {
        const char *line_end, *end = end_of(text);
        const char *limit = text.size > MAX_TAIL ? text.bytes + MAX_TAIL : end;
        const char *next = sst_scan_line(text.bytes, limit, &line_end);
        sst_slice first = slice(text.bytes, line_end);
        bool whole = next < limit && next < end;
        bool parted = whole && *next == '\n';
        if (!whole ||
            !(author_line(first, parted, cues, credit) || source_line(first, cues, credit)))
            break;
        text = slice(next, end);
    }
    if (take_dateline(&text, cues, credit) || take_telegram(&text, cues, credit))
        *dateline = true;
    return text;
}

/* ---- tail ---------------------------------------------------------------------------------- */

/* A reporter's mark: few letters with '-' or '/' ("এমআর-২", "/kr"), or a few letters glued to a
 * stop that cannot stand inside a word. */
static bool initials(sst_slice tail, bool glued, bool own_line)
{
    if (tail.size == 0 || tail.size > 4 * MAX_INITIALS)
        return false;
    size_t letters = sst_scan_letters(tail.bytes, end_of(tail));
    bool marked = false;
    for (const char *at = tail.bytes; at < end_of(tail); at++) {
        if (sst_scan_space(at, end_of(tail)) > 0 || sst_scan_stop(at, end_of(tail)) > 0)
            return false;
        marked |= *at == '-' || *at == '/';
    }
    if (letters < 1 || letters > MAX_INITIALS)
        return false;
    return marked ? glued || own_line : glued && letters <= 6;
}

/* A whole tail that is a credit: source line, "(Agency)", "- Agency". */
static bool credit_piece(sst_slice tail, bool own_line, const sst_page_cues *cues,
                         sst_credit *credit)
{
    sst_slice inside;
    if (source_line(tail, cues, credit))
        return true;
    if (bracket_before(tail, &inside) == tail.bytes)
        return agencies(inside, cues) ? offer(credit, inside, SST_CREDIT_AGENCY)
                                      : source_line(inside, cues, credit);
    const char *at = skip_separators(tail.bytes, end_of(tail));
    sst_slice name = slice(at, end_of(tail));
    return (own_line || at > tail.bytes) && agencies(name, cues) &&
           offer(credit, name, SST_CREDIT_AGENCY);
}

bool sst_credit_is_line(sst_slice line, const sst_page_cues *cues, sst_credit *credit)
{
    return credit_piece(line, true, cues, credit) || author_line(line, false, cues, credit);
}

/* "(Reporting by Jane Doe; editing by John Roe.)" behind a sentence. */
static bool take_reporting(sst_slice *text, const sst_page_cues *cues, sst_credit *credit)
{
    sst_slice inside;
    const char *open = bracket_before(*text, &inside);
    if (open == NULL || open == text->bytes || inside.size == 0)
        return false;
    sst_slice before = slice(text->bytes, open);
    bool behind_sentence =
        before.size > 0 &&
        sst_scan_last_sentence(before.bytes, end_of(before), 8) == end_of(before);
    size_t cue = sst_page_cues_match(cues, inside.bytes, end_of(inside), 1u << SST_CUE_BYLINE,
                                     NULL);
    if (!behind_sentence || cue < 5) /* more than "by" */
        return false;
    offer(credit, without_stops(slice(inside.bytes + cue, end_of(inside))), SST_CREDIT_AUTHOR);
    *text = before;
    return true;
}

static const char *last_newline(sst_slice text)
{
    const char *low = text.size > MAX_TAIL ? end_of(text) - MAX_TAIL : text.bytes;
    return memrchr(low, '\n', (size_t)(end_of(text) - low));
}

static bool take_piece(sst_slice *text, const sst_page_cues *cues, sst_credit *credit)
{
    const char *newline = last_newline(*text);
    if (newline != NULL && credit_piece(slice(newline, end_of(*text)), true, cues, credit)) {
        *text = slice(text->bytes, newline);
        return true;
    }
    const char *sentence = sst_scan_last_sentence(text->bytes, end_of(*text), MAX_TAIL);
    if (sentence == NULL && newline == NULL)
        return false;
    bool own_line = sentence == NULL || (newline != NULL && newline >= sentence);
    const char *from = own_line ? newline : sentence;
    sst_slice tail = slice(from, end_of(*text));
    if (tail.size == 0 || tail.size > MAX_TAIL)
        return false;
    /* Behind white space a word may be the next sentence, cut off. */
    size_t stop = from == text->bytes ? 0 : sst_scan_before(text->bytes, from);
    bool glued = !own_line && from == tail.bytes && sst_scan_stop_sure(from - stop, stop) &&
                 sst_scan_stop(from - stop, end_of(*text)) == stop;
    if (sentence != NULL && initials(tail, glued, own_line)) {
        *text = slice(text->bytes, from);
        return true;
    }
    if (own_line || !credit_piece(tail, false, cues, credit))
        return false;
    *text = slice(text->bytes, from);
    return true;
}

sst_slice sst_credit_take_tail(sst_slice text, const sst_page_cues *cues, sst_credit *credit)
{
    text = sst_scan_trim(text);
    for (int pieces = 0; pieces < 4 && text.size > 0; pieces++)
        if (!take_reporting(&text, cues, credit) && !take_piece(&text, cues, credit))
            break;
    return text;
}
