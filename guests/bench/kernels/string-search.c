/* Finding words in a text: byte for byte, and by Horspool's way of skipping. */
#include "bench.h"

#define TEXT 65536
#define WORDS 6

static char text[TEXT + 1];

static const char *const words[WORDS] = {"dormouse", "sleep", "teapot", "the treacle well", "March", "asleep again"};

static int length_of(const char *string) {
  int length = 0;
  while (string[length]) length++;
  return length;
}

static int begins_with(const char *string, const char *word) {
  while (*word && *string == *word) {
    string++;
    word++;
  }
  return *word == 0;
}

static int count_plainly(const char *word) {
  int found = 0;
  for (const char *at = text; *at; at++) found += *at == *word && begins_with(at, word);
  return found;
}

static int count_by_skipping(const char *word) {
  uint8_t skip[256];
  int length = length_of(word), found = 0;
  for (int i = 0; i < 256; i++) skip[i] = (uint8_t)length;
  for (int i = 0; i < length - 1; i++) skip[(uint8_t)word[i]] = (uint8_t)(length - 1 - i);
  for (int at = 0; at + length <= TEXT; at += skip[(uint8_t)text[at + length - 1]]) found += begins_with(text + at, word);
  return found;
}

/* Words, pieces of words and letters in disorder. */
static void write_text(uint32_t *seed) {
  int at = 0;
  while (at < TEXT) {
    uint32_t random = random32(seed);
    const char *word = words[random % WORDS];
    uint32_t letters = (random >> 8) % 20;
    for (; letters && *word && at < TEXT; letters--) text[at++] = *word++;
    if (at < TEXT) text[at++] = random & 0x10000 ? ' ' : (char)('a' + (random >> 24) % 26);
  }
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 3;
  write_text(&seed);
  while (count--) {
    text[random32(&seed) % TEXT] = 's';
    for (int i = 0; i < WORDS; i++) {
      sum = mix(sum, (uint32_t)count_plainly(words[i]));
      sum = mix(sum, (uint32_t)count_by_skipping(words[i]));
    }
  }
  return sum;
}
