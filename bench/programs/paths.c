// Shortest paths between all pairs of nodes, by Floyd and Warshall: integer minimum in the inner loop.
#include <stdint.h>
#include <stdio.h>

enum { N = 400, ROUNDS = 6 };

static int32_t distance[N][N];

static void relax(void) {
  for (int k = 0; k < N; k++)
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) {
        int32_t through = distance[i][k] + distance[k][j];
        distance[i][j] = distance[i][j] < through ? distance[i][j] : through;
      }
}

int main(void) {
  uint32_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) distance[i][j] = (i * j + round) % 7 + 1 + ((i + j) % 13 == 0 || (i + j) % 7 == 0 ? 999 : 0);
    relax();
    for (int i = 0; i < N; i++) sum = sum * 31 + (uint32_t)distance[i][N - 1 - i];
  }
  printf("paths %u\n", sum);
  return 0;
}
