// Escape times of the Mandelbrot set: a loop-carried chain of double arithmetic without memory.
#include <stdint.h>
#include <stdio.h>

enum { WIDTH = 640, HEIGHT = 480, LIMIT = 1200 };

static uint32_t escape_time(double cx, double cy) {
  double x = 0, y = 0;
  uint32_t n = 0;
  while (n < LIMIT && x * x + y * y < 4) {
    double t = x * x - y * y + cx;
    y = 2 * x * y + cy;
    x = t;
    n++;
  }
  return n;
}

int main(void) {
  uint64_t sum = 0;
  for (int row = 0; row < HEIGHT; row++)
    for (int column = 0; column < WIDTH; column++)
      sum += escape_time(-2.2 + 3.2 * column / WIDTH, -1.2 + 2.4 * row / HEIGHT);
  printf("mandelbrot %llu\n", (unsigned long long)sum);
  return 0;
}
