/* Adler-32 (RFC 1950) of 32 bytes at a time: pairwise additions and multiplications of bytes by their weights. */
#include "bench.h"

#if defined(__ARM_NEON) && !defined(PORTABLE)
#include <arm_neon.h>
#endif

#define BYTES 65536
#define MODULUS 65521u
/* So many bytes can be taken in before sums of 32 bits might overflow; a multiple of 32. */
#define CHUNK 4096

static uint8_t data[BYTES];

struct adler {
  uint32_t a, b;
};

#if defined(__ARM_NEON) && !defined(PORTABLE)

static const uint8_t weights[32] = {32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
                                    16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1};

static struct adler take_chunk(struct adler state, const uint8_t *bytes) {
  uint8x16_t first_weights = vld1q_u8(weights), second_weights = vld1q_u8(weights + 16);
  uint32x4_t sums = vdupq_n_u32(0), sums_of_sums = vdupq_n_u32(0), weighed = vdupq_n_u32(0);
  for (int at = 0; at < CHUNK; at += 32) {
    uint8x16_t first = vld1q_u8(bytes + at), second = vld1q_u8(bytes + at + 16);
    sums_of_sums = vaddq_u32(sums_of_sums, sums);
    sums = vpadalq_u16(sums, vpadalq_u8(vpaddlq_u8(first), second));
    uint16x8_t products = vmull_u8(vget_low_u8(first), vget_low_u8(first_weights));
    weighed = vpadalq_u16(weighed, vmlal_high_u8(products, first, first_weights));
    products = vmull_u8(vget_low_u8(second), vget_low_u8(second_weights));
    weighed = vpadalq_u16(weighed, vmlal_high_u8(products, second, second_weights));
  }
  weighed = vaddq_u32(weighed, vshlq_n_u32(sums_of_sums, 5));
  return (struct adler){state.a + vaddvq_u32(sums), state.b + state.a * CHUNK + vaddvq_u32(weighed)};
}

#else

static struct adler take_chunk(struct adler state, const uint8_t *bytes) {
  for (int at = 0; at < CHUNK; at++) {
    state.a += bytes[at];
    state.b += state.a;
  }
  return state;
}

#endif

static uint32_t adler32(void) {
  struct adler state = {1, 0};
  for (int at = 0; at < BYTES; at += CHUNK) {
    state = take_chunk(state, data + at);
    state.a %= MODULUS;
    state.b %= MODULUS;
  }
  return state.b << 16 | state.a;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 19;
  for (int i = 0; i < BYTES; i++) data[i] = (uint8_t)random32(&seed);
  while (count--) {
    data[random32(&seed) % BYTES]++;
    sum = mix(sum, adler32());
  }
  return sum;
}
