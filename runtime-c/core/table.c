// table.fill, table.copy and table.init: bounds first, then whole ranges (Wasm core spec, 4.6.7).
#include "runtime.h"

void w2e_table_fill(struct w2e_table *table, u32 at, void *value, u32 count) {
    if ((u64)at + count > table->size) w2e_trap_out_of_bounds_table_access();
    for (u32 i = 0; i < count; i++) table->elements[at + i] = value;
}

void w2e_table_copy(struct w2e_table *to, const struct w2e_table *from, u32 at, u32 source, u32 count) {
    if ((u64)at + count > to->size || (u64)source + count > from->size) w2e_trap_out_of_bounds_table_access();
    memmove(to->elements + at, from->elements + source, (u64)count * sizeof(void *));
}

void w2e_table_init(struct w2e_table *table, void *const *segment, u32 length, u32 at, u32 source, u32 count) {
    if ((u64)source + count > length || (u64)at + count > table->size) w2e_trap_out_of_bounds_table_access();
    memcpy(table->elements + at, segment + source, (u64)count * sizeof(void *));
}
