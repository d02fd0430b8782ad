// Calls from a foreign program into the module: what the files of embed/ share, and what generated code calls.
#ifndef W2E_EMBED_H
#define W2E_EMBED_H

#include "runtime.h"
#include "embedding.gen.h"

// A call that is under way, on the native stack of its caller. Compiled code reserves W2E_ENTRY_SIZE bytes for it.
struct w2e_entry {
    u64 resume[W2E_JUMP_BUFFER / 8]; // first: w2e_setjmp is called with the entry's address
    struct w2e_entry *outer;
    struct arch_float_control float_control;
    u32 status;
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct w2e_entry) <= W2E_ENTRY_SIZE, "runtime-c/tables/contract.ts");

// The innermost call; NULL while none is under way.
extern struct w2e_entry *w2e_entry;

// Ends the innermost call with a status. `detail` is kept as it is.
W2E_NORETURN void w2e_end_call(u32 status, const char *detail);

// end.c: the module made this process by a fork, so that it ends with the module.
extern bool w2e_own_process;

// memory.c: false if there is no address space.
bool w2e_reserve_memory(void);
// Bytes reserved for memory 0, of which the first w2e_memory_size are accessible.
extern u64 w2e_memory_reserved;

// fault.c: an alternate signal stack for the calling thread, if it has none.
bool w2e_prepare_thread(void);

// The code of this object, compiled functions and runtime; defined by the linker script for objects.
extern const u8 w2e_code_start[], w2e_code_end[];

#endif
