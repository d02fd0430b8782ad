// Linear memories after the first: a mapping each, of whole pages of the host, which may move when it grows. Compiled
// code reads base and size before each access, and nothing else points into them.
#include "kernel.h"
#include "message.h"
#include "runtime.h"

enum { MREMAP_MAYMOVE = 1 };

static u64 mapping_size(u64 bytes) { return (bytes + HOST_PAGE - 1) & ~(u64)(HOST_PAGE - 1); }

// A mapping of `wanted` bytes in place of one of `have`; NULL if there is no space.
static u8 *mapping(u8 *base, u64 have, u64 wanted) {
    long p = have ? sys(SYS_mremap, own_bytes(base, have), have, wanted, MREMAP_MAYMOVE, 0)
                  : sys(SYS_mmap, 0, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return sys_failed(p) ? NULL : (u8 *)p;
}

void w2e_memory_create(struct w2e_memory *memory) {
    u64 bytes = mapping_size(memory->size);
    if (!bytes) return;
    memory->base = mapping(NULL, 0, bytes);
    if (!memory->base) w2e_fatal("wasm2elf: no address space for the module's memories", W2E_TRAP_STATUS);
}

// The old size in pages, or ~0.
u64 w2e_memory_extend(struct w2e_memory *memory, u64 pages) {
    u64 old = memory->size, have = mapping_size(old);
    if (pages > (memory->max - old) >> memory->page_log2) return ~0ul;
    u64 size = old + (pages << memory->page_log2), wanted = mapping_size(size);
    if (wanted > have) {
        u8 *base = mapping(memory->base, have, wanted);
        if (!base) return ~0ul;
        memory->base = base;
    }
    memory->size = size;
    return old >> memory->page_log2;
}
