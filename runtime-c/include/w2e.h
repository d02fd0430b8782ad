// The object contract between compiled modules and this runtime (ARCHITECTURE.md, "The object contract").
// Names on this page are shared with codegen; everything else in the runtime may change freely.
#ifndef W2E_H
#define W2E_H

#include "types.h"
#include "variant.h"

struct w2e_module {
    u32 has_memory;
    u32 memory_shared;
    u64 memory_initial_bytes;
    u64 memory_max_bytes;
    u64 stack_size; // 0: the process's own stack
    u32 abi_flags; // ABI_*
    u32 reserved;
};
// 64-bit time_t; compact struct stat; explicit bounds checks, which need no reservation behind memory 0.
enum { ABI_TIME64 = 1, ABI_COMPACT_STAT = 2, ABI_CHECKED_MEMORY = 4 };

// A memory after the first. `base` is NULL where `size` has always been 0.
struct w2e_memory {
    u8 *base;
    u64 size; // bytes
    u64 max;  // bytes
    u32 page_log2;
    u32 reserved;
};

struct w2e_table {
    void **elements;
    u32 size;
    u32 max;
};

// Provided by the compiled module; memory 0 is in variant.h.
extern const struct w2e_module w2e_module;
void w2e_init(void);
extern u32 w2e_stack_pointer W2E_WEAK;

// What the runtime calls in the module is in guest-calls.h.

// Provided by the runtime.
extern u64 w2e_memory_size;
u32 w2e_memory_grow(u32 pages);
u64 w2e_memory_grow_by(u64 pages, u32 page_log2);
void w2e_memory_create(struct w2e_memory *memory);
u64 w2e_memory_extend(struct w2e_memory *memory, u64 pages);
// Where a run of a memory's initial data goes, and its bytes.
struct w2e_run {
    u64 start, length;
};
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
// Calls exports on request (core/serve.c); each reads its arguments and writes its results in 16-byte slots.
typedef void w2e_served(const void *arguments, void *results);
void w2e_serve(w2e_served *const *exports, u32 count);
W2E_NORETURN void w2e_trap_undefined_import(const char *name);
enum { W2E_JUMP_BUFFER = 192 }; // bytes, aligned to 16: room for the callee-saved registers of every architecture
int w2e_setjmp(void *buf) __attribute__((returns_twice));
void w2e_jump_push(void *buf);
void w2e_jump_pop(void *buf);
// Exceptions of the module (core/throw.c, core/exception-memory.c).
struct w2e_exception {
    u32 tag;
    u16 kept; // the module may refer to it: only a collection frees it
    u8 size_class;
    u8 state;
    struct w2e_exception *next; // that is free or to be scanned
    u8 values[][16];
};
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
