// Exceptions of the module. A throw walks the native stack by .eh_frame and looks for a landing pad in each function's
// call-site table (.gcc_except_table, Itanium C++ ABI, "Exception handling tables"), then resumes there with the
// exception in a register. One phase: a landing pad that does not want the exception throws it again. Frames of this
// runtime have no landing pads and are passed; jump buffers of invoke_* in between are forgotten. A trap is no exception.
#include "dwarf.h"
#include "kernel.h"
#include "message.h"

enum { CHUNK = 65536, HEADER = 16, SLOT = 16, SMALLEST_LOG2 = 5, CLASSES = 12, OMITTED = 0xff };

// Free exceptions by size (32 bytes and powers of two above), and the rest of the newest chunk.
static struct w2e_exception *free_list[CLASSES];
static u8 *chunk, *chunk_end;

void w2e_personality(void) {}

static u32 size_class(u32 values) {
    u32 class = 0;
    while ((1u << (SMALLEST_LOG2 + class)) < HEADER + SLOT * values) class++;
    return class;
}

static void *carve(u64 size) {
    if ((u64)(chunk_end - chunk) < size) {
        u64 bytes = size > CHUNK ? size : CHUNK;
        long at = sys(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (sys_failed(at)) w2e_trap_call_stack_exhausted();
        chunk = (u8 *)at;
        chunk_end = chunk + bytes;
    }
    void *result = chunk;
    chunk += size;
    return result;
}

struct w2e_exception *w2e_exception_new(u32 tag, u32 values) {
    u32 class = size_class(values);
    struct w2e_exception *e = free_list[class];
    if (e)
        free_list[class] = e->next_free;
    else
        e = carve(1u << (SMALLEST_LOG2 + class));
    e->tag = tag;
    e->kept = 0;
    e->size_class = class;
    return e;
}

void w2e_exception_free(struct w2e_exception *e) {
    if (e->kept) return;
    e->next_free = free_list[e->size_class];
    free_list[e->size_class] = e;
}

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
            at.value[ARCH_DWARF_SP] += w2e_frame_argument_bytes(&info, pc);
            w2e_jump_forget(here.value[ARCH_DWARF_SP], at.value[ARCH_DWARF_SP]);
            w2e_arch_land(&at, exception);
        }
        if (!w2e_frame_step(&at, &info, pc, false)) break;
    }
    w2e_report_trap("uncaught exception", NULL, &here);
}
