// What Emscripten's allocator has, and its header does not declare. The numbers are that allocator's.
#include_next <malloc.h>
#ifndef W2E_MALLOC_H
#define W2E_MALLOC_H

#define M_TRIM_THRESHOLD (-1)
#define M_MMAP_THRESHOLD (-3)

#ifdef __cplusplus
extern "C" {
#endif

int mallopt(int parameter, int value);
int malloc_trim(size_t pad);

#ifdef __cplusplus
}
#endif

#endif
