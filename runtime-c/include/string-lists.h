// WASI's way of handing over a list of strings: first the count and total size, then pointers and bytes.
#ifndef W2E_STRING_LISTS_H
#define W2E_STRING_LISTS_H

#include "types.h"

u32 put_string_sizes(char **strings, u32 count_to, u32 size_to);
// The pointers lead to the copies in `buffer`, or to copies made before at `already_at`.
u32 put_strings(char **strings, u32 pointers, u32 buffer, u32 already_at);

#endif
