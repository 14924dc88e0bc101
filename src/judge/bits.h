/* Sets of small numbers as bits, number i in bit i % 64 of word i / 64. */
#ifndef JUDGE_BITS_H
#define JUDGE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SST_WORD = 64 };

/* Words for numbers below `count`, and for at least one bit that stays clear behind them. */
static inline size_t sst_bits_words(size_t count)
{
    return count / SST_WORD + 1;
}

static inline void sst_bits_set(uint64_t *bits, size_t number)
{
    bits[number / SST_WORD] |= (uint64_t)1 << number % SST_WORD;
}

static inline bool sst_bits_has(const uint64_t *bits, size_t number)
{
    return bits[number / SST_WORD] >> number % SST_WORD & 1;
}

/* Sets `count` numbers from `begin` on. Touches the word behind them, too: where ranges are short
 * and begin anywhere, that is faster than to ask whether they end in the word they begin in. */
static inline void sst_bits_set_range(uint64_t *bits, size_t begin, size_t count)
{
    for (; count >= SST_WORD; begin += SST_WORD, count -= SST_WORD) {
        bits[begin / SST_WORD] |= UINT64_MAX << begin % SST_WORD;
        bits[begin / SST_WORD + 1] |= UINT64_MAX >> 1 >> (SST_WORD - 1 - begin % SST_WORD);
    }
    uint64_t range = ((uint64_t)1 << count) - 1;
    bits[begin / SST_WORD] |= range << begin % SST_WORD;
    bits[begin / SST_WORD + 1] |= range >> 1 >> (SST_WORD - 1 - begin % SST_WORD);
}

static inline uint32_t sst_bits_count(const uint64_t *bits, size_t words)
{
    uint32_t count = 0;
    for (size_t word = 0; word < words; word++)
        count += (uint32_t)__builtin_popcountll(bits[word]);
    return count;
}

#endif
