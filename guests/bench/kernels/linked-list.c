/* A linked list whose nodes lie in disorder: walked, reversed, and sorted by merging. */
#include "bench.h"

#define NODES 8192

struct node {
  struct node *next;
  uint32_t key;
};

static struct node nodes[NODES];
static uint32_t order[NODES];

static struct node *make_list(uint32_t *seed) {
  struct node *list = 0;
  for (uint32_t i = 0; i < NODES; i++) order[i] = i;
  for (uint32_t i = NODES - 1; i > 0; i--) {
    uint32_t other = random32(seed) % (i + 1), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  for (int i = 0; i < NODES; i++) {
    struct node *node = &nodes[order[i]];
    node->next = list;
    node->key = random32(seed);
    list = node;
  }
  return list;
}

static struct node *reverse(struct node *list) {
  struct node *reversed = 0;
  while (list) {
    struct node *next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  return reversed;
}

static struct node *merge(struct node *a, struct node *b) {
  struct node *merged, **end = &merged;
  while (a && b) {
    struct node **smaller = a->key <= b->key ? &a : &b;
    *end = *smaller;
    end = &(*smaller)->next;
    *smaller = (*smaller)->next;
  }
  *end = a ? a : b;
  return merged;
}

static struct node *sort(struct node *list) {
  if (!list || !list->next) return list;
  struct node *middle = list;
  for (struct node *end = list->next; end && end->next; end = end->next->next) middle = middle->next;
  struct node *second = middle->next;
  middle->next = 0;
  return merge(sort(list), sort(second));
}

static uint64_t walk(uint64_t sum, const struct node *list) {
  for (uint32_t place = 1; list; list = list->next, place++) sum += (uint64_t)place * list->key;
  return mix(sum, 1);
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 7;
  while (count--) {
    struct node *list = make_list(&seed);
    for (int i = 0; i < 8; i++) sum = walk(sum, list = reverse(list));
    sum = walk(sum, sort(list));
  }
  return sum;
}
