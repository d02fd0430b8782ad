// reallocarray, which musl has had since 1.2.2 and Emscripten's has not.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

void *reallocarray(void *block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return 0;
  }
  return realloc(block, bytes);
}
