/* A blur of a grey picture by 3 x 3 points with weights 1 2 1: widening additions and narrowing shifts of 16 bytes at a time. */
#include "bench.h"

#if defined(__ARM_NEON) && !defined(PORTABLE)
#include <arm_neon.h>
#endif

#define WIDTH 256
#define HEIGHT 128
/* Points of a row that have both neighbours, as many as fill vectors. */
#define INNER (WIDTH - 16)

static uint8_t picture[HEIGHT][WIDTH], blurred[HEIGHT][WIDTH];

#if defined(__ARM_NEON) && !defined(PORTABLE)

struct halves {
  uint16x8_t low, high;
};

static inline struct halves weigh_row(const uint8_t *point) {
  uint8x16_t left = vld1q_u8(point - 1), here = vld1q_u8(point), right = vld1q_u8(point + 1);
  struct halves sums = {vaddl_u8(vget_low_u8(left), vget_low_u8(right)), vaddl_high_u8(left, right)};
  sums.low = vaddq_u16(sums.low, vshll_n_u8(vget_low_u8(here), 1));
  sums.high = vaddq_u16(sums.high, vshll_high_n_u8(here, 1));
  return sums;
}

static inline uint16x8_t weigh_rows(uint16x8_t above, uint16x8_t here, uint16x8_t below) {
  return vaddq_u16(vaddq_u16(above, below), vshlq_n_u16(here, 1));
}

static void blur_row(int row) {
  for (int column = 1; column <= INNER; column += 16) {
    struct halves above = weigh_row(&picture[row - 1][column]);
    struct halves here = weigh_row(&picture[row][column]);
    struct halves below = weigh_row(&picture[row + 1][column]);
    uint8x8_t low = vrshrn_n_u16(weigh_rows(above.low, here.low, below.low), 4);
    uint8x16_t both = vrshrn_high_n_u16(low, weigh_rows(above.high, here.high, below.high), 4);
    vst1q_u8(&blurred[row][column], both);
  }
}

#else

static void blur_row(int row) {
  for (int column = 1; column <= INNER; column++) {
    uint32_t sum = 0;
    for (int r = -1; r <= 1; r++) {
      const uint8_t *point = &picture[row + r][column];
      sum += (uint32_t)(point[-1] + 2 * point[0] + point[1]) << (r == 0);
    }
    blurred[row][column] = (uint8_t)((sum + 8) >> 4);
  }
}

#endif

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 18;
  for (int row = 0; row < HEIGHT; row++) {
    for (int column = 0; column < WIDTH; column++) picture[row][column] = (uint8_t)random32(&seed);
  }
  while (count--) {
    for (int row = 1; row < HEIGHT - 1; row++) blur_row(row);
    for (int row = 1; row < HEIGHT - 1; row++) {
      uint32_t column = random32(&seed) % INNER + 1;
      sum = mix(sum, blurred[row][column]);
      picture[row][column] ^= blurred[row][column];
    }
  }
  return sum;
}
