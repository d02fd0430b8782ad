// Finding the structure of JSON text: brackets, commas, colons and quotes by two lookups of half bytes, outside of strings by
// a prefix sum of the quotes' bits, 64 bytes at a time (Langdale and Lemire 2019).
#include <stdio.h>
#include <string.h>
#include "vector.h"

enum { LENGTH = 1 << 20, ROUNDS = 600 };

static char text[LENGTH + 64];
static uint32_t found[LENGTH];

// Both have bit 1 for brackets and braces, 2 for commas, 4 for colons, where the halves of the byte fit each other.
static const uint8_t low_classes[16] = {16, 0, 0, 0, 0, 0, 0, 0, 0, 8, 12, 1, 2, 9, 0, 0};
static const uint8_t high_classes[16] = {8, 0, 18, 4, 0, 1, 0, 1, 0, 0, 0, 3, 2, 1, 0, 0};

static uint64_t bits_of(const vec parts[4]) {
  uint64_t bits = 0;
  for (int k = 0; k < 4; k++) bits |= (uint64_t)u8_high_bits(parts[k]) << (16 * k);
  return bits;
}

static uint64_t inside_strings(uint64_t quotes) {
  for (int shift = 1; shift < 64; shift *= 2) quotes ^= quotes << shift;
  return quotes;
}

static uint32_t scan(void) {
  const vec low = vec_load(low_classes), high = vec_load(high_classes), nibble = u8_splat(15), zero = u8_splat(0);
  uint64_t in_string = 0, escaped = 0;
  uint32_t count = 0;
  for (uint32_t i = 0; i < LENGTH; i += 64) {
    vec quotes[4], backslashes[4], marks[4];
    for (int k = 0; k < 4; k++) {
      vec bytes = vec_load(text + i + 16 * k);
      quotes[k] = u8_eq(bytes, u8_splat('"'));
      backslashes[k] = u8_eq(bytes, u8_splat('\\'));
      vec classes = vec_and(u8_lookup(low, vec_and(bytes, nibble)), u8_lookup(high, vec_and(u16_shr(bytes, 4), nibble)));
      marks[k] = u8_eq(vec_and(classes, u8_splat(7)), zero);
    }
    uint64_t backslash = bits_of(backslashes), quote = bits_of(quotes), mark = ~bits_of(marks);
    // The texts have no two backslashes next to each other.
    quote &= ~(backslash << 1 | escaped);
    escaped = backslash >> 63;
    uint64_t inside = inside_strings(quote) ^ in_string;
    in_string = (uint64_t)((int64_t)inside >> 63);
    for (uint64_t bits = (mark & ~inside) | quote; bits; bits &= bits - 1) found[count++] = i + (uint32_t)__builtin_ctzll(bits);
  }
  return count;
}

static void fill(void) {
  uint32_t seed = 1, at = 0;
  while (at < LENGTH) {
    char entry[128];
    seed = seed * 1664525 + 1013904223;
    int length = snprintf(entry, sizeof entry, "{\"id\": %u, \"name\": \"user \\\"%u\\\", [x]\", \"tags\": [\"a,b\", \"c:%u\"], \"on\": true},\n", seed >> 8, seed >> 20, seed >> 28);
    for (int i = 0; i < length && at < LENGTH; i++) text[at++] = entry[i];
  }
}

int main(void) {
  fill();
  uint64_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    uint32_t count = scan();
    sum = sum * 31 + count + found[count / 2] + found[count - 1];
    text[round * 1000 % LENGTH] = ' ';
  }
  printf("simd-json %llu\n", (unsigned long long)sum);
  return 0;
}
