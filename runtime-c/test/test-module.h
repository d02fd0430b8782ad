// What the modules in C that test the runtime alone have in common (module.c, calls.c): a memory of 16 pages with 1024 bytes of data,
// a stack down from 64 KiB and an allocator that only takes, from 256 KiB on; output. ABI_FLAGS and PAGES_MAX may be given to
// the compiler.
#ifndef TEST_MODULE_H
#define TEST_MODULE_H

#include "imports.gen.h"
#include "text.h"
#include "w2e.h"

#ifndef ABI_FLAGS
#define ABI_FLAGS 0
#endif
#ifndef PAGES_MAX
#define PAGES_MAX 32
#endif

enum { PAGE = 65536, STACK_TOP = PAGE, SCRATCH = 2048 };

__attribute__((section(".memory"))) u8 data_segment[1024] = "data segment";
const struct w2e_module w2e_module = {1, 0, 16 * PAGE, PAGES_MAX * (u64)PAGE, 0, ABI_FLAGS, 0};
u32 w2e_stack_pointer = STACK_TOP;
static u32 heap = 4 * PAGE;

static char *at(u32 address) { return (char *)w2e_memory + address; }

void w2e_init(void) {}
u32 w2e_export_stackAlloc(u32 size) { return w2e_stack_pointer = (w2e_stack_pointer - size) & ~15u; }
u32 w2e_export_memalign(u32 alignment, u32 size) {
    u32 block = (heap + alignment - 1) & -alignment;
    heap = block + size;
    return heap <= w2e_memory_size ? block : 0;
}
u32 w2e_export_malloc(u32 size) { return w2e_export_memalign(16, size); }
void w2e_export_free(u32 block) { (void)block; }
u32 w2e_export___errno_location(void) { return 1016; }

static void print(const char *text) {
    u32 n = (u32)text_length(text);
    memcpy(at(SCRATCH + 16), text, n);
    store32(at(SCRATCH), SCRATCH + 16);
    store32(at(SCRATCH + 4), n);
    w2e_wasi_fd_write(1, SCRATCH, 1, SCRATCH + 8);
}
// A line with a number.
static void say(i64 value) {
    char text[24] = {0}, *p = text + 22;
    u64 v = value < 0 ? 0 - (u64)value : (u64)value;
    do *--p = (char)('0' + v % 10);
    while (v /= 10);
    if (value < 0) *--p = '-';
    print(p);
    print("\n");
}
static u32 put(u32 address, const char *text) {
    memcpy(at(address), text, text_length(text) + 1);
    return address;
}

#endif
