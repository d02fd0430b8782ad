// Product of two matrices of doubles, rows times columns in cache order: the vectorizer's case.
#include <stdio.h>

enum { N = 320, ROUNDS = 20 };

static double a[N][N], b[N][N], c[N][N];

static void multiply(void) {
  for (int i = 0; i < N; i++)
    for (int k = 0; k < N; k++)
      for (int j = 0; j < N; j++) c[i][j] += a[i][k] * b[k][j];
}

int main(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) a[i][j] = (i * j % 17) / 17.0, b[i][j] = (i + 2 * j) % 13 / 13.0;
  for (int round = 0; round < ROUNDS; round++) multiply();
  double trace = 0;
  for (int i = 0; i < N; i++) trace += c[i][i];
  printf("matrix %.6f\n", trace);
  return 0;
}
