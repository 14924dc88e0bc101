#include "text/normal.h"

#include <string.h>

#include "base/utf8.h"
#include "text/token.h"
#include "text/unicode.h"

/* Hangul syllables (Unicode Standard 3.12): S = L V T counted through. */
enum {
    HANGUL_S = 0xac00,
    HANGUL_L = 0x1100,
    HANGUL_V = 0x1161,
    HANGUL_T = 0x11a7,
    HANGUL_L_COUNT = 19,
    HANGUL_V_COUNT = 21,
    HANGUL_T_COUNT = 28,
    HANGUL_S_COUNT = HANGUL_L_COUNT * HANGUL_V_COUNT * HANGUL_T_COUNT,
};

enum { BENGALI_TA = 0x09a4, BENGALI_KHANDA_TA = 0x09ce, GRAM_POINTS = 4 };

void sst_normal_free(sst_normal *normal)
{
    free(normal->points);
    free(normal->bytes);
    *normal = (sst_normal){0};
}

sst_status sst_text_fail_utf8(sst_error *error, size_t offset)
{
    return sst_fail_at(error, SST_INPUT, NULL, 0, offset,
                       "text is not UTF-8 at byte %zu; convert it to UTF-8", offset);
}

/* ---- 1 to 3: mapped, decomposed and folded --------------------------------------------------- */

static bool is_hangul(uint32_t code)
{
    return code - HANGUL_S < HANGUL_S_COUNT;
}

/* A syllable's two or three letters. */
static uint32_t hangul_decompose(uint32_t code, uint32_t letters[3])
{
    uint32_t index = code - HANGUL_S;
    letters[0] = HANGUL_L + index / (HANGUL_V_COUNT * HANGUL_T_COUNT);
    letters[1] = HANGUL_V + index / HANGUL_T_COUNT % HANGUL_V_COUNT;
    letters[2] = HANGUL_T + index % HANGUL_T_COUNT;
    return letters[2] == HANGUL_T ? 2 : 3;
}

static sst_status append_mapped(sst_normal *normal, uint32_t code, uint32_t begin, uint32_t end,
                                sst_error *error)
{
    uint32_t letters[3] = {code};
    uint32_t count = 1;
    const uint32_t *parts = is_hangul(code) ? NULL : sst_map(code, &count);
    if (parts == NULL) {
        parts = letters;
        if (is_hangul(code))
            count = hangul_decompose(code, letters);
    }
    sst_status status = SST_RESERVE(&normal->points, &normal->point_capacity,
                                    normal->count + count + 1, "normalised text", error);
    if (status != SST_OK)
        return status;
    for (uint32_t i = 0; i < count; i++)
        normal->points[normal->count++] = (sst_point){
            .code = parts[i], .property = sst_property(parts[i]), .begin = begin, .end = end};
    return SST_OK;
}

/* Bytes of hasanta + ZWJ at `at`, or 0. */
static unsigned khanda_tail(const uint8_t *at, const uint8_t *end)
{
    static const char tail[] = "\xe0\xa7\x8d\xe2\x80\x8d";
    enum { SIZE = sizeof tail - 1 };
    return end - at >= SIZE && memcmp(at, tail, SIZE) == 0 ? SIZE : 0;
}

static sst_status map_all(sst_normal *normal, const uint8_t *text, size_t begin, size_t end,
                          sst_error *error)
{
    normal->count = 0;
    sst_status status = SST_RESERVE(&normal->points, &normal->point_capacity, 1, "normalised text",
                                    error);
    for (size_t at = begin; at < end && status == SST_OK;) {
        uint32_t code;
        unsigned length = sst_utf8_decode(text + at, text + end, &code);
        if (length == 0)
            return sst_text_fail_utf8(error, at);
        unsigned tail = code == BENGALI_TA ? khanda_tail(text + at + length, text + end) : 0;
        if (tail != 0)
            code = BENGALI_KHANDA_TA;
        size_t next = at + length + tail;
        status = append_mapped(normal, code, (uint32_t)at, (uint32_t)next, error);
        at = next;
    }
    return status;
}

/* ---- 4: canonical order ---------------------------------------------------------------------- */

static void insertion_sort(sst_point *points, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        sst_point point = points[i];
        size_t j = i;
        for (; j > 0 && sst_property_ccc(points[j - 1].property) >
                            sst_property_ccc(point.property);
             j--)
            points[j] = points[j - 1];
        points[j] = point;
    }
}

/* For hostile runs: stable, linear; `spare` holds `count` points. */
static void counting_sort(sst_point *points, size_t count, sst_point *spare)
{
    size_t place[257] = {0};
    for (size_t i = 0; i < count; i++)
        place[sst_property_ccc(points[i].property) + 1]++;
    for (size_t c = 1; c < 257; c++)
        place[c] += place[c - 1];
    for (size_t i = 0; i < count; i++)
        spare[place[sst_property_ccc(points[i].property)]++] = points[i];
    memcpy(points, spare, count * sizeof *points);
}

static sst_status sort_marks(sst_point *points, size_t count, sst_error *error)
{
    enum { LONG_RUN = 64 };
    if (count <= LONG_RUN) {
        insertion_sort(points, count);
        return SST_OK;
    }
    sst_point *spare = sst_allocate(count, sizeof *spare, "combining marks", error);
    if (spare == NULL)
        return SST_MEMORY;
    counting_sort(points, count, spare);
    free(spare);
    return SST_OK;
}

/* Sorts each run of marks by combining class, equal ones in their order. */
static sst_status order(sst_normal *normal, sst_error *error)
{
    sst_point *points = normal->points;
    for (size_t i = 0; i < normal->count; i++) {
        size_t run = i;
        while (i < normal->count && sst_property_ccc(points[i].property) != 0)
            i++;
        if (i - run < 2)
            continue;
        sst_status status = sort_marks(points + run, i - run, error);
        if (status != SST_OK)
            return status;
    }
    return SST_OK;
}

/* ---- 4: composition -------------------------------------------------------------------------- */

static bool find_pair(uint32_t first, uint32_t second, uint32_t *code)
{
    uint64_t key = (uint64_t)first << 32 | second;
    size_t low = 0, high = sst_pair_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sst_pair_keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sst_pair_count || sst_pair_keys[low] != key)
        return false;
    *code = sst_pair_codes[low];
    return true;
}

static bool compose_pair(uint32_t first, uint32_t second, uint32_t *code)
{
    if (first - HANGUL_L < HANGUL_L_COUNT && second - HANGUL_V < HANGUL_V_COUNT) {
        uint32_t index = (first - HANGUL_L) * HANGUL_V_COUNT + second - HANGUL_V;
        *code = HANGUL_S + index * HANGUL_T_COUNT;
        return true;
    }
    if (is_hangul(first) && (first - HANGUL_S) % HANGUL_T_COUNT == 0 &&
        second - HANGUL_T - 1 < HANGUL_T_COUNT - 1) {
        *code = first + second - HANGUL_T;
        return true;
    }
    return find_pair(first, second, code);
}

/* Puts `second` into `first` when they compose. */
static bool absorb(sst_point *first, const sst_point *second)
{
    uint32_t code;
    if (!sst_property_first(first->property) || !sst_property_second(second->property) ||
        !compose_pair(first->code, second->code, &code))
        return false;
    first->code = code;
    first->property = sst_property(code);
    if (first->begin > second->begin)
        first->begin = second->begin;
    if (first->end < second->end)
        first->end = second->end;
    return true;
}

/* The canonical composition algorithm (Unicode Standard 3.11 D117). */
static void compose(sst_normal *normal)
{
    sst_point *points = normal->points;
    size_t kept = 0, starter = SIZE_MAX;
    uint32_t last_ccc = 0;
    for (size_t i = 0; i < normal->count; i++) {
        uint32_t ccc = sst_property_ccc(points[i].property);
        bool open = starter != SIZE_MAX && (kept == starter + 1 || last_ccc < ccc);
        if (open && absorb(&points[starter], &points[i]))
            continue;
        if (ccc == 0)
            starter = kept;
        last_ccc = ccc;
        points[kept++] = points[i];
    }
    normal->count = kept;
}

/* ---- UTF-8 again ----------------------------------------------------------------------------- */

static sst_status encode(sst_normal *normal, sst_error *error)
{
    sst_status status = SST_RESERVE(&normal->bytes, &normal->byte_capacity,
                                    normal->count * 4 + SST_TOKEN_PADDING, "normalised text",
                                    error);
    if (status != SST_OK)
        return status;
    size_t size = 0;
    for (size_t i = 0; i < normal->count; i++) {
        normal->points[i].at = (uint32_t)size;
        size += sst_utf8_encode(normal->points[i].code, (char *)normal->bytes + size);
    }
    if (size > UINT32_MAX)
        return sst_fail(error, SST_LIMIT, "normalised text is over 4 GiB; split the text");
    normal->points[normal->count].at = (uint32_t)size;
    normal->size = size;
    return SST_OK;
}

sst_status sst_normal_run(sst_normal *normal, const uint8_t *text, size_t begin, size_t end,
                          sst_error *error)
{
    sst_status status = map_all(normal, text, begin, end, error);
    if (status == SST_OK)
        status = order(normal, error);
    if (status != SST_OK)
        return status;
    compose(normal);
    return encode(normal, error);
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

static uint32_t class_at(const sst_normal *normal, size_t i)
{
    return i < normal->count ? sst_property_class(normal->points[i].property)
                             : SST_CLASS_SEPARATOR;
}

/* One gram further inside a run of an unspaced script. */
static bool next_gram(sst_cutter *cutter)
{
    if (cutter->last >= cutter->run_end)
        return false;
    cutter->first++;
    cutter->last++;
    return true;
}

bool sst_cutter_next(sst_cutter *cutter)
{
    const sst_normal *normal = cutter->normal;
    if (next_gram(cutter))
        return true;
    size_t at = cutter->last;
    while (at < normal->count && class_at(normal, at) == SST_CLASS_SEPARATOR)
        at++;
    if (at >= normal->count)
        return false;
    uint32_t class = class_at(normal, at);
    if (class == SST_CLASS_INHERIT)
        class = SST_CLASS_WORD;
    cutter->first = at;
    do {
        at++;
    } while (class_at(normal, at) == class || class_at(normal, at) == SST_CLASS_INHERIT);
    cutter->run_end = at;
    bool grams = class >= SST_CLASS_UNSPACED && at - cutter->first > GRAM_POINTS;
    cutter->last = grams ? cutter->first + GRAM_POINTS : at;
    return true;
}
