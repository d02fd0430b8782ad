// table.grow: the first growth moves the elements out of the executable's data into a mapping of a power of two
// of pages; later ones fill that mapping up and then double it in place or elsewhere (mremap).
#include "kernel.h"
#include "runtime.h"

enum { MREMAP_MAYMOVE = 1 };

static u64 mapping_size(u64 elements) {
    u64 bytes = HOST_PAGE;
    while (bytes < elements * sizeof(void *)) bytes *= 2;
    return bytes;
}

// Room for `size` elements, with the first table->size ones in place; NULL if there is no space.
static void **with_room(const struct w2e_table *table, u64 size) {
    u64 wanted = mapping_size(size), have = mapping_size(table->size);
    bool in_image = is_in_image(table->elements);
    if (!in_image && wanted == have) return table->elements;
    long p = in_image ? sys(SYS_mmap, 0, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                      : sys(SYS_mremap, own_bytes(table->elements, have), have, wanted, MREMAP_MAYMOVE, 0);
    if (sys_failed(p)) return NULL;
    if (in_image) memcpy((void *)p, table->elements, (u64)table->size * sizeof(void *));
    return (void **)p;
}

// The old size, or ~0.
u64 w2e_table_grow(struct w2e_table *table, u64 delta, void *init) {
    u64 old = table->size, size = old + delta;
    if (delta == 0) return old;
    if (delta > table->max - old) return ~0ul;
    void **elements = with_room(table, size);
    if (!elements) return ~0ul;
    for (u64 i = old; i < size; i++) elements[i] = init;
    table->elements = elements;
    table->size = (u32)size;
    return old;
}
