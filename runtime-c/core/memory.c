// Linear memory 0: its segments are PT_LOADs of the executable; the gaps and the tail are mapped here, and the
// rest of the 8 GiB + 64 KiB reservation stays inaccessible, so that an access out of bounds faults. A module that
// checks bounds itself (ABI_CHECKED_MEMORY) gets what exists and nothing more, so address space may be limited.
#include "elf.h"
#include "guest.h"
#include "hold.h"
#include "host.h"
#include "message.h"
#include "reserve.h"
#include "runtime.h"

u64 w2e_memory_size;

static W2E_NORETURN void mapping_failed(long error) {
    struct message m;
    message_start(&m);
    message_text(&m, "wasm2elf: cannot map the module's memory at ");
    message_hex(&m, (u64)w2e_memory);
    message_text(&m, error == -ENOMEM ? ": the address-space limit (ulimit -v) is too low" : ": something else is mapped there");
    if (!abi_has(ABI_CHECKED_MEMORY)) message_text(&m, " for 8 GiB; compile with --memory=check, which maps only what is in use");
    message_text(&m, "\n");
    message_write(&m, STDERR);
    w2e_exit_process(W2E_TRAP_STATUS);
}

static void map(u64 from, u64 to, u32 protection) {
    if (from >= to) return;
    long p = host_map_at(from, to - from, protection);
    if (p != (long)from) mapping_failed(p);
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
    u64 limit = base + whole_host_pages(w2e_module.memory_initial_bytes);
    u64 end = abi_has(ABI_CHECKED_MEMORY) ? limit : base + W2E_RESERVATION;
    w2e_memory_size = w2e_module.memory_initial_bytes;
    const struct elf_program_header *header = (const void *)(__ehdr_start + load64(__ehdr_start + 32));
    u32 count = load16(__ehdr_start + 56);
    // Program headers are sorted by address (gABI).
    for (u32 i = 0; i < count; i++) {
        if (header[i].type != PT_LOAD || header[i].vaddr < base || header[i].vaddr >= end) continue;
        u64 from = header[i].vaddr & ~(u64)(HOST_PAGE - 1);
        u64 to = whole_host_pages(header[i].vaddr + header[i].memsz);
        map_gap(at, from, limit);
        at = to;
    }
    map_gap(at, end, limit);
}

// Makes [w2e_memory + from, + size) usable.
static bool extend(u64 from, u64 size) {
    struct kernel_address start = guest_checked(from);
    if (!abi_has(ABI_CHECKED_MEMORY)) return host_protect(start, size, PROT_READ | PROT_WRITE) == 0;
    long p = host_map_at(start.value, size, PROT_READ | PROT_WRITE);
    if (p == (long)start.value) return true;
    // Kernels before 4.17 take MAP_FIXED_NOREPLACE for a hint.
    if (!sys_failed(p)) host_unmap((u64)p, size);
    return false;
}

// While held.
static u64 grow(u64 pages, u32 page_log2) {
    u64 old = w2e_memory_size;
    if (pages > (w2e_module.memory_max_bytes - old) >> page_log2) return ~0ul;
    u64 size = old + (pages << page_log2), from = whole_host_pages(old), to = whole_host_pages(size);
    if (to > from && !extend(from, to - from)) return ~0ul;
    w2e_memory_size = size;
    return old >> page_log2;
}

// Grows by pages of another size or number than memory.grow of 32 bits; the old size in pages, or ~0.
u64 w2e_memory_grow_by(u64 pages, u32 page_log2) {
    hold();
    u64 old = grow(pages, page_log2);
    release();
    return old;
}

u32 w2e_memory_grow(u32 pages) { return (u32)w2e_memory_grow_by(pages, WASM_PAGE_LOG2); }
