/* Functions that call themselves: Fibonacci, Ackermann, the Towers of Hanoi. */
#include "bench.h"

static uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static uint32_t ackermann(uint32_t m, uint32_t n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

static uint8_t discs_on[3];

static uint32_t hanoi(uint32_t discs, int from, int to) {
  if (discs == 0) return 0;
  int other = 3 - from - to;
  uint32_t moves = hanoi(discs - 1, from, other);
  discs_on[from]--;
  discs_on[to]++;
  return moves + 1 + hanoi(discs - 1, other, to);
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  for (uint32_t lap = 0; lap < count; lap++) {
    sum = mix(sum, fibonacci(20 + lap % 3));
    sum = mix(sum, ackermann(2, 60 + lap % 8));
    discs_on[0] = 14;
    discs_on[1] = discs_on[2] = 0;
    sum = mix(sum, hanoi(14, 0, 2) + discs_on[2]);
  }
  return sum;
}
