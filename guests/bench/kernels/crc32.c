/* CRC-32 (IEEE 802.3, reflected) by a table of 256 words. */
#include "bench.h"

#define BYTES 65536
#define POLYNOMIAL 0xedb88320u

static uint32_t table[256];
static uint8_t data[BYTES];

static void make_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; bit++) rest = rest & 1 ? rest >> 1 ^ POLYNOMIAL : rest >> 1;
    table[byte] = rest;
  }
}

static uint32_t crc32(const uint8_t *bytes, int length) {
  uint32_t crc = ~0u;
  while (length--) crc = crc >> 8 ^ table[(crc ^ *bytes++) & 0xff];
  return ~crc;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 4;
  make_table();
  for (int i = 0; i < BYTES; i++) data[i] = (uint8_t)random32(&seed);
  while (count--) {
    data[random32(&seed) % BYTES]++;
    sum = mix(sum, crc32(data, BYTES));
  }
  return sum;
}
