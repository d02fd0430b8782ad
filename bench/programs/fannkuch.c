// Pancake flipping over all permutations: short loops over small integer arrays.
#include <stdio.h>

enum { N = 10 };

int main(void) {
  int order[N], flipped[N], count[N];
  int longest = 0, checksum = 0, parity = 0, rest = N;
  for (int i = 0; i < N; i++) order[i] = i;
  for (;;) {
    for (; rest > 1; rest--) count[rest - 1] = rest;
    int flips = 0;
    for (int i = 0; i < N; i++) flipped[i] = order[i];
    for (int first; (first = flipped[0]) != 0; flips++) {
      for (int low = 0, high = first; low < high; low++, high--) {
        int t = flipped[low];
        flipped[low] = flipped[high];
        flipped[high] = t;
      }
    }
    if (flips > longest) longest = flips;
    checksum += parity ? -flips : flips;
    parity ^= 1;
    for (;;) {
      if (rest == N) {
        printf("fannkuch %d %d\n", longest, checksum);
        return 0;
      }
      int first = order[0];
      for (int i = 0; i < rest; i++) order[i] = order[i + 1];
      order[rest] = first;
      if (--count[rest] > 0) break;
      rest++;
    }
  }
}
