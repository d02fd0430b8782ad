// Heat equation in space, seven-point stencil: the grids come from malloc and are indexed by hand, with sizes known only
// at run time, as numeric libraries do.
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 120 };

static void step(double *restrict out, const double *restrict in, int n) {
  for (int z = 1; z < n - 1; z++)
    for (int y = 1; y < n - 1; y++)
      for (int x = 1; x < n - 1; x++) {
        int at = (z * n + y) * n + x;
        out[at] = in[at] + 0.125 * (in[at + 1] + in[at - 1] + in[at + n] + in[at - n] + in[at + n * n] + in[at - n * n] - 6.0 * in[at]);
      }
}

int main(void) {
  static volatile int size = 80;
  int n = size;
  double *a = malloc(sizeof(double) * (size_t)(n * n * n)), *b = malloc(sizeof(double) * (size_t)(n * n * n));
  for (int z = 0; z < n; z++)
    for (int y = 0; y < n; y++)
      for (int x = 0; x < n; x++) a[(z * n + y) * n + x] = b[(z * n + y) * n + x] = (x * y + n - z) % 17 * 10.0 / n;
  for (int i = 0; i < STEPS; i++) {
    step(b, a, n);
    step(a, b, n);
  }
  double sum = 0;
  for (int i = 0; i < n; i++) sum += a[(i * n + i) * n + n / 2];
  printf("heat %.9f\n", sum);
  return 0;
}
