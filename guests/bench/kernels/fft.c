/* The fast Fourier transform of 1024 complex floats in place, forth and back. */
#include "bench.h"

#define BITS 10
#define POINTS (1 << BITS)

struct complex {
  float real, imaginary;
};

static struct complex points[POINTS];
/* exp(-2 pi i k / POINTS) for half a turn. */
static struct complex turns[POINTS / 2];

static struct complex times(struct complex a, struct complex b) {
  return (struct complex){maddf(a.real, b.real, -(a.imaginary * b.imaginary)), maddf(a.real, b.imaginary, a.imaginary * b.real)};
}

/* From half a turn (cosine -1, sine 0) the angle is halved to that of one step; then the steps are taken. */
static void make_turns(void) {
  double cosine = -1, sine = 0;
  for (int i = 1; i < BITS; i++) {
    double half = __builtin_sqrt((1 + cosine) / 2);
    sine = i == 1 ? 1 : sine / (2 * half);
    cosine = half;
  }
  double x = 1, y = 0;
  for (int i = 0; i < POINTS / 2; i++) {
    turns[i] = (struct complex){(float)x, (float)-y};
    double next = x * cosine - y * sine;
    y = x * sine + y * cosine;
    x = next;
  }
}

static void reverse_bits(void) {
  for (uint32_t i = 0, reversed = 0; i < POINTS; i++) {
    if (i < reversed) {
      struct complex kept = points[i];
      points[i] = points[reversed];
      points[reversed] = kept;
    }
    uint32_t bit = POINTS >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed |= bit;
  }
}

static void transform(void) {
  reverse_bits();
  for (int half = 1; half < POINTS; half *= 2) {
    int stride = POINTS / 2 / half;
    for (int start = 0; start < POINTS; start += 2 * half) {
      for (int k = 0; k < half; k++) {
        struct complex *a = &points[start + k], *b = a + half;
        struct complex turned = times(*b, turns[k * stride]);
        *b = (struct complex){a->real - turned.real, a->imaginary - turned.imaginary};
        *a = (struct complex){a->real + turned.real, a->imaginary + turned.imaginary};
      }
    }
  }
}

/* The way back is the way forth with real and imaginary parts exchanged. */
static void exchange(float scale) {
  for (int i = 0; i < POINTS; i++) points[i] = (struct complex){points[i].imaginary * scale, points[i].real * scale};
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 15;
  make_turns();
  for (int i = 0; i < POINTS; i++) points[i] = (struct complex){(float)random_unit(&seed), (float)random_unit(&seed)};
  while (count--) {
    transform();
    for (int i = 0; i < POINTS; i += 37) sum = mix(sum, bits_of_float(points[i].real));
    exchange(1);
    transform();
    exchange(1.0f / POINTS);
    for (int i = 0; i < POINTS; i += 41) sum = mix(sum, bits_of_float(points[i].imaginary));
  }
  return sum;
}
