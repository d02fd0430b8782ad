// Traps: one line with the trap kind and the function, a native backtrace, exit status 134. AS-safe.
#include "host.h"
#include "message.h"
#include "runtime.h"
#include "text.h"
#include "traps.gen.h"
#include <run.h>

const char *w2e_trap_message(enum w2e_trap trap) {
    switch (trap) {
#define X(kind, number, message) \
    case number: return message;
    W2E_TRAPS(X)
#undef X
    }
    __builtin_unreachable();
}

enum { BACKTRACE_MAX = 64, NAME_MAX = 400, FRAME_LINE = NAME_MAX + 64 };

static bool is_runtime_symbol(const char *name) {
    return name[0] == 'w' && name[1] == '2' && name[2] == 'e' && name[3] == '_' &&
           memcmp(name, "w2e_export_", 11) != 0;
}

struct frame {
    u64 address;
    u64 start;
    const char *name;
};

struct backtrace {
    struct symbol_table table;
    bool named;
    u32 count;
    struct frame frames[BACKTRACE_MAX];
};

// The runtime's own innermost frames, which have names of ours or (its static functions) none, are left out.
static void add_frame(struct backtrace *b, struct frame f) {
    bool of_runtime = b->named && (!f.name || is_runtime_symbol(f.name));
    if (b->count < BACKTRACE_MAX && (b->count || !of_runtime)) b->frames[b->count++] = f;
}

static void add_outside(struct backtrace *b, const struct w2e_outside *outside) {
    for (u32 i = 0; i < outside->count; i++) {
        struct frame f = {outside->places[i], 0, NULL};
        u64 start, function = outside->function(outside->places[i], &f.start);
        if (b->named && function) f.name = w2e_symbol_at(&b->table, function, &start);
        add_frame(b, f);
    }
}

static void add_frames(struct backtrace *b, struct arch_registers registers, bool interrupted) {
    for (u32 i = 0; i < 2 * BACKTRACE_MAX && b->count < BACKTRACE_MAX; i++) {
        u64 pc = registers.value[ARCH_DWARF_PC];
        // Of a call the last byte, not the return address: that may belong to another function or line.
        struct frame f = {interrupted ? pc : pc - 1, 0, NULL};
        if (b->named) f.name = w2e_symbol_at(&b->table, f.address, &f.start);
        add_frame(b, f);
        const struct w2e_outside *behind = frames_behind(f.address);
        if (behind) add_outside(b, behind);
        if (!w2e_unwind_step(&registers, interrupted)) break;
        interrupted = false;
    }
}

// A name, or what fits of it: module text may be of any length, and the rest of the message is to follow. Names are printable
// already, unless the module has put another file in the place of /proc/self/exe: so controls (C0, DEL, C1, also as bytes that
// are no UTF-8) are not written.
static void put_name(struct message *m, const char *name) {
    u64 length = text_length(name);
    u32 to_come = 0; // bytes of a character; of those that begin with 0xc2 some are controls
    for (u64 i = 0; i < length && i < NAME_MAX; i++) {
        u8 c = (u8)name[i];
        bool continues = to_come && c >> 6 == 2;
        to_come = continues ? to_come - 1 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c > 0xc2 ? 1 : 0;
        bool control = c < ' ' || (c >= 127 && c < 0xa0 && !continues);
        message_bytes(m, control ? "?" : name + i, 1);
    }
    if (length > NAME_MAX) message_text(m, "...");
}

void (*w2e_trap_hook)(enum w2e_trap trap);

static void report(enum w2e_trap trap, const char *detail, const struct w2e_outside *outside, const struct arch_registers *at, bool interrupted) {
    if (w2e_trap_hook) w2e_trap_hook(trap);
    static u64 first;
    only_first_thread(&first);
    // No handler of the module runs any more, least of all on the stack of fault signals.
    u64 mask = ~FAULT_SIGNALS;
    host_signal_mask(SIG_BLOCK, &mask, NULL);
    struct message m;
    struct backtrace b;
    b.count = 0;
    b.named = w2e_symbols_open(&b.table);
    if (outside) add_outside(&b, outside);
    add_frames(&b, *at, interrupted);
    message_start(&m);
    message_text(&m, "wasm trap: ");
    message_text(&m, w2e_trap_message(trap));
    if (detail) {
        message_text(&m, ": ");
        put_name(&m, detail);
    }
    if (b.count && b.frames[0].name) {
        message_text(&m, " in ");
        put_name(&m, b.frames[0].name);
    }
    message_text(&m, "\n");
    for (u32 i = 0; i < b.count; i++) {
        const struct frame *f = &b.frames[i];
        if (m.length > sizeof m.text - FRAME_LINE) message_write(&m, STDERR);
        message_text(&m, "    at ");
        message_hex(&m, f->address);
        if (f->name) {
            message_text(&m, " ");
            put_name(&m, f->name);
            message_text(&m, "+");
            message_hex(&m, f->address - f->start);
        }
        message_text(&m, "\n");
    }
    message_write(&m, STDERR);
    w2e_exit_process(W2E_TRAP_STATUS);
}

void w2e_report_trap(enum w2e_trap trap, const char *detail, const struct arch_registers *at) {
    report(trap, detail, NULL, at, true);
    __builtin_unreachable();
}

// Its name is one of the runtime's for backtraces, also where names of static functions are kept (libw2e-checked.a).
static W2E_NOINLINE W2E_NORETURN void w2e_trap_here(enum w2e_trap trap, const char *detail) {
    struct arch_registers here = {{0}};
    w2e_arch_capture(&here);
    report(trap, detail, NULL, &here, false);
    __builtin_unreachable();
}

void w2e_report_outside(enum w2e_trap trap, const struct w2e_outside *outside) {
    struct arch_registers here = {{0}};
    w2e_arch_capture(&here);
    report(trap, NULL, outside, &here, false);
    __builtin_unreachable();
}

#define X(kind, number, message) \
    void w2e_trap_##kind(void) { w2e_trap_here(number, NULL); }
W2E_PLAIN_TRAPS(X)
#undef X

void w2e_trap_undefined_import(const char *name) { w2e_trap_here(TRAP_UNDEFINED_IMPORT, name); }
