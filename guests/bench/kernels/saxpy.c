/* y = a x + y over vectors of four floats, fused, and the largest and smallest of the results. */
#include "bench.h"

#if defined(__ARM_NEON) && !defined(PORTABLE)
#include <arm_neon.h>
#endif

#define LENGTH 4096

static float x[LENGTH], y[LENGTH];

struct range {
  float smallest, largest;
};

#if defined(__ARM_NEON) && !defined(PORTABLE)

static struct range saxpy(float a) {
  float32x4_t smallest = vld1q_f32(y), largest = smallest;
  for (int i = 0; i < LENGTH; i += 4) {
    float32x4_t result = vfmaq_n_f32(vld1q_f32(y + i), vld1q_f32(x + i), a);
    vst1q_f32(y + i, result);
    smallest = vminq_f32(smallest, result);
    largest = vmaxq_f32(largest, result);
  }
  return (struct range){vminvq_f32(smallest), vmaxvq_f32(largest)};
}

#else

static struct range saxpy(float a) {
  float smallest[4] = {y[0], y[1], y[2], y[3]}, largest[4] = {y[0], y[1], y[2], y[3]};
  for (int i = 0; i < LENGTH; i++) {
    y[i] = maddf(x[i], a, y[i]);
    smallest[i % 4] = y[i] < smallest[i % 4] ? y[i] : smallest[i % 4];
    largest[i % 4] = y[i] > largest[i % 4] ? y[i] : largest[i % 4];
  }
  struct range all = {smallest[0], largest[0]};
  for (int i = 1; i < 4; i++) {
    if (smallest[i] < all.smallest) all.smallest = smallest[i];
    if (largest[i] > all.largest) all.largest = largest[i];
  }
  return all;
}

#endif

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 20;
  for (int i = 0; i < LENGTH; i++) {
    x[i] = (float)(random_unit(&seed) - 0.5);
    y[i] = (float)(random_unit(&seed) - 0.5);
  }
  while (count--) {
    struct range range = saxpy((float)(random_unit(&seed) - 0.5));
    sum = mix(sum, bits_of_float(range.smallest));
    sum = mix(sum, bits_of_float(range.largest));
  }
  return sum;
}
