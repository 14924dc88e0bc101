/* Vectors of bytes, 16 of them (SSE4.1) or 32 (AVX2): what text/blocks.c is written in. Which one
 * it is depends on how the source file that includes this one is compiled. */
#ifndef TEXT_VECTOR_H
#define TEXT_VECTOR_H

#include <stdint.h>

/* Each byte value 16 times. Constants are loaded from here and not written as such: gcc makes a
 * vector of bytes anew wherever it is used, in three instructions, where a load is one. */
extern const uint8_t sst_same_bytes[256][16];

#if defined(__SSE4_1__) && !defined(SST_NO_SIMD)
#define SST_BLOCKS 1

#include <immintrin.h>

#if defined(__AVX2__)

typedef __m256i sst_vector;
enum { SST_VECTOR_SIZE = 32 };

#define SST_VECTOR_OF(operation) _mm256_##operation
#define SST_VECTOR_BITS(operation) _mm256_##operation##_si256

/* The same 16 bytes for both halves: a shuffle looks up within its half. */
static inline sst_vector sst_table(const uint8_t bytes[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)bytes));
}

/* All bytes the same. */
static inline sst_vector sst_set(int byte)
{
    return sst_table(sst_same_bytes[byte & 255]);
}

/* The bytes in front of those of `vector`, the first of them the last byte of `previous`. */
static inline sst_vector sst_move_up(sst_vector vector, sst_vector previous)
{
    return _mm256_alignr_epi8(vector, _mm256_permute2x128_si256(previous, vector, 0x21), 15);
}

static inline sst_vector sst_last_byte(uint8_t byte)
{
    return _mm256_insert_epi8(_mm256_setzero_si256(), (char)byte, 31);
}

static inline uint8_t sst_get_last_byte(sst_vector vector)
{
    return (uint8_t)_mm256_extract_epi8(vector, 31);
}

#else

typedef __m128i sst_vector;
enum { SST_VECTOR_SIZE = 16 };

#define SST_VECTOR_OF(operation) _mm_##operation
#define SST_VECTOR_BITS(operation) _mm_##operation##_si128

static inline sst_vector sst_table(const uint8_t bytes[16])
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

static inline sst_vector sst_set(int byte)
{
    return _mm_set1_epi8((char)byte);
}

static inline sst_vector sst_move_up(sst_vector vector, sst_vector previous)
{
    return _mm_alignr_epi8(vector, previous, 15);
}

static inline sst_vector sst_last_byte(uint8_t byte)
{
    return _mm_slli_si128(_mm_cvtsi32_si128(byte), 15);
}

static inline uint8_t sst_get_last_byte(sst_vector vector)
{
    return (uint8_t)_mm_extract_epi8(vector, 15);
}

#endif

static inline sst_vector sst_load(const uint8_t *bytes)
{
    return SST_VECTOR_BITS(loadu)((const sst_vector *)(const void *)bytes);
}

static inline void sst_store(uint8_t *bytes, sst_vector vector)
{
    SST_VECTOR_BITS(storeu)((sst_vector *)(void *)bytes, vector);
}

static inline sst_vector sst_or(sst_vector a, sst_vector b)
{
    return SST_VECTOR_BITS(or)(a, b);
}

static inline sst_vector sst_and(sst_vector a, sst_vector b)
{
    return SST_VECTOR_BITS(and)(a, b);
}

/* ~a & b */
static inline sst_vector sst_andnot(sst_vector a, sst_vector b)
{
    return SST_VECTOR_BITS(andnot)(a, b);
}

static inline sst_vector sst_add(sst_vector a, sst_vector b)
{
    return SST_VECTOR_OF(add_epi8)(a, b);
}

static inline sst_vector sst_sub(sst_vector a, sst_vector b)
{
    return SST_VECTOR_OF(sub_epi8)(a, b);
}

/* The sum, at most 255. */
static inline sst_vector sst_add_most(sst_vector a, sst_vector b)
{
    return SST_VECTOR_OF(adds_epu8)(a, b);
}

/* 0xff where equal. */
static inline sst_vector sst_equal(sst_vector a, sst_vector b)
{
    return SST_VECTOR_OF(cmpeq_epi8)(a, b);
}

/* 0xff where a > b, as signed bytes. */
static inline sst_vector sst_greater(sst_vector a, sst_vector b)
{
    return SST_VECTOR_OF(cmpgt_epi8)(a, b);
}

/* The entries of a sst_table at the low nibbles of `index`; 0 where its highest bit is set. */
static inline sst_vector sst_look_up(sst_vector table, sst_vector index)
{
    return SST_VECTOR_OF(shuffle_epi8)(table, index);
}

static inline sst_vector sst_high_nibbles(sst_vector bytes)
{
    return sst_and(SST_VECTOR_OF(srli_epi16)(bytes, 4), sst_set(15));
}

/* The highest bit of each byte, the lowest for the first. */
static inline uint32_t sst_bits(sst_vector vector)
{
    return (uint32_t)SST_VECTOR_OF(movemask_epi8)(vector);
}

#else
#define SST_BLOCKS 0
#endif

#endif
