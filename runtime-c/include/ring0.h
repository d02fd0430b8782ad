// What code for ring 0 takes of the executable beside it.
#ifndef W2E_RING0_H
#define W2E_RING0_H

#include "types.h"

// launcher/launcher.c: where system calls that are made in ring 0 read and write (ring0/system-buffer.h).
enum { W2E_SYSTEM_BUFFER_SIZE = 16384 };
extern u8 w2e_system_buffer[W2E_SYSTEM_BUFFER_SIZE];
// The address of w2e_getdents_mark (runtime.h): 0 where it is not. Code for ring 0 has no table of addresses (GOT) for weak symbols.
extern const u64 w2e_getdents_address;

#endif
