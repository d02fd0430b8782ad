// Linear memories after the first: address space for as much as each may grow to (reserve.c), of which the current size
// is accessible. Compiled code compares with the size before each access.
#include "hold.h"
#include "host.h"
#include "message.h"
#include "reserve.h"
#include "runtime.h"

static const u64 reserved_max = 1ul << 38; // of memories with 64-bit addresses

static bool allow(const struct w2e_memory *memory, u64 from, u64 to) {
    return from == to || host_protect(own_bytes(memory->base + from, to - from), to - from, PROT_READ | PROT_WRITE) == 0;
}

void w2e_memory_create(struct w2e_memory *memory) {
    u64 size = whole_host_pages(memory->size), most = memory->max < reserved_max ? memory->max : reserved_max, reserved;
    if (most < size) most = size;
    if (!most) return;
    memory->base = reserve_space(size, most, PROT_NONE, &reserved);
    if ((!memory->base && size) || !allow(memory, 0, size)) w2e_fatal("wasm2elf: no address space for the module's memories", W2E_TRAP_STATUS);
    if (reserved < memory->max) memory->max = reserved;
}

// While held.
static u64 extend(struct w2e_memory *memory, u64 pages) {
    u64 old = memory->size;
    if (pages > (memory->max - old) >> memory->page_log2) return ~0ul;
    u64 size = old + (pages << memory->page_log2);
    if (!allow(memory, whole_host_pages(old), whole_host_pages(size))) return ~0ul;
    memory->size = size;
    return old >> memory->page_log2;
}

// The old size in pages, or ~0.
u64 w2e_memory_extend(struct w2e_memory *memory, u64 pages) {
    hold();
    u64 old = extend(memory, pages);
    release();
    return old;
}
