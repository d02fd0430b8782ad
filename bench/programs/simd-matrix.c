// Product of two matrices of floats in blocks of four rows and eight columns that stay in registers.
#include <stdio.h>
#include "vector.h"

enum { N = 384, ROUNDS = 100 };

static float a[N][N], b[N][N], c[N][N];

static void block(int i, int j) {
  vec_f32 sum[4][2];
  for (int r = 0; r < 4; r++) sum[r][0] = sum[r][1] = f32_splat(0);
  for (int k = 0; k < N; k++) {
    vec_f32 left = f32_load(&b[k][j]), right = f32_load(&b[k][j + 4]);
    for (int r = 0; r < 4; r++) {
      vec_f32 factor = f32_splat(a[i + r][k]);
      sum[r][0] = f32_add(sum[r][0], f32_mul(factor, left));
      sum[r][1] = f32_add(sum[r][1], f32_mul(factor, right));
    }
  }
  for (int r = 0; r < 4; r++) {
    f32_store(&c[i + r][j], sum[r][0]);
    f32_store(&c[i + r][j + 4], sum[r][1]);
  }
}

int main(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (float)((i * 7 + j) % 13) / 16;
      b[i][j] = (float)((i + j * 5) % 11) / 16;
    }
  double sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < N; i += 4)
      for (int j = 0; j < N; j += 8) block(i, j);
    a[round][round] += 1;
    sum += c[round * 3][round] + c[N - 1][N - 1];
  }
  printf("simd-matrix %.4f\n", sum);
  return 0;
}
