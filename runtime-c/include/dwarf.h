// Reading DWARF: integers of variable length, encoded pointers, and what .eh_frame says of one function.
// Used to unwind (core/unwind.c) and to find the landing pads of exceptions (core/throw.c). AS-safe.
#ifndef W2E_DWARF_H
#define W2E_DWARF_H

#include "runtime.h"

struct cursor {
    const u8 *at, *end;
};

struct frame_info {
    u64 pc_begin;
    u64 code_alignment;
    i64 data_alignment;
    u64 return_register;
    struct cursor initial, instructions;
    const u8 *call_sites; // in .gcc_except_table; NULL where nothing is caught
    u64 personality;
    bool signal_frame;
};

// The function whose code pc lies in; false if there is no unwind information.
bool w2e_frame_at(u64 pc, struct frame_info *info);
// Steps to the caller; false at the end of the stack.
bool w2e_frame_step(struct arch_registers *registers, const struct frame_info *info, u64 pc, bool interrupted);
// Bytes that are pushed for the call at pc and that its landing pad expects to be gone.
u64 w2e_frame_argument_bytes(const struct frame_info *info, u64 pc);

static inline u64 uleb(struct cursor *c) {
    u64 value = 0;
    for (u32 shift = 0; c->at < c->end; shift += 7) {
        u8 byte = *c->at++;
        if (shift < 64) value |= (u64)(byte & 127) << shift;
        if (!(byte & 128)) break;
    }
    return value;
}

static inline i64 sleb(struct cursor *c) {
    u64 value = 0;
    u32 shift = 0;
    u8 byte = 0;
    while (c->at < c->end) {
        byte = *c->at++;
        if (shift < 64) value |= (u64)(byte & 127) << shift;
        shift += 7;
        if (!(byte & 128)) break;
    }
    if (shift < 64 && (byte & 64)) value |= -1ul << shift;
    return (i64)value;
}

// DW_EH_PE encodings that compilers and linkers produce; the application bits are pcrel (0x10) and datarel (0x30).
static inline u64 encoded(struct cursor *c, u8 encoding, u64 data_base) {
    u64 here = (u64)c->at, value = 0;
    switch (encoding & 15) {
    case 0x0: case 0x4: case 0xc: value = load64(c->at); c->at += 8; break;
    case 0x1: value = uleb(c); break;
    case 0x3: value = load32(c->at); c->at += 4; break;
    case 0xb: value = (u64)(i64)(i32)load32(c->at); c->at += 4; break;
    case 0x2: value = load16(c->at); c->at += 2; break;
    case 0xa: value = (u64)(i64)(i16)load16(c->at); c->at += 2; break;
    default: c->at = c->end; break;
    }
    if ((encoding & 0x70) == 0x10) value += here;
    if ((encoding & 0x70) == 0x30) value += data_base;
    return value;
}

#endif
