// Buffers that system calls read and write, in files that are compiled for ring 0 as well: here on the stack.
// ring0/system-buffer.h is the other one.
#ifndef W2E_SYSTEM_BUFFER_H
#define W2E_SYSTEM_BUFFER_H

#include "types.h"

// Declares `name`, a pointer to a buffer of the type. A function has one, and none of those that it calls.
#define SYSTEM_BUFFER(type, name) \
    type name##_place; \
    type *const name = &name##_place

#endif
