// Linear memory 0: its segments are PT_LOADs of the executable; the gaps and the tail are mapped here, and the
// rest of the 8 GiB + 64 KiB reservation stays inaccessible, so that an access out of bounds faults.
#include "kernel.h"
#include "message.h"
#include "runtime.h"

u64 w2e_memory_size;

enum { PT_LOAD = 1, WASM_PAGE = 65536 };

struct elf_program_header {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};
extern const u8 __ehdr_start[];

static W2E_NORETURN void reservation_failed(long error) {
    struct message m;
    message_start(&m);
    message_text(&m, "wasm2elf: cannot reserve address space for the module's memory at ");
    message_hex(&m, (u64)w2e_memory);
    if (error == -ENOMEM)
        message_text(&m, ": the address-space limit (ulimit -v) is too low for 8 GiB; raise it, or compile with --memory=check");
    else
        message_text(&m, ": something else is mapped there; compile with --memory=check");
    message_text(&m, "\n");
    message_write(&m, STDERR);
    w2e_exit_process(W2E_TRAP_STATUS);
}

static void map(u64 from, u64 to, u32 protection) {
    if (from >= to) return;
    u32 flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    long p = sys(SYS_mmap, from, to - from, protection, flags, -1, 0);
    if (p != (long)from) reservation_failed(p);
}

// The part of [from, to) below `limit` is memory, the rest reservation.
static void map_gap(u64 from, u64 to, u64 limit) {
    u64 middle = limit < from ? from : limit < to ? limit : to;
    map(from, middle, PROT_READ | PROT_WRITE);
    map(middle, to, PROT_NONE);
}

void w2e_map_memory(void) {
    if (!w2e_module.has_memory) return;
    u64 base = (u64)w2e_memory, at = base;
    u64 limit = base + w2e_module.memory_initial_bytes, end = base + W2E_RESERVATION;
    w2e_memory_size = w2e_module.memory_initial_bytes;
    const struct elf_program_header *header = (const void *)(__ehdr_start + load64(__ehdr_start + 32));
    u32 count = load16(__ehdr_start + 56);
    // Program headers are sorted by address (gABI).
    for (u32 i = 0; i < count; i++) {
        if (header[i].type != PT_LOAD || header[i].vaddr < base || header[i].vaddr >= end) continue;
        u64 from = header[i].vaddr & ~(u64)(HOST_PAGE - 1);
        u64 to = (header[i].vaddr + header[i].memsz + HOST_PAGE - 1) & ~(u64)(HOST_PAGE - 1);
        map_gap(at, from, limit);
        at = to;
    }
    map_gap(at, end, limit);
}

u32 w2e_memory_grow(u32 pages) {
    u64 old = w2e_memory_size, size = old + (u64)pages * WASM_PAGE;
    if (pages == 0) return (u32)(old / WASM_PAGE);
    if (size > w2e_module.memory_max_bytes || size > 0x100000000ul) return (u32)-1;
    long r = sys(SYS_mprotect, w2e_memory + old, size - old, PROT_READ | PROT_WRITE);
    if (r) return (u32)-1;
    w2e_memory_size = size;
    return (u32)(old / WASM_PAGE);
}
