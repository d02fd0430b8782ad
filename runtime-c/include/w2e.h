// The object contract between compiled modules and this runtime (docs/object-contract.md). What is here and in contract.gen.h
// is shared with codegen; everything else in the runtime may change freely.
#ifndef W2E_H
#define W2E_H

#include "contract.gen.h"
#include "types.h"
#include "variant.h"
#include <threading.h>

// Provided by the compiled module; memory 0 is in variant.h.
extern const struct w2e_module w2e_module;
void w2e_init(void);
extern PER_THREAD u32 w2e_stack_pointer W2E_WEAK; // HAS_STACK_POINTER
void w2e_thread_init(void); // in programs with threads, first in a new one

// What the runtime calls in the module is in guest-calls.h.

// Provided by the runtime, besides the functions of contract.gen.h.
enum { WASM_PAGE_LOG2 = 16 }; // of memories without a page size of their own
extern u64 w2e_memory_size;
static inline bool abi_has(u32 flag) { return (w2e_module.abi_flags & flag) != 0; }
W2E_NORETURN void w2e_trap_undefined_import(const char *name);
// Named by unwind tables, never called; the second of functions whose landing pads restore the stack pointer.
void w2e_personality(void);
void w2e_personality_restoring(void);
void *memcpy(void *restrict to, const void *restrict from, u64 n);
void *memmove(void *to, const void *from, u64 n);
void *memset(void *to, int byte, u64 n);
int memcmp(const void *a, const void *b, u64 n);

#endif
