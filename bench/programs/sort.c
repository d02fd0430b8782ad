// Quicksort of records through a comparison function pointer, written out so that no C library takes part.
#include <stdint.h>
#include <stdio.h>

enum { COUNT = 200000, ROUNDS = 10 };

struct record { uint32_t key, serial; };
typedef int (*comparison)(const struct record *, const struct record *);

static struct record records[COUNT];

static int by_key(const struct record *a, const struct record *b) { return a->key < b->key ? -1 : a->key > b->key; }
static int by_serial(const struct record *a, const struct record *b) {
  return a->serial < b->serial ? -1 : a->serial > b->serial;
}

static void swap(struct record *a, struct record *b) {
  struct record t = *a;
  *a = *b;
  *b = t;
}

static void sort(struct record *r, int count, comparison compare) {
  while (count > 12) {
    swap(&r[0], &r[count / 2]);
    struct record pivot = r[0];
    int low = 0, high = count;
    for (;;) {
      do low++;
      while (low < count && compare(&r[low], &pivot) < 0);
      do high--;
      while (compare(&r[high], &pivot) > 0);
      if (low >= high) break;
      swap(&r[low], &r[high]);
    }
    swap(&r[0], &r[high]);
    sort(r, high, compare);
    r += high + 1, count -= high + 1;
  }
  for (int i = 1; i < count; i++)
    for (int j = i; j > 0 && compare(&r[j - 1], &r[j]) > 0; j--) swap(&r[j - 1], &r[j]);
}

int main(void) {
  static comparison const comparisons[2] = {by_key, by_serial};
  uint32_t seed = 1, sum = 0;
  for (uint32_t i = 0; i < COUNT; i++) {
    seed = seed * 1664525 + 1013904223;
    records[i] = (struct record){seed >> 3, i};
  }
  for (int round = 0; round < ROUNDS; round++) {
    sort(records, COUNT, comparisons[round & 1]);
    sum = sum * 31 + records[round * 1000 + 17].key;
  }
  printf("sort %u\n", sum);
  return 0;
}
