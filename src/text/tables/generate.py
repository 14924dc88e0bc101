#!/usr/bin/env python3
"""Writes src/text/tables/unicode_data.c from the Unicode Character Database.

Usage: generate.py [UCD_FOLDER] > unicode_data.c

The pinned version is 15.0.0 (Debian's unicode-data installs it as /usr/share/unicode). The output
depends on those files and on the folding rules below only, so running it again prints the same
bytes. What the tables mean is written in text/unicode.h.
"""
import os
import sys

VERSION = "15.0.0"
FOLDER = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
LAST = 0x10FFFF
ZWJ = 0x200D

CLASSES = ["separator", "word", "inherit", "Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer",
           "Myanmar", "Tibetan"]
SEPARATOR, WORD, INHERIT = 0, 1, 2
# Script "Common", but written in runs of either kana.
LONG_VOWEL = 0x30FC

# ---- Folding: by code point of the canonical decomposition, and by composition pair ------------

APOSTROPHE = 0x27
FOLD = {
    # Letters used as apostrophes (Ukrainian, Uzbek, transliterated Arabic), and ı: capitals do
    # not tell i from ı without knowing the language.
    0x02BB: [APOSTROPHE], 0x02BC: [APOSTROPHE], 0x02BD: [APOSTROPHE], 0x02BE: [APOSTROPHE],
    0x02BF: [APOSTROPHE], 0x0131: [0x69],
    # Arabic and Persian, as Lucene's ArabicNormalizer and PersianNormalizer do: tatweel; alef
    # wasla; teh marbuta; alef maksura and Farsi yeh; keheh; heh goal.
    0x0640: [], 0x0671: [0x0627], 0x0672: [0x0627], 0x0673: [0x0627], 0x0629: [0x0647],
    0x06C3: [0x0647], 0x06C1: [0x0647], 0x0649: [0x064A], 0x06CC: [0x064A], 0x06A9: [0x0643],
    0x06AA: [0x0643],
    # Devanagari, as HindiNormalizer: nukta, chandrabindu.
    0x093C: [], 0x0901: [0x0902],
}
# Compatibility mappings that would leave a mark on a space, although people write an apostrophe.
OVERRIDE = {0x00B4: [APOSTROPHE]}
# (first, second) -> composite, beside the canonical ones.
PAIRS = {
    (0x0069, 0x0307): 0x0069,  # what İ folds to
    (0x0435, 0x0308): 0x0435,  # ё
    (0x0627, 0x0653): 0x0627, (0x0627, 0x0654): 0x0627, (0x0627, 0x0655): 0x0627,  # alef forms
    (0x0647, 0x0654): 0x0647, (0x06D5, 0x0654): 0x0647,  # heh with the ezafe hamza
    (0x09AC, 0x09BC): 0x09B0,  # ব with nukta, typed for র
}
# Bengali, Gurmukhi, Odia: their nukta letters stay one letter although Unicode excludes them.
COMPOSED_NUKTAS = {0x09BC, 0x0A3C, 0x0B3C}


def is_arabic_mark(code):
    """Short vowels and Koranic marks; not madda and hamza, which make letters."""
    return (CATEGORY[code] == "Mn" and not 0x0653 <= code <= 0x0655 and
            (0x0600 <= code <= 0x06FF or 0x08C0 <= code <= 0x08FF))


# ---- Reading the database ----------------------------------------------------------------------

def lines(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        for line in file:
            fields = [field.strip() for field in line.split("#")[0].split(";")]
            if len(fields) > 1:
                yield fields


def span(text):
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def codes(text):
    return [int(code, 16) for code in text.split()]


def read_unicode_data():
    first = 0
    for fields in lines("UnicodeData.txt"):
        last = int(fields[0], 16)
        if not fields[1].endswith(", Last>"):
            first = last
        for code in range(first, last + 1):
            CATEGORY[code] = fields[2]
            CCC[code] = int(fields[3])
        if fields[5] and not fields[5].startswith("<"):
            CANONICAL[last] = codes(fields[5])
        if fields[2] == "Nd":
            DIGIT[last] = int(fields[6])


def read_properties():
    for fields in lines("DerivedNormalizationProps.txt"):
        if fields[1] == "NFKC_CF":
            for code in span(fields[0]):
                CASEFOLD[code] = codes(fields[2])
        if fields[1] == "Full_Composition_Exclusion":
            EXCLUDED.update(span(fields[0]))
    for fields in lines("Scripts.txt"):
        for code in span(fields[0]):
            SCRIPT[code] = fields[1]


def check_version():
    with open(os.path.join(FOLDER, "DerivedNormalizationProps.txt"), encoding="utf-8") as file:
        if f"-{VERSION}.txt" not in file.readline():
            sys.exit(f"{FOLDER} is not Unicode {VERSION}; install the pinned unicode-data")


CATEGORY = ["Cn"] * (LAST + 1)
CCC = [0] * (LAST + 1)
SCRIPT = ["Zzzz"] * (LAST + 1)
CANONICAL, CASEFOLD, DIGIT, EXCLUDED = {}, {}, {}, set()

# ---- Deriving ------------------------------------------------------------------------------------

HANGUL_S, HANGUL_L, HANGUL_V, HANGUL_T = 0xAC00, 0x1100, 0x1161, 0x11A7
HANGUL_L_COUNT, HANGUL_V_COUNT, HANGUL_T_COUNT = 19, 21, 28
HANGUL_S_COUNT = HANGUL_L_COUNT * HANGUL_V_COUNT * HANGUL_T_COUNT


def is_hangul(code):
    return HANGUL_S <= code < HANGUL_S + HANGUL_S_COUNT


def decompose(code):
    if is_hangul(code):
        index = code - HANGUL_S
        tail = index % HANGUL_T_COUNT
        vowel = index // HANGUL_T_COUNT % HANGUL_V_COUNT
        lead = index // HANGUL_T_COUNT // HANGUL_V_COUNT
        return [HANGUL_L + lead, HANGUL_V + vowel] + ([HANGUL_T + tail] if tail else [])
    if code not in CANONICAL:
        return [code]
    return [part for code in CANONICAL[code] for part in decompose(code)]


def fold(code):
    if code in DIGIT:
        return [ord("0") + DIGIT[code]]
    if is_arabic_mark(code):
        return []
    return FOLD.get(code, [code])


def mapping(code):
    """Casefolded, canonically decomposed, folded."""
    if code in OVERRIDE:
        return OVERRIDE[code]
    return [folded for mapped in CASEFOLD.get(code, [code]) for part in decompose(mapped)
            for folded in fold(part)]


def composition_pairs():
    pairs = {}
    for code, parts in CANONICAL.items():
        nukta = len(parts) == 2 and parts[1] in COMPOSED_NUKTAS
        if len(parts) == 2 and (code not in EXCLUDED or nukta):
            pairs[tuple(parts)] = code
    pairs.update(PAIRS)
    # A pair with a part that maps elsewhere (upper case, say) never meets the composer.
    return {pair: code for pair, code in pairs.items()
            if all(MAP[part] == decompose(part) for part in pair)}


def compose_pair(first, second):
    if (HANGUL_L <= first < HANGUL_L + HANGUL_L_COUNT and
            HANGUL_V <= second < HANGUL_V + HANGUL_V_COUNT):
        index = (first - HANGUL_L) * HANGUL_V_COUNT + second - HANGUL_V
        return HANGUL_S + index * HANGUL_T_COUNT
    if (is_hangul(first) and (first - HANGUL_S) % HANGUL_T_COUNT == 0 and
            HANGUL_T < second < HANGUL_T + HANGUL_T_COUNT):
        return first + second - HANGUL_T
    return COMPOSE.get((first, second))


def compose(parts):
    """Of one mapping: already in canonical order, a starter first."""
    out = []
    for part in parts:
        made = compose_pair(out[-1], part) if len(out) == 1 else None
        out = [made] if made is not None else out + [part]
    return out


def token_class(code):
    category = CATEGORY[code][0]
    if category not in "LMN":
        return SEPARATOR
    if SCRIPT[code] in CLASSES:
        return CLASSES.index(SCRIPT[code])
    if code == LONG_VOWEL or category == "M" and SCRIPT[code] == "Inherited":
        return INHERIT
    return WORD


# Flags of a quick entry; the same names stand in text/unicode.h.
CLASS_SHIFT, DELTA_SHIFT = 0, 11
COMPLEX, DROP, MARK, FIRST, FIRST_STARTER, SECOND_STARTER = (1 << bit for bit in range(4, 10))


def quick(code):
    parts = MAP[code]
    if not parts:
        return COMPLEX if code == ZWJ else DROP
    made = compose(parts)
    if len(made) != 1:
        return COMPLEX
    made = made[0]
    if parts[0] in SECONDS and CCC[parts[0]] != 0 or CCC[made] != 0 and len(parts) > 1:
        return COMPLEX
    entry = token_class(made) << CLASS_SHIFT
    entry |= (made - code & 0x1FFFFF) << DELTA_SHIFT
    entry |= MARK if CCC[made] else 0
    entry |= FIRST if made in FIRSTS or is_hangul(made) else 0
    entry |= FIRST_STARTER if is_first_starter(made) else 0
    entry |= SECOND_STARTER if is_second_starter(parts[0]) else 0
    return entry


def is_first_starter(code):
    hangul = is_hangul(code) and (code - HANGUL_S) % HANGUL_T_COUNT == 0
    return hangul or code in FIRSTS_OF_STARTERS or 0 <= code - HANGUL_L < HANGUL_L_COUNT


def is_second_starter(code):
    return (code in SECONDS and CCC[code] == 0 or 0 <= code - HANGUL_V < HANGUL_V_COUNT or
            0 < code - HANGUL_T < HANGUL_T_COUNT)


def property_of(code):
    """Of a code point of normalised text."""
    first = code in FIRSTS or is_first_starter(code)
    second = code in SECONDS or is_second_starter(code)
    return token_class(code) | CCC[code] << 4 | first << 12 | second << 13


def check_idempotence():
    for code in range(LAST + 1):
        for part in MAP[code]:
            if MAP[part] != [part]:
                sys.exit(f"U+{code:04X} maps to U+{part:04X}, which maps on")
    for pair, code in COMPOSE.items():
        made = compose(MAP[code])
        if made != [code]:
            sys.exit(f"pair {pair} makes U+{code:04X}, which does not come back")


# ---- Writing -------------------------------------------------------------------------------------

def two_stages(values, bits):
    blocks, first, index = {}, [], []
    size = 1 << bits
    for at in range(0, len(values), size):
        block = tuple(values[at:at + size])
        if block not in blocks:
            blocks[block] = len(first) // size
            first.extend(block)
        index.append(blocks[block])
    return index, first


def write_array(kind, name, values):
    print(f"\nconst {kind} {name}[{len(values)}] = {{")
    line = "   "
    for value in values:
        text = f" {value},"
        if len(line) + len(text) > 98:
            print(line)
            line = "   "
        line += text
    print(line)
    print("};")


def write_two_stages(kind, name, values, bits):
    index, blocks = two_stages(values, bits)
    write_array("uint16_t", f"sst_{name}_index", index)
    write_array(kind, f"sst_{name}_blocks", blocks)


def map_tables():
    """Entry 0: maps to itself (or Hangul); else 1 + offset of a length and that many codes."""
    pool, places, entries = [], {}, []
    for code in range(LAST + 1):
        parts = MAP[code]
        if parts == [code] or is_hangul(code):
            entries.append(0)
            continue
        key = tuple(parts)
        if key not in places:
            places[key] = len(pool)
            pool.extend([len(parts)] + parts)
        entries.append(1 + places[key])
    return entries, pool


def stands_for_itself(code):
    """Inside a word, whatever surrounds it. Marks of ccc 9 (virama) sort behind every mark that
    may stand in the same word without making it COMPLEX. U+09BE is looked at by the reader."""
    entry = QUICK[code]
    return (entry & 15 == WORD and entry >> DELTA_SHIFT == 0 and not entry & (COMPLEX | DROP) and
            CCC[code] in (0, 9) and (not entry & SECOND_STARTER or code == 0x09BE))


def lowers_by(distance):
    """Whether a code point is a letter whose lower case is `distance(code)` higher."""
    def holds(code):
        entry = QUICK[code]
        return (entry & 15 == WORD and entry >> DELTA_SHIFT == distance(code) & 0x1FFFFF and
                not entry & (COMPLEX | DROP | MARK | SECOND_STARTER))
    return holds


def latin_distance(code):
    return 32 if 0xC0 <= code <= 0xDE and code != 0xD7 else 0


def cyrillic_distance(code):
    return 0x50 if code < 0x0410 else 0x20 if code < 0x0430 else 0


def arabic_distance(code):
    return {0x0622: 5, 0x0623: 4, 0x0625: 2, 0x0629: 0x1E, 0x0649: 1}.get(code, 0)


def latin_capital(code):
    """One code point below its lower case, whose first byte is the same."""
    return code & 63 != 63 and lowers_by(lambda c: 1)(code)


def separates(code):
    """Becomes separators only, none of which a following mark composes with."""
    parts = MAP[code]
    return bool(parts) and all(token_class(p) == SEPARATOR and p not in FIRSTS for p in parts)


def nibbles(low_base, low_holds, high_base, high_holds):
    """Sixteen bytes by low nibble of the last byte: bit (high nibble - 8) tells of low_base + the
    last six bits, bit (high nibble - 4) of high_base + the last six bits."""
    table = [0] * 16
    for trail in range(64):
        table[trail & 15] |= low_holds(low_base + trail) << (trail >> 4)
        table[trail & 15] |= high_holds(high_base + trail) << (trail >> 4) + 4
    return table


def bit_positions(byte):
    """The numbers of the bits of a byte, ascending, one in each byte of the result."""
    numbers = [i for i in range(8) if byte >> i & 1]
    return sum(number << 8 * i for i, number in enumerate(numbers))


def write_all():
    print("/* Generated by src/text/tables/generate.py from the Unicode Character Database")
    print(f" * {VERSION}; do not edit. The meaning is written in text/unicode.h. */")
    print('#include "text/unicode.h"')
    print(f'\nconst char *sst_unicode_version(void)\n{{\n    return "{VERSION}";\n}}')
    write_two_stages("uint32_t", "quick", QUICK, 6)
    entries, pool = map_tables()
    write_two_stages("uint16_t", "map", entries, 7)
    write_array("uint32_t", "sst_map_pool", pool)
    properties = [property_of(code) for code in range(LAST + 1)]
    records = sorted(set(properties))
    number = {record: i for i, record in enumerate(records)}
    write_two_stages("uint8_t", "property", [number[record] for record in properties], 7)
    write_array("uint16_t", "sst_property_records", records)
    pairs = sorted(COMPOSE.items())
    print(f"\nconst size_t sst_pair_count = {len(pairs)};")
    write_array("uint64_t", "sst_pair_keys", [first << 32 | second for (first, second), _ in pairs])
    write_array("uint32_t", "sst_pair_codes", [code for _, code in pairs])
    write_array("uint8_t", "sst_devanagari_nibbles",
                nibbles(0x0900, stands_for_itself, 0x0940, stands_for_itself))
    write_array("uint8_t", "sst_bengali_nibbles",
                nibbles(0x0980, stands_for_itself, 0x09C0, stands_for_itself))
    write_array("uint8_t", "sst_latin_nibbles",
                nibbles(0x80, separates, 0xC0, lowers_by(latin_distance)))
    write_array("uint8_t", "sst_extended_nibbles",
                nibbles(0x0100, lowers_by(lambda code: 0), 0x0140, lowers_by(lambda code: 0)))
    write_array("uint8_t", "sst_extended_capitals",
                nibbles(0x0100, latin_capital, 0x0140, latin_capital))
    cyrillic, arabic = lowers_by(cyrillic_distance), lowers_by(arabic_distance)
    write_array("uint8_t", "sst_cyrillic_nibbles", nibbles(0x0400, cyrillic, 0x0440, cyrillic))
    write_array("uint8_t", "sst_arabic_nibbles", nibbles(0x0600, arabic, 0x0640, arabic))
    write_array("uint8_t", "sst_arabic_separators", nibbles(0x0600, separates, 0x0640, separates))
    write_array("uint8_t", "sst_punctuation_nibbles",
                nibbles(0x2000, separates, 0x2040, lambda code: False))
    write_array("uint64_t", "sst_bit_positions", [bit_positions(byte) for byte in range(256)])


check_version()
read_unicode_data()
read_properties()
MAP = [mapping(code) for code in range(LAST + 1)]
COMPOSE = composition_pairs()
FIRSTS = {first for first, _ in COMPOSE}
SECONDS = {second for _, second in COMPOSE}
FIRSTS_OF_STARTERS = {first for first, second in COMPOSE if CCC[second] == 0}
check_idempotence()
QUICK = [quick(code) for code in range(LAST + 1)]
write_all()
