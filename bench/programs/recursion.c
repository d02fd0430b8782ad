// Direct calls that cannot all be inlined: Fibonacci numbers, the Ackermann function, queens on a board.
#include <stdint.h>
#include <stdio.h>

static uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static uint32_t ackermann(uint32_t m, uint32_t n) {
  if (m == 0) return n + 1;
  return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static uint32_t queens(uint32_t all, uint32_t columns, uint32_t rising, uint32_t falling) {
  if (columns == all) return 1;
  uint32_t count = 0;
  for (uint32_t open = all & ~(columns | rising | falling); open; open &= open - 1) {
    uint32_t bit = open & -open;
    count += queens(all, columns | bit, (rising | bit) << 1, (falling | bit) >> 1);
  }
  return count;
}

int main(void) {
  uint32_t deep = 0;
  for (int i = 0; i < 20; i++) deep += ackermann(2, 900 + i);
  printf("recursion %u %u %u\n", fibonacci(38), deep, queens((1u << 13) - 1, 0, 0, 0));
  return 0;
}
