// Linear memory 0 in a foreign program: address space wherever the kernel has room, of which the module's size is
// accessible. With guard pages 8 GiB + 64 KiB; with explicit checks what the module may grow to, or as much of that as
// there is. It never moves, so pointers into it hold.
#include "embed.h"
#include "hold.h"
#include "host.h"
#include "reserve.h"

u8 *w2e_memory;
u64 w2e_memory_size, w2e_memory_reserved;

static void (*growth_notice)(void *data, u64 size);
static void *growth_data;

static bool extend(u64 from, u64 to) { return from == to || host_protect(own_bytes(w2e_memory + from, to - from), to - from, PROT_READ | PROT_WRITE) == 0; }

bool w2e_reserve_memory(void) {
    if (!w2e_module.has_memory) return true;
    bool checked = abi_has(ABI_CHECKED_MEMORY);
    u64 initial = whole_host_pages(w2e_module.memory_initial_bytes);
    // One page more stays inaccessible: the kernel reads strings up to their NUL.
    u64 least = checked ? initial : W2E_RESERVATION, most = checked ? w2e_module.memory_max_bytes : W2E_RESERVATION;
    w2e_memory = reserve_space(least + HOST_PAGE, most + HOST_PAGE, PROT_NONE, &w2e_memory_reserved);
    if (!w2e_memory) return checked && initial == 0;
    w2e_memory_reserved -= HOST_PAGE;
    if (!extend(0, initial)) return false;
    w2e_memory_size = w2e_module.memory_initial_bytes;
    return true;
}

// The old size in pages, or ~0. While held.
static u64 grow(u64 pages, u32 page_log2) {
    u64 old = w2e_memory_size;
    if (pages > (w2e_module.memory_max_bytes - old) >> page_log2) return ~0ul;
    u64 size = old + (pages << page_log2), to = whole_host_pages(size);
    if (to > w2e_memory_reserved || !extend(whole_host_pages(old), to)) return ~0ul;
    w2e_memory_size = size;
    return old >> page_log2;
}

u64 w2e_memory_grow_by(u64 pages, u32 page_log2) {
    hold();
    u64 old = grow(pages, page_log2);
    release();
    if (~old && pages && growth_notice) growth_notice(growth_data, w2e_memory_size);
    return old;
}

u32 w2e_memory_grow(u32 pages) { return (u32)w2e_memory_grow_by(pages, WASM_PAGE_LOG2); }

// ---- for the program

u8 *w2e_api_memory(void) { return w2e_memory; }
u64 w2e_api_memory_size(void) { return w2e_memory_size; }
u64 w2e_api_memory_grow(u64 pages) { return w2e_memory_grow_by(pages, WASM_PAGE_LOG2); }

void w2e_api_on_memory_growth(void (*function)(void *data, u64 size), void *data) {
    growth_notice = function;
    growth_data = data;
}

void *w2e_api_memory_at(u64 address, u64 length) {
    return address <= w2e_memory_size && length <= w2e_memory_size - address ? w2e_memory + address : NULL;
}

u32 w2e_api_memory_read(u64 address, void *to, u64 length) {
    const void *from = w2e_api_memory_at(address, length);
    if (!from && length) return W2E_TRAP_OUT_OF_BOUNDS_MEMORY_ACCESS;
    if (length) memmove(to, from, length);
    return W2E_OK;
}

u32 w2e_api_memory_write(u64 address, const void *from, u64 length) {
    void *to = w2e_api_memory_at(address, length);
    if (!to && length) return W2E_TRAP_OUT_OF_BOUNDS_MEMORY_ACCESS;
    if (length) memmove(to, from, length);
    return W2E_OK;
}
