// What the runtime tells about itself for tests (`--runtime=checked`): each of its own buffers that it hands to the kernel.
// An observer reads these declarations at the system call and refuses every address that is neither in one of them
// nor in linear memory.
#ifndef W2E_CHECKS_H
#define W2E_CHECKS_H

#include "types.h"

enum { W2E_OWN_RANGES = 32, W2E_CHECK_FAILED = 70 };
struct w2e_own_range { u64 address, length; };
// The latest declarations, a ring.
extern struct w2e_own_range w2e_own_ranges[W2E_OWN_RANGES];
extern u32 w2e_own_next;
// Where the vectors of the process's initial stack start; their strings follow up to the end of that mapping.
extern u64 w2e_initial_stack;

void declare_own(const void *p, u64 length);
// Renews a declaration that a call in between has ended.
void declare_again(u64 address);
void declare_own_text(const char *s);
void declare_initial_stack(const void *start);
// Ends the process with a message unless `holds`. AS-safe.
void check(bool holds, const char *what);

#endif
