// Tables that the module grows get room for all that they may hold at instantiation, and never move (reserve.c).
#include "hold.h"
#include "kernel.h"
#include "message.h"
#include "reserve.h"
#include "runtime.h"
#include <threading.h>

enum { ELEMENTS_MAX = 10000000 }; // the limit that engines agreed on (JavaScript API, 5.10)

void w2e_table_create(struct w2e_table *table) {
    u64 size = table->size, most = table->max < ELEMENTS_MAX ? table->max : ELEMENTS_MAX, reserved;
    void **elements = NULL;
    if (most > size || (WITH_THREADS && most)) elements = (void **)reserve_space(size * sizeof(void *), most * sizeof(void *), PROT_READ | PROT_WRITE, &reserved);
    if (!elements) {
        table->max = table->size; // it stays where it is, and does not grow
        return;
    }
    note_thread_pages(elements, reserved);
    memcpy(elements, table->elements, size * sizeof(void *));
    table->elements = elements;
    table->max = (u32)(most < reserved / sizeof(void *) ? most : reserved / sizeof(void *));
}

// While held.
static u64 grow(struct w2e_table *table, u64 delta, void *init) {
    u64 old = table->size;
    if (delta > table->max - old) return ~0ul;
    // What no table had yet is null.
    if (init) for (u64 i = old; i < old + delta; i++) table->elements[i] = init;
    table->size = (u32)(old + delta);
    return old;
}

// The old size, or ~0.
u64 w2e_table_grow(struct w2e_table *table, u64 delta, void *init) {
    hold_own();
    u64 old = grow(table, delta, init);
    release_own();
    return old;
}

void w2e_table_make(struct w2e_table *table, u64 size, void *init) {
    w2e_table_create(table);
    if (w2e_table_grow(table, size, init) == ~0ul) w2e_fatal("wasm2elf: no address space for the module's tables", W2E_TRAP_STATUS);
}
