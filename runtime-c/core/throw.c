// Exceptions of the module. A throw walks the native stack by .eh_frame and looks for a landing pad in each function's
// call-site table (.gcc_except_table, Itanium C++ ABI, "Exception handling tables"), then resumes there with the
// exception in a register. One phase: a landing pad that does not want the exception throws it again. Frames of this
// runtime have no landing pads and are passed; jump buffers of invoke_* in between are forgotten. A trap is no exception.
#include "dwarf.h"
#include "message.h"

enum { OMITTED = 0xff };

void w2e_personality(void) {}
void w2e_personality_restoring(void) {}

// The landing pad for the call at pc, 0 if the function has none for it.
static u64 landing_pad(const struct frame_info *info, u64 pc) {
    if (!info->call_sites) return 0;
    struct cursor c = {info->call_sites, (const u8 *)-1ul};
    u8 encoding = *c.at++;
    u64 base = encoding == OMITTED ? info->pc_begin : encoded(&c, encoding, 0);
    encoding = *c.at++;
    if (encoding != OMITTED) uleb(&c);
    encoding = *c.at++;
    u64 length = uleb(&c);
    c.end = c.at + length;
    while (c.at < c.end) {
        u64 start = info->pc_begin + encoded(&c, encoding, 0);
        u64 size = encoded(&c, encoding, 0);
        u64 pad = encoded(&c, encoding, 0);
        uleb(&c);
        if (pc < start) return 0;
        if (pc - start < size) return pad ? base + pad : 0;
    }
    return 0;
}

void w2e_exception_throw(struct w2e_exception *exception) {
    struct arch_registers here = {{0}};
    w2e_arch_capture(&here);
    struct arch_registers at = here;
    struct frame_info info;
    for (;;) {
        // Of a call the last byte, not the return address: that may belong to another call site.
        u64 pc = at.value[ARCH_DWARF_PC] - 1;
        if (!w2e_frame_at(pc, &info)) break;
        u64 pad = landing_pad(&info, pc);
        if (pad) {
            at.value[ARCH_DWARF_PC] = pad;
            // Below a tail call's moved frame nothing is known but that the stack pointer is not lower than this.
            if (info.personality != (u64)w2e_personality_restoring) at.value[ARCH_DWARF_SP] += w2e_frame_argument_bytes(&info, pc);
            w2e_jump_forget(here.value[ARCH_DWARF_SP], at.value[ARCH_DWARF_SP]);
            w2e_arch_land(&at, exception);
        }
        if (!w2e_frame_step(&at, &info, pc, false)) break;
    }
    w2e_report_trap(TRAP_UNCAUGHT_EXCEPTION, NULL, &here);
}
