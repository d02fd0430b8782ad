// The entry of .eh_frame that may cover an address, through the binary search table of .eh_frame_hdr (PT_GNU_EH_FRAME).
#ifndef W2E_FRAME_INDEX_H
#define W2E_FRAME_INDEX_H

#include "dwarf.h"
#include "elf.h"

static const u8 *find_frame(u64 pc) {
    const u8 *header = NULL, *phdr = __ehdr_start + load64(__ehdr_start + 32);
    for (u32 i = load16(__ehdr_start + 56); i; i--, phdr += 56)
        if (load32(phdr) == PT_GNU_EH_FRAME) header = (const u8 *)load64(phdr + 16);
    if (!header || header[0] != 1 || header[3] != 0x3b) return NULL;
    struct cursor c = {header + 4, header + 64};
    encoded(&c, header[1], (u64)header);
    u64 low = 0, high = encoded(&c, header[2], (u64)header);
    const u8 *table = c.at;
    if (high == 0 || pc < (u64)header + (u64)(i64)(i32)load32(table)) return NULL;
    while (high - low > 1) {
        u64 middle = (low + high) / 2;
        if (pc < (u64)header + (u64)(i64)(i32)load32(table + 8 * middle)) high = middle;
        else low = middle;
    }
    return header + (i32)load32(table + 8 * low + 4);
}

#endif
