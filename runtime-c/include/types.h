// Integer types named as in the WebAssembly specification's C bindings, and the attributes used everywhere.
#ifndef W2E_TYPES_H
#define W2E_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef signed char i8;
typedef short i16;
typedef int i32;
typedef long i64;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

#define W2E_WEAK __attribute__((weak))
#define W2E_NORETURN __attribute__((noreturn))
// For large arrays of the runtime of which only what was written is read: others are zeroed (build.sh).
#define W2E_UNINITIALIZED __attribute__((uninitialized))
#define W2E_NOINLINE __attribute__((noinline))
#define W2E_COUNT(array) (sizeof(array) / sizeof((array)[0]))

// Loads and stores of guest or kernel records at addresses that need not be aligned. Another process may write to guest
// memory at any time, so a load is one load: what was checked is what is used.
typedef u16 u16_any __attribute__((aligned(1), may_alias));
typedef u32 u32_any __attribute__((aligned(1), may_alias));
typedef u64 u64_any __attribute__((aligned(1), may_alias));

static inline u16 load16(const void *p) { return *(const volatile u16_any *)p; }
static inline u32 load32(const void *p) { return *(const volatile u32_any *)p; }
static inline u64 load64(const void *p) { return *(const volatile u64_any *)p; }
static inline void store16(void *p, u16 v) { *(u16_any *)p = v; }
static inline void store32(void *p, u32 v) { *(u32_any *)p = v; }
static inline void store64(void *p, u64 v) { *(u64_any *)p = v; }

#endif
