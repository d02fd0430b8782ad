// What exceptions cost, one case per program (-DCASE=name): a throw that is caught one frame away, or beyond twenty frames with
// destructors; a call in a try block where nothing is thrown, and the same call without.
#include <cstdio>

namespace {

struct Guard {
  unsigned *count;
  ~Guard() { ++*count; }
};

__attribute__((noinline)) void throwIfBelow(unsigned value, unsigned bound) {
  if (value < bound) throw value;
}

// For throws: called by address, so that no compiler sees what is thrown where.
void (*volatile throwIf)(unsigned, unsigned) = throwIfBelow;

unsigned descend(unsigned depth, unsigned value, unsigned *count);
unsigned (*volatile descendAgain)(unsigned, unsigned, unsigned *) = descend;

unsigned descend(unsigned depth, unsigned value, unsigned *count) {
  Guard guard{count};
  if (depth == 0) throwIf(value, ~0u);
  return descendAgain(depth - 1, value, count) + 1;
}

unsigned near() {
  unsigned sum = 0;
  for (unsigned i = 0; i < 400000; i++) {
    try {
      throwIf(i, ~0u);
    } catch (unsigned value) {
      sum = sum * 3 + value;
    }
  }
  return sum;
}

unsigned far() {
  unsigned sum = 0, guards = 0;
  for (unsigned i = 0; i < 20000; i++) {
    try {
      sum += descend(20, i, &guards);
    } catch (unsigned value) {
      sum = sum * 3 + value;
    }
  }
  return sum + guards;
}

// Known at run time only.
volatile unsigned lowest = 0;

unsigned guarded() {
  unsigned sum = 0, bound = lowest;
  for (unsigned i = 0; i < 100000000; i += 2) {
    try {
      throwIfBelow(i, bound);
      sum = sum * 3 + i;
      throwIfBelow(i, bound);
    } catch (unsigned value) {
      sum += value;
    }
  }
  return sum;
}

unsigned plain() {
  unsigned sum = 0, bound = lowest;
  for (unsigned i = 0; i < 100000000; i += 2) {
    throwIfBelow(i, bound);
    sum = sum * 3 + i;
    throwIfBelow(i, bound);
  }
  return sum;
}

} // namespace

int main() {
  std::printf("%u\n", CASE());
  return 0;
}
