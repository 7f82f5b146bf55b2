/* A hash table with linear probing: words are put in, looked up, and taken out with the gap closed. */
#include "bench.h"

#define SLOTS 16384
#define KEYS 8192

struct slot {
  uint64_t key; /* 0: empty */
  uint64_t value;
};

static struct slot slots[SLOTS];
static uint64_t keys[KEYS];

static uint32_t home_of(uint64_t key) { return (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32) % SLOTS; }

/* The slot of a key, or the empty one where it would go. */
static struct slot *find(uint64_t key) {
  uint32_t at = home_of(key);
  while (slots[at].key && slots[at].key != key) at = (at + 1) % SLOTS;
  return &slots[at];
}

static void take_out(uint64_t key) {
  uint32_t gap = (uint32_t)(find(key) - slots);
  if (!slots[gap].key) return;
  for (uint32_t at = (gap + 1) % SLOTS; slots[at].key; at = (at + 1) % SLOTS) {
    uint32_t from_home = (at - home_of(slots[at].key)) % SLOTS, from_gap = (at - gap) % SLOTS;
    if (from_home < from_gap) continue;
    slots[gap] = slots[at];
    gap = at;
  }
  slots[gap].key = 0;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 6;
  while (count--) {
    for (int i = 0; i < KEYS; i++) {
      keys[i] = (uint64_t)random32(&seed) << 16 | 1;
      struct slot *slot = find(keys[i]);
      slot->key = keys[i];
      slot->value = (uint64_t)i;
    }
    for (int i = 0; i < 2 * KEYS; i++) {
      uint64_t wanted = keys[random32(&seed) % KEYS] + (i & 2);
      struct slot *slot = find(wanted);
      if (slot->key) sum = mix(sum, slot->value);
    }
    for (int i = 0; i < KEYS; i++) take_out(keys[i]);
  }
  return sum;
}
