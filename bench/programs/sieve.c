// Sieve of Eratosthenes over bytes: stores with a variable stride, then a counting scan.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LIMIT = 4000000, ROUNDS = 12 };

static uint8_t composite[LIMIT];

static uint32_t count_primes(uint32_t limit) {
  memset(composite, 0, limit);
  uint32_t count = 0;
  for (uint32_t i = 2; i < limit; i++) {
    if (composite[i]) continue;
    count++;
    for (uint64_t j = (uint64_t)i * i; j < limit; j += i) composite[j] = 1;
  }
  return count;
}

int main(void) {
  uint32_t sum = 0;
  for (uint32_t round = 0; round < ROUNDS; round++) sum += count_primes(LIMIT - round * 1000);
  printf("sieve %u\n", sum);
  return 0;
}
