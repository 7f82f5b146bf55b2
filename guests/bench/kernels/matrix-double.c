/* Products of matrices of doubles, with fused multiply-add. */
#include "bench.h"

#define SIZE 64

static double a[SIZE][SIZE], b[SIZE][SIZE], product[SIZE][SIZE];

static void multiply(void) {
  for (int i = 0; i < SIZE; i++) {
    for (int j = 0; j < SIZE; j++) {
      double sum = 0;
      for (int k = 0; k < SIZE; k++) sum = madd(a[i][k], b[k][j], sum);
      product[i][j] = sum;
    }
  }
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 12;
  for (int i = 0; i < SIZE; i++) {
    for (int j = 0; j < SIZE; j++) {
      a[i][j] = random_unit(&seed) - 0.5;
      b[i][j] = random_unit(&seed) - 0.5;
    }
  }
  while (count--) {
    multiply();
    for (int i = 0; i < SIZE; i++) {
      sum = mix(sum, bits_of_double(product[i][i]));
      a[i][(i + 1) % SIZE] = product[i][i] * 0.125;
    }
  }
  return sum;
}
