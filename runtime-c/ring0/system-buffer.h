// Buffers that system calls read and write: in ring 0 a variable of the executable, because system calls take addresses of user space only
// and addresses of the stack never leave a frame.
#ifndef W2E_SYSTEM_BUFFER_H
#define W2E_SYSTEM_BUFFER_H

#include "ring0.h"

#define SYSTEM_BUFFER(type, name) \
    type *const name = (type *)w2e_system_buffer; \
    _Static_assert(sizeof(type) <= W2E_SYSTEM_BUFFER_SIZE, "a buffer for system calls")

#endif
