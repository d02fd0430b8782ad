// POSIX semaphores as the module has them.
#ifndef W2E_SEMAPHORES_H
#define W2E_SEMAPHORES_H

enum { SEM_SIZE = 16, SEM_VALUE_MAX = 0x7fffffff };

#endif
