// The entry of .eh_frame that may cover an address in an object for foreign programs. Whether these have a search table depends
// on how they are linked, so the object brings a copy of its entries and a table of its own (linker/frame-table.ts).
#ifndef W2E_FRAME_INDEX_H
#define W2E_FRAME_INDEX_H

#include "dwarf.h"
#include "embed.h"

// Sorted; both are offsets, one from the beginning of the object's code, the other in the copy.
struct frame_row {
    u32 code, entry;
};
struct frame_index {
    u32 count, reserved;
    struct frame_row rows[];
};
extern const u8 w2e_frames[];
extern const struct frame_index w2e_frame_index;

static const u8 *find_frame(u64 pc) {
    const struct frame_row *rows = w2e_frame_index.rows;
    u64 at = pc - (u64)w2e_code_start, low = 0, high = w2e_frame_index.count;
    if (high == 0 || at < rows[0].code) return NULL;
    while (high - low > 1) {
        u64 middle = (low + high) / 2;
        if (at < rows[middle].code) high = middle;
        else low = middle;
    }
    return w2e_frames + rows[low].entry;
}

#endif
