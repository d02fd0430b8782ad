// Call-frame unwinding by DWARF CFI, of functions that frame-index.h finds.
// DWARF 5 section 6.4 and the LSB's exception-frame encoding; no CFA expressions: a frame that has one ends the walk.
// Only registers that calls preserve, the stack pointer and the program counter are meaningful. AS-safe.
#include "dwarf.h"
#include "frame-index.h"
#include "kernel.h"

enum { REMEMBERED_MAX = 4, INDIRECT = 0x80 };
enum rule { SAME, AT_CFA_OFFSET, IS_CFA_OFFSET, IN_REGISTER, UNDEFINED };

struct row {
    u64 cfa_register;
    i64 cfa_offset;
    u64 argument_bytes; // on the stack, pushed for a call
    u8 rule[ARCH_REGISTERS];
    i64 offset[ARCH_REGISTERS];
};

static bool parse_fde(const u8 *fde, u64 pc, struct frame_info *info) {
    struct cursor c = {fde + 8, fde + 4 + load32(fde)};
    const u8 *cie = fde + 4 - load32(fde + 4);
    struct cursor d = {cie + 9, cie + 4 + load32(cie)};
    const char *augmentation = (const char *)d.at;
    while (d.at < d.end && *d.at) d.at++;
    d.at++;
    u8 encoding = 0, table_encoding = 0xff;
    *info = (struct frame_info){0};
    info->code_alignment = uleb(&d);
    info->data_alignment = sleb(&d);
    info->return_register = uleb(&d);
    bool augmented = augmentation[0] == 'z';
    if (augmented) {
        u64 length = uleb(&d);
        struct cursor a = {d.at, d.at + length};
        for (const char *p = augmentation + 1; *p; p++) {
            if (*p == 'R') encoding = *a.at++;
            else if (*p == 'L') table_encoding = *a.at++;
            else if (*p == 'P') {
                u8 e = *a.at++;
                u64 at = encoded(&a, e, 0);
                info->personality = e & INDIRECT ? load64((const void *)at) : at;
            }
            else if (*p == 'S') info->signal_frame = true;
        }
        d.at += length;
    }
    info->pc_begin = encoded(&c, encoding, 0);
    u64 range = encoded(&c, encoding & 15, 0);
    if (augmented) {
        u64 length = uleb(&c);
        struct cursor a = {c.at, c.at + length};
        // An absent table is zero before the base is added.
        struct cursor raw = a;
        if (table_encoding != 0xff && encoded(&raw, table_encoding & 15, 0)) info->call_sites = (const u8 *)encoded(&a, table_encoding, 0);
        c.at += length;
    }
    info->initial = d;
    info->instructions = c;
    return pc - info->pc_begin < range;
}

static void set_rule(struct row *row, u64 reg, enum rule rule, i64 offset) {
    reg = arch_register_index(reg);
    if (reg >= ARCH_REGISTERS) return;
    row->rule[reg] = (u8)rule;
    row->offset[reg] = offset;
}

static void restore_rule(struct row *row, const struct row *initial, u64 reg) {
    u64 index = arch_register_index(reg);
    if (index < ARCH_REGISTERS) set_rule(row, reg, (enum rule)initial->rule[index], initial->offset[index]);
}

// Runs CFA instructions up to pc; false for what is not supported.
static bool run(struct cursor c, const struct frame_info *info, u64 pc, struct row *row, const struct row *initial) {
    struct row remembered[REMEMBERED_MAX];
    u32 depth = 0;
    u64 at = info->pc_begin, reg;
    while (c.at < c.end && at <= pc) {
        u8 op = *c.at++, low = op & 63;
        switch (op >> 6) {
        case 1: at += low * info->code_alignment; continue;
        case 2: set_rule(row, low, AT_CFA_OFFSET, (i64)uleb(&c) * info->data_alignment); continue;
        case 3: restore_rule(row, initial, low); continue;
        }
        switch (op) {
        case 0x00: break;
        case 0x01: at = load64(c.at); c.at += 8; break;
        case 0x02: at += *c.at * info->code_alignment; c.at += 1; break;
        case 0x03: at += load16(c.at) * info->code_alignment; c.at += 2; break;
        case 0x04: at += load32(c.at) * info->code_alignment; c.at += 4; break;
        case 0x05: reg = uleb(&c); set_rule(row, reg, AT_CFA_OFFSET, (i64)uleb(&c) * info->data_alignment); break;
        case 0x06: restore_rule(row, initial, uleb(&c)); break;
        case 0x07: set_rule(row, uleb(&c), UNDEFINED, 0); break;
        case 0x08: set_rule(row, uleb(&c), SAME, 0); break;
        case 0x09: reg = uleb(&c); set_rule(row, reg, IN_REGISTER, (i64)uleb(&c)); break;
        case 0x0a: if (depth == REMEMBERED_MAX) return false; remembered[depth++] = *row; break;
        case 0x0b: if (depth == 0) return false; *row = remembered[--depth]; break;
        case 0x0c: row->cfa_register = uleb(&c); row->cfa_offset = (i64)uleb(&c); break;
        case 0x0d: row->cfa_register = uleb(&c); break;
        case 0x0e: row->cfa_offset = (i64)uleb(&c); break;
        case 0x11: reg = uleb(&c); set_rule(row, reg, AT_CFA_OFFSET, sleb(&c) * info->data_alignment); break;
        case 0x12: row->cfa_register = uleb(&c); row->cfa_offset = sleb(&c) * info->data_alignment; break;
        case 0x13: row->cfa_offset = sleb(&c) * info->data_alignment; break;
        case 0x14: reg = uleb(&c); set_rule(row, reg, IS_CFA_OFFSET, (i64)uleb(&c) * info->data_alignment); break;
        case 0x2e: row->argument_bytes = uleb(&c); break;
        default: return false;
        }
    }
    return true;
}

bool w2e_frame_at(u64 pc, struct frame_info *info) {
    const u8 *fde = find_frame(pc);
    return fde && parse_fde(fde, pc, info);
}

static bool row_at(const struct frame_info *info, u64 pc, struct row *row) {
    struct row initial = {0};
    if (!run(info->initial, info, -1ul, &initial, &initial)) return false;
    *row = initial;
    return run(info->instructions, info, pc, row, &initial);
}

u64 w2e_frame_argument_bytes(const struct frame_info *info, u64 pc) {
    struct row row;
    return row_at(info, pc, &row) ? row.argument_bytes : 0;
}

bool w2e_frame_step(struct arch_registers *registers, const struct frame_info *info, u64 pc, bool interrupted) {
    struct row row;
    if (!row_at(info, pc, &row)) return false;
    if (row.cfa_register >= ARCH_DWARF_REGISTERS || info->return_register >= ARCH_DWARF_REGISTERS) return false;
    u64 cfa = registers->value[row.cfa_register] + (u64)row.cfa_offset;
    struct arch_registers caller = *registers;
    if (row.rule[info->return_register] == UNDEFINED) return false;
    for (u32 i = 0; i < ARCH_REGISTERS; i++) {
        u64 slot = cfa + (u64)row.offset[i];
        if (row.rule[i] == AT_CFA_OFFSET) caller.value[i] = load64((const void *)slot);
        if (row.rule[i] == IS_CFA_OFFSET) caller.value[i] = slot;
        if (row.rule[i] == IN_REGISTER && (u64)row.offset[i] < ARCH_DWARF_REGISTERS)
            caller.value[i] = registers->value[row.offset[i]];
    }
    caller.value[ARCH_DWARF_SP] = cfa;
    caller.value[ARCH_DWARF_PC] = caller.value[info->return_register];
    // A stack that does not shrink means bad unwind information, except at the top: a leaf function may have no frame.
    u64 sp = registers->value[ARCH_DWARF_SP];
    bool progress = (cfa > sp || (interrupted && cfa == sp)) && cfa <= frames_end() && caller.value[ARCH_DWARF_PC] != 0;
    *registers = caller;
    return progress;
}

bool w2e_unwind_step(struct arch_registers *registers, bool interrupted) {
    u64 pc = registers->value[ARCH_DWARF_PC] - !interrupted;
    struct frame_info info;
    return w2e_frame_at(pc, &info) && w2e_frame_step(registers, &info, pc, interrupted);
}
