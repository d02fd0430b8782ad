// A hash of long texts in sixteen lanes of 32 bits: multiply, rotate, multiply, as in xxHash's inner loop.
#include <stdio.h>
#include "vector.h"

enum { LENGTH = 1 << 20, ROUNDS = 1200 };

static uint8_t text[LENGTH];

static vec round_of(vec sum, vec input) {
  sum = u32_add(sum, u32_mul(input, u32_splat(0x85ebca77u)));
  sum = vec_or(u32_shl(sum, 13), u32_shr(sum, 19));
  return u32_mul(sum, u32_splat(0x9e3779b1u));
}

static uint32_t hash(const uint8_t *at, uint32_t length, uint32_t seed) {
  vec sums[4];
  for (int k = 0; k < 4; k++) sums[k] = u32_splat(seed + (uint32_t)k * 0x27d4eb2fu);
  for (uint32_t i = 0; i < length; i += 64)
    for (int k = 0; k < 4; k++) sums[k] = round_of(sums[k], vec_load(at + i + 16 * k));
  uint32_t lanes[4], result = length;
  vec_store(lanes, round_of(vec_xor(sums[0], sums[1]), vec_xor(sums[2], sums[3])));
  for (int k = 0; k < 4; k++) {
    result = (result ^ lanes[k]) * 0xc2b2ae3du;
    result ^= result >> 15;
  }
  return result;
}

int main(void) {
  uint32_t seed = 1;
  for (int i = 0; i < LENGTH; i++) text[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
  uint32_t sum = 0;
  for (uint32_t round = 0; round < ROUNDS; round++) sum = sum * 3 + hash(text, LENGTH - 4096 * (round % 16), round);
  printf("simd-hash %u\n", sum);
  return 0;
}
