/* Merge sort from the bottom up: records of a key and its first place, so that stability shows in the checksum. */
#include "bench.h"

#define ITEMS 16384

struct record {
  uint32_t key;
  uint32_t place;
};

static struct record records[ITEMS], scratch[ITEMS];

static void merge(const struct record *from, struct record *to, int start, int middle, int end) {
  int left = start, right = middle;
  for (int at = start; at < end; at++) {
    int take_left = right >= end || (left < middle && from[left].key <= from[right].key);
    to[at] = from[take_left ? left++ : right++];
  }
}

static const struct record *merge_sort(void) {
  struct record *from = records, *to = scratch;
  for (int width = 1; width < ITEMS; width *= 2) {
    for (int start = 0; start < ITEMS; start += 2 * width) merge(from, to, start, start + width, start + 2 * width);
    struct record *kept = from;
    from = to;
    to = kept;
  }
  return from;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 2;
  while (count--) {
    for (uint32_t i = 0; i < ITEMS; i++) records[i] = (struct record){random32(&seed) >> 20, i};
    const struct record *sorted = merge_sort();
    for (int i = 0; i < ITEMS; i += 61) sum = mix(sum, (uint64_t)sorted[i].key << 32 | sorted[i].place);
  }
  return sum;
}
