// Where the module is: what Emscripten's JavaScript reads from the engine's stack traces for __builtin_return_address,
// sanitizers and emscripten_get_callstack. A place in the code is its native address; 0 where that does not fit (an
// object in a program that is loaded higher). Names are those of the executable; there are no files and lines.
#include "dwarf.h"
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "message.h"
#include "text.h"

enum { NAME_ROOM = 512, CALLSTACK_ROOM = 2044 };

static u32 place_of(const struct arch_registers *at) {
    u64 pc = at->value[ARCH_DWARF_PC];
    return pc < 0x80000000 ? (u32)pc : 0;
}

// Steps out of `frames` functions; false at the end of the stack.
static bool step_out(struct arch_registers *at, u32 frames) {
    while (frames--)
        if (!w2e_unwind_step(at, false)) return false;
    return true;
}

// Where the function that calls the import's caller goes on: the import's own frame is the first.
u32 w2e_env_emscripten_return_address(u32 level) {
    struct arch_registers at = {{0}};
    w2e_arch_capture(&at);
    return level < 0x10000 && step_out(&at, level + 2) ? place_of(&at) : 0;
}
u32 w2e_env_emscripten_stack_snapshot(void) {
    struct arch_registers at = {{0}};
    w2e_arch_capture(&at);
    return step_out(&at, 2) ? place_of(&at) : 0;
}

static u64 function_of(u64 pc) {
    struct frame_info info;
    return w2e_frame_at(pc - 1, &info) ? info.pc_begin : 0;
}

// The place, and those where its function's callers go on: how many. The function is somewhere above on the stack, further on
// than at the place.
u32 w2e_env_emscripten_stack_unwind_buffer(u32 place, u32 buffer, u32 room) {
    struct arch_registers at = {{0}};
    w2e_arch_capture(&at);
    u64 function = function_of(place);
    do {
        if (!step_out(&at, 1)) return 0;
    } while (!function || function_of(at.value[ARCH_DWARF_PC]) != function);
    u32 count = 0;
    for (u32 found = place; count < room; found = place_of(&at)) {
        u8 *to = guest_range(buffer + 4 * count, 4);
        if (!to) break;
        store32(to, found);
        count++;
        if (!step_out(&at, 1)) break;
    }
    return count;
}

// The name of the module's function with a place, NULL without one. The executable's table is mapped the first time.
static const char *name_at(u32 place) {
    static struct symbol_table table;
    static u8 state; // 1: there is a table, 2: there is none
    u64 start;
    if (!state) {
        struct symbol_table found;
        bool there = w2e_symbols_open(&found);
        hold();
        if (there) table = found;
        state = there ? 1 : 2;
        release();
    }
    const char *name = state == 1 ? w2e_symbol_at(&table, place, &start) : NULL;
    return name && memcmp(name, "w2e_", 4) != 0 ? name : NULL;
}

// Calls the module.
u32 w2e_env_emscripten_pc_get_function(u32 place) {
    static struct guest_block block;
    const char *name = name_at(place);
    if (!name) return 0;
    u64 length = text_length(name) < NAME_ROOM ? text_length(name) : NAME_ROOM - 1;
    u32 address = guest_block_of(&block, NAME_ROOM);
    u8 *to = address ? guest_range(address, NAME_ROOM) : NULL;
    if (!to) return 0;
    memcpy(to, name, length);
    to[length] = 0;
    return address;
}
u32 w2e_env_emscripten_pc_get_file(u32 place) {
    (void)place;
    return 0;
}
u32 w2e_env_emscripten_pc_get_line(u32 place) {
    (void)place;
    return 0;
}
u32 w2e_env_emscripten_pc_get_column(u32 place) {
    (void)place;
    return 0;
}

void w2e_callstack(struct message *m) {
    struct arch_registers at = {{0}};
    w2e_arch_capture(&at);
    for (bool first = true; step_out(&at, 1);) {
        const char *name = name_at(place_of(&at) - 1);
        if (!name) continue;
        message_text(m, first ? "    at " : "\n    at ");
        message_text(m, name);
        first = false;
    }
}

// With its NUL; `room` 0 asks for the length.
u32 w2e_env_emscripten_get_callstack(u32 flags, u32 to, u32 room) {
    (void)flags;
    struct message m;
    message_start(&m);
    w2e_callstack(&m);
    if (!to || (i32)room <= 0) return m.length + 1;
    u32 length = m.length < room - 1 ? m.length : room - 1;
    u8 *p = guest_range(to, (u64)length + 1);
    if (!p) return 0;
    memcpy(p, m.text, length);
    p[length] = 0;
    return length + 1;
}

// As in libunwind a context, here the place itself, for each function further out, until the callback says that it is enough.
// Calls the module.
u32 w2e_env__Unwind_Backtrace(u32 callback, u32 argument) {
    struct arch_registers at = {{0}};
    w2e_arch_capture(&at);
    while (step_out(&at, 1))
        if (guest_call_element_iii(callback, place_of(&at), argument)) break;
    return 0;
}
u32 w2e_env__Unwind_GetIPInfo(u32 context, u32 before) {
    u8 *p = guest_range(before, 4);
    if (before && p) store32(p, 0);
    return context;
}
u32 w2e_env__Unwind_FindEnclosingFunction(u32 place) {
    (void)place;
    return 0;
}

static void warn(const char *text) {
    struct message m;
    message_start(&m);
    message_text(&m, text);
    message_write(&m, STDERR);
}
u32 w2e_env__Unwind_RaiseException(u32 exception) {
    warn("Warning: _Unwind_RaiseException is not correctly implemented\n");
    w2e_env___cxa_throw(exception, 0, 0);
}
void w2e_env__Unwind_DeleteException(u32 exception) {
    (void)exception;
    warn("TODO: Unwind_DeleteException\n");
}
