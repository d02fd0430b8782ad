// A 5x5 binomial blur of a grey image: five rows by weights in 16 bits, then five neighbours, then back to bytes.
#include <stdio.h>
#include "vector.h"

enum { WIDTH = 1024, HEIGHT = 768, MARGIN = 16, STRIDE = WIDTH + 2 * MARGIN, ROUNDS = 400 };

static uint8_t image[HEIGHT + 4][STRIDE], blurred[HEIGHT + 4][STRIDE];
static uint16_t line[STRIDE];

static vec weigh(vec a, vec b, vec c, vec d, vec e) {
  vec outer = u16_add(a, e), inner = u16_mul(u16_add(b, d), u16_splat(4)), middle = u16_mul(c, u16_splat(6));
  return u16_add(u16_add(outer, inner), middle);
}

static void blur_row(const uint8_t *from, uint8_t *to) {
  for (int x = 0; x < STRIDE; x += 16) {
    vec rows[5];
    for (int r = 0; r < 5; r++) rows[r] = vec_load(from + (r - 2) * STRIDE + x);
    vec_store(line + x, weigh(u8_low_to_u16(rows[0]), u8_low_to_u16(rows[1]), u8_low_to_u16(rows[2]), u8_low_to_u16(rows[3]), u8_low_to_u16(rows[4])));
    vec_store(line + x + 8, weigh(u8_high_to_u16(rows[0]), u8_high_to_u16(rows[1]), u8_high_to_u16(rows[2]), u8_high_to_u16(rows[3]), u8_high_to_u16(rows[4])));
  }
  for (int x = MARGIN; x < MARGIN + WIDTH; x += 16) {
    vec half[2];
    for (int h = 0; h < 2; h++) {
      const uint16_t *at = line + x + 8 * h;
      vec sum = weigh(vec_load(at - 2), vec_load(at - 1), vec_load(at), vec_load(at + 1), vec_load(at + 2));
      half[h] = u16_shr(u16_add(sum, u16_splat(128)), 8);
    }
    vec_store(to + x, u16_to_u8_saturated(half[0], half[1]));
  }
}

int main(void) {
  uint32_t seed = 1;
  for (int y = 0; y < HEIGHT + 4; y++)
    for (int x = 0; x < STRIDE; x++) image[y][x] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
  uint64_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int y = 2; y < HEIGHT + 2; y++) blur_row(round % 2 ? blurred[y] : image[y], round % 2 ? image[y] : blurred[y]);
    sum = sum * 31 + image[round + 2][round + MARGIN] + blurred[HEIGHT - round][WIDTH / 2];
  }
  printf("simd-blur %llu\n", (unsigned long long)sum);
  return 0;
}
