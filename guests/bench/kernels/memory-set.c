/* Filling memory as a C library does: 64 bytes at a time from vector registers, then the rest; long and short, aligned and not. */
#include "bench.h"

#define BYTES 262144

typedef uint8_t vector __attribute__((vector_size(16)));

static uint8_t memory[BYTES + 64];

static void set(uint8_t *to, uint8_t byte, uint32_t length) {
  vector bytes = (vector){0} + byte;
  for (; length >= 64; length -= 64, to += 64) {
    for (int i = 0; i < 64; i += 16) __builtin_memcpy(to + i, &bytes, 16);
  }
  for (; length >= 8; length -= 8, to += 8) __builtin_memcpy(to, &bytes, 8);
  while (length--) *to++ = byte;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 17;
  while (count--) {
    uint32_t random = random32(&seed);
    set(memory + random % 16, (uint8_t)(random >> 4), BYTES - 16);
    for (uint32_t at = 0; at < BYTES; at += 1024) set(memory + at + (random & 7), (uint8_t)at, (random >> 8) % 160);
    for (int at = 0; at < BYTES; at += 4093) sum = mix(sum, memory[at]);
  }
  return sum;
}
