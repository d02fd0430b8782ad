// The object contract between compiled modules and this runtime (docs/object-contract.md). What is here and in contract.gen.h
// is shared with codegen; everything else in the runtime may change freely.
#ifndef W2E_H
#define W2E_H

#include "contract.gen.h"
#include "types.h"
#include "variant.h"

// Provided by the compiled module; memory 0 is in variant.h.
extern const struct w2e_module w2e_module;
void w2e_init(void);
extern u32 w2e_stack_pointer W2E_WEAK;

// What the runtime calls in the module is in guest-calls.h.

// Provided by the runtime.
enum { WASM_PAGE_LOG2 = 16 }; // of memories without a page size of their own
extern u64 w2e_memory_size;
u32 w2e_memory_grow(u32 pages);
u64 w2e_memory_grow_by(u64 pages, u32 page_log2);
void w2e_memory_create(struct w2e_memory *memory);
u64 w2e_memory_extend(struct w2e_memory *memory, u64 pages);
// Copies runs, whose bytes follow each other, into a memory.
void w2e_memory_fill_runs(u8 *memory, const struct w2e_run *runs, u64 count, const u8 *bytes);
static inline bool abi_has(u32 flag) { return (w2e_module.abi_flags & flag) != 0; }
void w2e_table_create(struct w2e_table *table);
// Creates a table that is empty in the image, with `size` elements.
void w2e_table_make(struct w2e_table *table, u64 size, void *init);
u64 w2e_table_grow(struct w2e_table *table, u64 delta, void *init);
void w2e_table_fill(struct w2e_table *table, u64 at, void *value, u64 count);
void w2e_table_copy(struct w2e_table *to, const struct w2e_table *from, u64 at, u64 source, u64 count);
void w2e_table_init(struct w2e_table *table, void *const *segment, u64 length, u64 at, u64 source, u64 count);
// Calls exports on request (serving/serve.c).
void w2e_serve(w2e_served *const *exports, u32 count);
W2E_NORETURN void w2e_trap_undefined_import(const char *name);
int w2e_setjmp(void *buf) __attribute__((returns_twice));
void w2e_jump_push(void *buf);
void w2e_jump_pop(void *buf);
// Exceptions of the module (core/throw.c, core/exception-memory.c).
struct w2e_exception *w2e_exception_new(u32 tag, u32 values);
void w2e_exception_free(struct w2e_exception *exception);
W2E_NORETURN void w2e_exception_throw(struct w2e_exception *exception);
// Named by unwind tables, never called; the second of functions whose landing pads restore the stack pointer.
void w2e_personality(void);
void w2e_personality_restoring(void);
u32 w2e_atomic_wait32(u64 addr, u32 expected, i64 timeout);
u32 w2e_atomic_wait64(u64 addr, u64 expected, i64 timeout);
u32 w2e_atomic_notify(u64 addr, u32 count);
void *memcpy(void *restrict to, const void *restrict from, u64 n);
void *memmove(void *to, const void *from, u64 n);
void *memset(void *to, int byte, u64 n);
int memcmp(const void *a, const void *b, u64 n);

#endif
