#include "cli/view.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

enum { GAP = 3, COLUMNS_MIN = 40 };

/* How a passage is shown: the mark between the columns, and the colour of its words. */
static const struct {
    char mark;
    const char *colour;
} looks[] = {
    [SST_PASSAGE_SHARED] = {' ', ""},          [SST_PASSAGE_MOVED] = {'~', "\033[36m"},
    [SST_PASSAGE_CHANGED] = {'|', "\033[33m"}, [SST_PASSAGE_LEFT] = {'<', "\033[31m"},
    [SST_PASSAGE_RIGHT] = {'>', "\033[32m"},
};

/* One side of a passage, cut into lines of a column. */
typedef struct side {
    const char *at, *end;
} side;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* The character at `at` and its bytes; a broken byte is a control character. */
static void read_character(const char *at, const char *end, wchar_t *wide, size_t *size)
{
    mbstate_t state = {0};
    const size_t used = mbrtowc(wide, at, (size_t)(end - at), &state);
    const bool broken = used == 0 || used > (size_t)(end - at);
    *size = broken ? 1 : used;
    if (broken)
        *wide = L'\0';
}

static bool turns_text(wchar_t wide)
{
    return (wide >= 0x202a && wide <= 0x202e) || (wide >= 0x2066 && wide <= 0x2069);
}

/* Terminal columns of the character at `at`; *size is its bytes. */
static unsigned character_columns(const char *at, const char *end, size_t *size)
{
    wchar_t wide = 0;
    read_character(at, end, &wide, size);
    const int columns = turns_text(wide) ? 0 : iswcntrl((wint_t)wide) ? 1 : wcwidth(wide);
    return columns < 0 ? 1 : (unsigned)columns;
}

/* The text belongs to strangers: what would command the terminal is shown as U+FFFD, and what turns
 * the line around (UAX #9, 2: embeddings, overrides, isolates) is left out. */
static void write_word(const char *at, const char *end, FILE *out)
{
    while (at < end) {
        wchar_t wide = 0;
        size_t size = 0;
        read_character(at, end, &wide, &size);
        if (iswcntrl((wint_t)wide))
            fputs("\xef\xbf\xbd", out);
        else if (!turns_text(wide))
            fwrite(at, 1, size, out);
        at += size;
    }
}

/* Takes what fits into `columns` from the side, broken between words where there is one, and
 * writes it to `out` with single blanks; the columns it fills are returned. */
static unsigned take_line(side *text, unsigned columns, FILE *out)
{
    unsigned used = 0;
    while (text->at < text->end) {
        while (text->at < text->end && is_blank(*text->at))
            text->at++;
        const char *stop = text->at;
        unsigned width = 0;
        const unsigned room = columns - used - (used > 0);
        while (stop < text->end && !is_blank(*stop)) {
            size_t size = 0;
            const unsigned wide = character_columns(stop, text->end, &size);
            if (width + wide > room && used > 0)
                return used;
            if (width + wide > room)
                break;
            width += wide;
            stop += size;
        }
        if (stop == text->at)
            break;
        fputs(used > 0 ? " " : "", out);
        write_word(text->at, stop, out);
        used += width + (used > 0);
        const bool broken = stop < text->end && !is_blank(*stop);
        text->at = stop;
        if (broken || used >= columns)
            break;
    }
    return used;
}

static bool is_over(side *text)
{
    while (text->at < text->end && is_blank(*text->at))
        text->at++;
    return text->at == text->end;
}

/* The lines of one passage: left column, mark, right column. */
static void write_passage(const sst_comparison *comparison, const sst_passage *passage,
                          unsigned columns, bool coloured, FILE *out)
{
    side left = {comparison->text_a + passage->a_begin, comparison->text_a + passage->a_end};
    side right = {comparison->text_b + passage->b_begin, comparison->text_b + passage->b_end};
    const unsigned half = (columns - GAP) / 2;
    const char *colour = coloured ? looks[passage->kind].colour : "";
    const char *plain = colour[0] == '\0' ? "" : "\033[0m";
    while (!is_over(&left) || !is_over(&right)) {
        fputs(colour, out);
        const unsigned used = take_line(&left, half, out);
        fprintf(out, "%s%*s %c ", plain, (int)(half - used), "", looks[passage->kind].mark);
        fputs(colour, out);
        take_line(&right, half, out);
        fprintf(out, "%s\n", plain);
    }
}

static double share(uint32_t part, uint32_t whole)
{
    return whole == 0 ? 0 : (double)part / whole;
}

static void write_decision(const sst_comparison *c, FILE *out)
{
    const uint32_t either = c->shingles_a + c->shingles_b - c->shared;
    fputs("a           ", out);
    write_word(c->id_a, c->id_a + strlen(c->id_a), out);
    fputs("\nb           ", out);
    write_word(c->id_b, c->id_b + strlen(c->id_b), out);
    fprintf(out, "\nrelation    %s (%s): %s\n", sst_relation_name(c->relation), c->rule,
            c->sentence);
    if (c->stage != NULL)
        fprintf(out, "stage       %s\n", c->stage);
    fprintf(out, "shingles    %u in a, %u in b, %u in both\n", c->shingles_a, c->shingles_b,
            c->shared);
    fprintf(out, "jaccard     %.3f; a in b %.3f, b in a %.3f; own text %.3f\n",
            share(c->shared, either), share(c->shared, c->shingles_a),
            share(c->shared, c->shingles_b), c->own);
    fprintf(out, "figures     %u the same, %u changed\n", c->figures_same, c->figures_changed);
    fprintf(out, "alignment   %u edits, %u shared runs, the longest of %u words\n\n", c->edits,
            c->runs, c->longest_run);
}

/* Characters and their widths are those of Unicode whatever the user's locale is. */
static void write_view(const sst_comparison *comparison, unsigned columns, bool coloured,
                       FILE *out)
{
    const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    const locale_t before = unicode == (locale_t)0 ? unicode : uselocale(unicode);
    write_decision(comparison, out);
    for (size_t i = 0; i < comparison->passage_count; i++)
        write_passage(comparison, &comparison->passages[i],
                      columns < COLUMNS_MIN ? COLUMNS_MIN : columns, coloured, out);
    if (unicode != (locale_t)0) {
        uselocale(before);
        freelocale(unicode);
    }
}

sst_status cli_view_write(const sst_comparison *comparison, unsigned columns, bool coloured,
                          sst_sink sink, sst_error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out != NULL)
        write_view(comparison, columns, coloured, out);
    sst_status status = SST_MEMORY;
    if (out != NULL && fclose(out) == 0)
        status = sink.write(sink.context, text, size, error);
    else
        *error = (sst_error){.status = SST_MEMORY, .message = "out of memory for the texts"};
    free(text);
    return status;
}
