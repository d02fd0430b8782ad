// Jacobi iteration with a five-point stencil on a plane of doubles.
#include <stdio.h>

enum { N = 130, STEPS = 8000 };

static double from[N][N], to[N][N];

static void relax(double (*restrict out)[N], double (*restrict in)[N]) {
  for (int i = 1; i < N - 1; i++)
    for (int j = 1; j < N - 1; j++)
      out[i][j] = 0.2 * (in[i][j] + in[i][j - 1] + in[i][j + 1] + in[i - 1][j] + in[i + 1][j]);
}

int main(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) from[i][j] = (i * (j + 2) + 10.0) / N, to[i][j] = (i * (j + 3) + 11.0) / N;
  for (int step = 0; step < STEPS; step++) {
    relax(to, from);
    relax(from, to);
  }
  double sum = 0;
  for (int i = 0; i < N; i++) sum += from[i][N / 2];
  printf("stencil %.9f\n", sum);
  return 0;
}
