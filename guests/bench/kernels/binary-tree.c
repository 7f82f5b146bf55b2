/* A binary search tree: grown, searched, and walked in order by recursion. */
#include "bench.h"

#define NODES 8192

struct node {
  struct node *left, *right;
  uint32_t key, uses;
};

static struct node nodes[NODES];

/* Where the pointer to the key's node is, or would be. */
static struct node **find(struct node **root, uint32_t key) {
  while (*root && (*root)->key != key) root = key < (*root)->key ? &(*root)->left : &(*root)->right;
  return root;
}

static uint64_t walk(uint64_t sum, const struct node *node) {
  if (!node) return sum;
  sum = mix(walk(sum, node->left), node->key + node->uses);
  return walk(sum, node->right);
}

static int height(const struct node *node) {
  if (!node) return 0;
  int left = height(node->left), right = height(node->right);
  return 1 + (left > right ? left : right);
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 8;
  while (count--) {
    struct node *root = 0;
    for (int i = 0; i < NODES; i++) {
      nodes[i] = (struct node){0, 0, random32(&seed) >> 8, 0};
      struct node **place = find(&root, nodes[i].key);
      if (*place) (*place)->uses++;
      else *place = &nodes[i];
    }
    for (int i = 0; i < 2 * NODES; i++) {
      uint32_t wanted = i & 1 ? nodes[random32(&seed) % NODES].key : random32(&seed) >> 8;
      struct node *found = *find(&root, wanted);
      if (found) found->uses++;
    }
    sum = mix(walk(sum, root), (uint32_t)height(root));
  }
  return sum;
}
