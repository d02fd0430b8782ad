// table.fill, table.copy and table.init: bounds first, then whole ranges (Wasm core spec, 4.6.7).
#include "runtime.h"

// Whether `count` items from `at` on are among `size`.
static bool within(u64 at, u64 count, u64 size) { return count <= size && at <= size - count; }

void w2e_table_fill(struct w2e_table *table, u64 at, void *value, u64 count) {
    if (!within(at, count, table->size)) w2e_trap_out_of_bounds_table_access();
    for (u64 i = 0; i < count; i++) table->elements[at + i] = value;
}

void w2e_table_copy(struct w2e_table *to, const struct w2e_table *from, u64 at, u64 source, u64 count) {
    if (!within(at, count, to->size) || !within(source, count, from->size)) w2e_trap_out_of_bounds_table_access();
    memmove(to->elements + at, from->elements + source, count * sizeof(void *));
}

void w2e_table_init(struct w2e_table *table, void *const *segment, u64 length, u64 at, u64 source, u64 count) {
    if (!within(source, count, length) || !within(at, count, table->size)) w2e_trap_out_of_bounds_table_access();
    memcpy(table->elements + at, segment + source, count * sizeof(void *));
}
