/* Copying memory as a C library does: 64 bytes at a time in vector registers, then the rest; long and short, aligned and not. */
#include "bench.h"

#define BYTES 262144

static uint8_t source[BYTES + 64], target[BYTES + 64];

static void copy(uint8_t *to, const uint8_t *from, uint32_t length) {
  for (; length >= 64; length -= 64, to += 64, from += 64) __builtin_memcpy(to, from, 64);
  for (; length >= 8; length -= 8, to += 8, from += 8) __builtin_memcpy(to, from, 8);
  while (length--) *to++ = *from++;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 16;
  for (int i = 0; i < BYTES; i++) source[i] = (uint8_t)random32(&seed);
  while (count--) {
    uint32_t random = random32(&seed);
    copy(target + random % 16, source + (random >> 4) % 16, BYTES - 16);
    for (uint32_t at = 0; at < BYTES; at += 1024) copy(target + at + (random & 7), source + at, (random >> 8) % 160);
    for (int at = 0; at < BYTES; at += 4093) sum = mix(sum, target[at]);
  }
  return sum;
}
