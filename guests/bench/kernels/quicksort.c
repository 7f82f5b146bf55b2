/* Quicksort of integers: median of three, insertion sort for short pieces. */
#include "bench.h"

#define ITEMS 16384
#define SHORT 12

static int32_t items[ITEMS];

static void swap(int32_t *a, int32_t *b) {
  int32_t kept = *a;
  *a = *b;
  *b = kept;
}

static void insertion_sort(int32_t *first, int32_t *last) {
  for (int32_t *at = first + 1; at <= last; at++) {
    int32_t item = *at;
    int32_t *to = at;
    for (; to > first && to[-1] > item; to--) *to = to[-1];
    *to = item;
  }
}

static int32_t median_of_three(int32_t *first, int32_t *middle, int32_t *last) {
  if (*middle < *first) swap(middle, first);
  if (*last < *first) swap(last, first);
  if (*last < *middle) swap(last, middle);
  return *middle;
}

static void quicksort(int32_t *first, int32_t *last) {
  while (last - first > SHORT) {
    int32_t pivot = median_of_three(first, first + (last - first) / 2, last);
    int32_t *left = first, *right = last;
    while (left <= right) {
      while (*left < pivot) left++;
      while (*right > pivot) right--;
      if (left <= right) swap(left++, right--);
    }
    quicksort(first, right);
    first = left;
  }
  insertion_sort(first, last);
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 1;
  while (count--) {
    for (int i = 0; i < ITEMS; i++) items[i] = (int32_t)random32(&seed);
    quicksort(items, items + ITEMS - 1);
    for (int i = 0; i < ITEMS; i += 97) sum = mix(sum, (uint32_t)items[i]);
  }
  return sum;
}
