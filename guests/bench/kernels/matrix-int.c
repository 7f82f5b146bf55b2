/* Products of matrices of integers. */
#include "bench.h"

#define SIZE 64

static int32_t a[SIZE][SIZE], b[SIZE][SIZE], product[SIZE][SIZE];

static void multiply(void) {
  for (int i = 0; i < SIZE; i++) {
    for (int j = 0; j < SIZE; j++) {
      int32_t sum = 0;
      for (int k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
      product[i][j] = sum;
    }
  }
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 11;
  for (int i = 0; i < SIZE; i++) {
    for (int j = 0; j < SIZE; j++) {
      a[i][j] = (int32_t)(random32(&seed) >> 20) - 2048;
      b[i][j] = (int32_t)(random32(&seed) >> 20) - 2048;
    }
  }
  while (count--) {
    multiply();
    for (int i = 0; i < SIZE; i++) {
      sum = mix(sum, (uint32_t)product[i][i]);
      a[i][(i + 1) % SIZE] = product[i][i] % 4096;
    }
  }
  return sum;
}
