/* The Mandelbrot set in doubles: multiplications and additions with a rounding each, and a comparison per step. */
#include "bench.h"

#define SIZE 64
#define MOST 256

static uint32_t steps_to_leave(double real, double imaginary) {
  double x = 0, y = 0;
  for (uint32_t step = 0; step < MOST; step++) {
    double xx = x * x, yy = y * y;
    if (xx + yy > 4) return step;
    y = 2 * x * y + imaginary;
    x = xx - yy + real;
  }
  return MOST;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  for (uint32_t lap = 0; lap < count; lap++) {
    double width = 3.0 / (1 + lap % 16);
    for (int row = 0; row < SIZE; row++) {
      uint32_t of_row = 0;
      for (int column = 0; column < SIZE; column++) {
        of_row += steps_to_leave(-0.7 + width * (column - SIZE / 2) / SIZE, width * (row - SIZE / 2) / SIZE);
      }
      sum = mix(sum, of_row);
    }
  }
  return sum;
}
