/* What all kernels share. They are freestanding: no library, no system. */
#pragma once
#include <stdint.h>

/* Each kernel's file defines this: its work, `count` times over, and a checksum of all that came out. */
uint64_t kernel(uint32_t count);

/* Marsaglia's xorshift: the same "random" numbers everywhere. The state must not be 0. */
static inline uint32_t random32(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

/* A number from 0 to 1, exclusive. */
static inline double random_unit(uint32_t *state) { return random32(state) * 0x1p-32; }

/* Takes a value into a checksum; the order counts. */
static inline uint64_t mix(uint64_t sum, uint64_t value) {
  sum ^= value;
  return (sum << 7 | sum >> 57) * 0x9e3779b97f4a7c15u;
}

static inline uint64_t bits_of_double(double value) {
  union {
    double value;
    uint64_t bits;
  } both = {value};
  return both.bits;
}

static inline uint32_t bits_of_float(float value) {
  union {
    float value;
    uint32_t bits;
  } both = {value};
  return both.bits;
}

/*
 * a * b + c. Compilers for arm64 contract this to one instruction with one rounding; so that results are the same on every
 * machine the kernels say themselves where it is done, and are compiled without contraction. NO_FMA is for machines that have no such
 * instruction, to measure what they can do; their checksums are their own.
 */
#ifdef NO_FMA
static inline double madd(double a, double b, double c) { return a * b + c; }
static inline float maddf(float a, float b, float c) { return a * b + c; }
#else
static inline double madd(double a, double b, double c) { return __builtin_fma(a, b, c); }
static inline float maddf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#endif
