#include "read/published.h"

#include <string.h>
#include <strings.h>

#include "base/status.h"

typedef struct cursor {
    const char *at, *end;
} cursor;

typedef struct date {
    int year, month, day; /* month and day from 1 */
    int seconds;          /* of the day */
    int zone;             /* seconds east of UTC */
} date;

/* ---- characters ------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool at_end(const cursor *c)
{
    return c->at == c->end;
}

static bool take(cursor *c, char wanted)
{
    if (at_end(c) || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool skip_spaces(cursor *c)
{
    const char *begin = c->at;
    while (!at_end(c) && is_space(*c->at))
        c->at++;
    return c->at > begin;
}

static size_t run_of(const cursor *c, bool (*member)(char))
{
    const char *at = c->at;
    while (at < c->end && member(*at))
        at++;
    return (size_t)(at - c->at);
}

/* A number of at least `low` and at most `high` digits. */
static bool take_number(cursor *c, size_t low, size_t high, int *number)
{
    size_t size = run_of(c, is_digit);
    if (size < low || size > high)
        return false;
    *number = 0;
    for (size_t i = 0; i < size; i++)
        *number = *number * 10 + (*c->at++ - '0');
    return true;
}

/* ---- calendar -------------------------------------------------------------------------------- */

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970-01-01: years are counted from March, so that the leap day comes last (the
 * method of Richards, Explanatory Supplement to the Astronomical Almanac, 2013, 15.11). */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = (int64_t)year + 4800 - (month <= 2);
    int m = month <= 2 ? month + 9 : month - 3;
    return day + (153 * m + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 32045 - 2440588;
}

static int64_t seconds_of(const date *d)
{
    if (d->month < 1 || d->month > 12 || d->day < 1 || d->day > days_in_month(d->year, d->month))
        return SST_NO_TIME;
    return days_from_civil(d->year, d->month, d->day) * 86400 + d->seconds - d->zone;
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* H:M[:S[.f]]; a leap second is the second before it. */
static bool take_time(cursor *c, date *d)
{
    int hour, minute, second = 0;
    if (!take_number(c, 1, 2, &hour) || !take(c, ':') || !take_number(c, 2, 2, &minute))
        return false;
    if (take(c, ':')) {
        if (!take_number(c, 2, 2, &second))
            return false;
        if (take(c, '.') || take(c, ',')) {
            size_t fraction = run_of(c, is_digit);
            if (fraction == 0)
                return false;
            c->at += fraction;
        }
    }
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    d->seconds = hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
    return true;
}

/* +06:00, +0600, +06. */
static bool take_offset(cursor *c, date *d)
{
    int sign = *c->at++ == '-' ? -1 : 1, hours, minutes = 0;
    if (run_of(c, is_digit) == 4) {
        int both = 0;
        take_number(c, 4, 4, &both);
        hours = both / 100;
        minutes = both % 100;
    } else {
        if (!take_number(c, 2, 2, &hours))
            return false;
        if (take(c, ':') && !take_number(c, 2, 2, &minutes))
            return false;
    }
    if (hours > 23 || minutes > 59)
        return false;
    d->zone = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* The zone names of RFC 822. */
static bool take_zone_name(cursor *c, date *d)
{
    static const struct {
        char name[4];
        int hours;
    } zones[] = {{"Z", 0},    {"UT", 0},   {"UTC", 0},  {"GMT", 0},  {"EST", -5}, {"EDT", -4},
                 {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    size_t size = run_of(c, is_letter);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (strlen(zones[i].name) == size && strncasecmp(zones[i].name, c->at, size) == 0) {
            c->at += size;
            d->zone = zones[i].hours * 3600;
            return true;
        }
    }
    return false;
}

/* An optional zone, then nothing but a comment in parentheses (RFC 5322). */
static bool take_zone_and_end(cursor *c, date *d)
{
    skip_spaces(c);
    if (!at_end(c) && (*c->at == '+' || *c->at == '-')) {
        if (!take_offset(c, d))
            return false;
    } else if (!at_end(c) && is_letter(*c->at)) {
        if (!take_zone_name(c, d))
            return false;
    }
    skip_spaces(c);
    if (at_end(c))
        return true;
    return *c->at == '(' && memchr(c->at, ')', (size_t)(c->end - c->at)) == c->end - 1;
}

/* A prefix of at least three letters of an English name; its index. */
static bool take_name(cursor *c, const char *const names[], int count, int *index)
{
    size_t size = run_of(c, is_letter);
    if (size < 3)
        return false;
    for (int i = 0; i < count; i++) {
        if (names[i][0] == (*c->at | 0x20) && size <= strlen(names[i]) &&
            strncasecmp(names[i], c->at, size) == 0) {
            c->at += size;
            *index = i;
            return true;
        }
    }
    return false;
}

static bool take_month(cursor *c, int *month)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    if (!take_name(c, names, 12, month))
        return false;
    ++*month;
    return true;
}

/* Four digits, or two as RFC 5322 reads them: 00-49 are 2000-2049, 50-99 are 1950-1999. */
static bool take_year(cursor *c, int *year)
{
    bool two = run_of(c, is_digit) == 2;
    if (!take_number(c, two ? 2 : 4, 4, year))
        return false;
    if (two)
        *year += *year < 50 ? 2000 : 1900;
    return true;
}

/* ---- formats --------------------------------------------------------------------------------- */

/* Y-M-D, Y/M/D and RFC 3339; the cursor stands on the year. */
static int64_t parse_year_first(cursor c)
{
    date d = {0};
    if (!take_number(&c, 4, 4, &d.year) || at_end(&c))
        return SST_NO_TIME;
    char separator = *c.at++;
    if ((separator != '-' && separator != '/') || !take_number(&c, 1, 2, &d.month) ||
        !take(&c, separator) || !take_number(&c, 1, 2, &d.day))
        return SST_NO_TIME;
    if (at_end(&c))
        return seconds_of(&d);
    if (!take(&c, 'T') && !take(&c, 't') && !skip_spaces(&c))
        return SST_NO_TIME;
    if (!take_time(&c, &d) || !take_zone_and_end(&c, &d))
        return SST_NO_TIME;
    return seconds_of(&d);
}

/* D-MON-Y with `separator` '-', D MON Y with ' '; time and zone may follow. */
static int64_t parse_day_first(cursor c, char separator)
{
    date d = {0};
    if (!take_number(&c, 1, 2, &d.day) ||
        !(separator == ' ' ? skip_spaces(&c) : take(&c, separator)) ||
        !take_month(&c, &d.month) ||
        !(separator == ' ' ? skip_spaces(&c) : take(&c, separator)) || !take_year(&c, &d.year))
        return SST_NO_TIME;
    if (at_end(&c))
        return seconds_of(&d);
    if (!skip_spaces(&c) || !take_time(&c, &d) || !take_zone_and_end(&c, &d))
        return SST_NO_TIME;
    return seconds_of(&d);
}

/* RFC 822 with the day of the week, which is not checked. */
static int64_t parse_weekday(cursor c)
{
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    int weekday;
    if (!take_name(&c, names, 7, &weekday))
        return SST_NO_TIME;
    bool comma = take(&c, ',');
    if (!skip_spaces(&c) && !comma)
        return SST_NO_TIME;
    return parse_day_first(c, ' ');
}

/* Digits, perhaps with a sign and a fraction: an epoch. */
static int64_t parse_epoch(cursor c, size_t least_digits)
{
    bool negative = take(&c, '-');
    size_t size = run_of(&c, is_digit);
    if (size < least_digits || size > 18)
        return SST_NO_TIME;
    int64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number = number * 10 + (*c.at++ - '0');
    bool fraction = take(&c, '.');
    if (fraction)
        c.at += run_of(&c, is_digit);
    if (!at_end(&c))
        return SST_NO_TIME;
    int64_t seconds = number < 100000000000 ? number : number / 1000;
    return negative ? -seconds : seconds;
}

static cursor trim(const char *bytes, size_t size)
{
    cursor c = {bytes, bytes + size};
    skip_spaces(&c);
    while (c.end > c.at && is_space(c.end[-1]))
        c.end--;
    return c;
}

int64_t sst_published_parse(const char *bytes, size_t size)
{
    cursor c = trim(bytes, size);
    if (at_end(&c))
        return SST_NO_TIME;
    if (is_letter(*c.at))
        return parse_weekday(c);
    size_t digits = run_of(&c, is_digit);
    char next = digits < (size_t)(c.end - c.at) ? c.at[digits] : '\0';
    if (digits == 4 && (next == '-' || next == '/'))
        return parse_year_first(c);
    if (digits <= 2 && digits > 0 && (next == '-' || next == ' '))
        return parse_day_first(c, next);
    return parse_epoch(c, 9);
}

int64_t sst_published_number(const char *bytes, size_t size)
{
    return parse_epoch((cursor){bytes, bytes + size}, 1);
}

void sst_published_shape(const char *bytes, size_t size, char shape[SST_SHAPE_SIZE])
{
    size_t length = 0;
    char last = '\0';
    for (size_t i = 0; i < size && length < SST_SHAPE_SIZE - 1; i++) {
        char c = bytes[i];
        if (is_digit(c))
            c = '9';
        else if (is_letter(c) || (unsigned char)c >= 0x80)
            c = 'a';
        else if (is_space(c))
            c = ' ';
        else if ((unsigned char)c < 0x20 || c == 0x7f)
            c = '?';
        if ((c == '9' || c == 'a' || c == ' ') && c == last)
            continue;
        shape[length++] = last = c;
    }
    shape[length] = '\0';
}

/* ---- times and durations on the command line ----------------------------------------------------- */

sst_status sst_time_parse(const char *text, int64_t *seconds, sst_error *error)
{
    *seconds = sst_published_parse(text, strlen(text));
    if (*seconds == SST_NO_TIME)
        *seconds = sst_published_number(text, strlen(text));
    if (*seconds != SST_NO_TIME)
        return SST_OK;
    return sst_fail(error, SST_ARGUMENT,
                    "cannot read '%.64s' as a time; write 2024-02-29T23:59:59Z, 2024-02-29 or "
                    "seconds since 1970",
                    text);
}

static int64_t unit_seconds(const char *unit)
{
    if (unit[0] == '\0' || unit[1] != '\0')
        return 0;
    switch (unit[0]) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 7 * 86400;
    default:
        return 0;
    }
}

sst_status sst_duration_parse(const char *text, int64_t *seconds, sst_error *error)
{
    int number = 0;
    cursor c = {text, text + strlen(text)};
    int64_t unit = take_number(&c, 1, 9, &number) ? unit_seconds(c.at) : 0;
    *seconds = number * unit;
    if (unit != 0)
        return SST_OK;
    return sst_fail(error, SST_ARGUMENT,
                    "cannot read '%.64s' as a duration; write a number and s, m, h, d or w, for "
                    "instance 90d",
                    text);
}
