// Binary trees built by malloc, walked and freed: the allocator of the C library takes part on both sides.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH = 16, ROUNDS = 60 };

struct node { struct node *left, *right; uint32_t value; };

static struct node *grow(int depth, uint32_t value) {
  struct node *n = malloc(sizeof *n);
  n->value = value;
  n->left = depth ? grow(depth - 1, 2 * value) : NULL;
  n->right = depth ? grow(depth - 1, 2 * value + 1) : NULL;
  return n;
}

static uint32_t sum(const struct node *n) { return n ? n->value + 3 * sum(n->left) + 5 * sum(n->right) : 1; }

static void fell(struct node *n) {
  if (!n) return;
  fell(n->left);
  fell(n->right);
  free(n);
}

int main(void) {
  uint32_t total = 0;
  for (int round = 0; round < ROUNDS; round++) {
    struct node *root = grow(DEPTH, (uint32_t)round + 1);
    total += sum(root);
    fell(root);
  }
  printf("tree %u\n", total);
  return 0;
}
