// A hash table with open addressing and 64-bit keys: multiplications, masks, dependent loads over 4 MiB.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 1 << 18, KEYS = 150000, ROUNDS = 30 };

static struct { uint64_t key; uint32_t count, last; } slots[SLOTS];

static uint64_t mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdu;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53u;
  return x ^ x >> 33;
}

static uint32_t touch(uint64_t key, uint32_t stamp) {
  for (uint32_t at = (uint32_t)mix(key) & (SLOTS - 1);; at = (at + 1) & (SLOTS - 1)) {
    if (slots[at].key != 0 && slots[at].key != key) continue;
    slots[at].key = key;
    slots[at].last = stamp;
    return ++slots[at].count;
  }
}

int main(void) {
  uint64_t sum = 0;
  for (uint32_t round = 0; round < ROUNDS; round++) {
    memset(slots, 0, sizeof slots);
    uint64_t seed = round + 1;
    for (uint32_t i = 0; i < 2 * KEYS; i++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      sum = sum * 3 + touch((seed >> 40) % KEYS + 1, i);
    }
  }
  printf("hash %llu\n", (unsigned long long)sum);
  return 0;
}
