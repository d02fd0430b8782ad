#include "checks.h"
#include "kernel.h"
#include "message.h"
#include "text.h"

struct w2e_own_range w2e_own_ranges[W2E_OWN_RANGES];
u32 w2e_own_next;
u64 w2e_initial_stack;

// AS-safe: a signal between the two lines costs the oldest declaration at most.
void declare_own(const void *p, u64 length) {
    u32 at = w2e_own_next++ % W2E_OWN_RANGES;
    w2e_own_ranges[at] = (struct w2e_own_range){(u64)p, length};
}

void declare_again(u64 address) {
    for (u32 back = 1; back <= W2E_OWN_RANGES; back++) {
        struct w2e_own_range r = w2e_own_ranges[(w2e_own_next - back) % W2E_OWN_RANGES];
        if (r.address != address) continue;
        declare_own((const void *)address, r.length);
        return;
    }
}

void declare_own_text(const char *s) { declare_own(s, text_length(s) + 1); }

void check(bool holds, const char *what) {
    struct message m;
    if (holds) return;
    message_start(&m);
    message_text(&m, "wasm2elf: check failed: ");
    message_text(&m, what);
    message_text(&m, "\n");
    message_write(&m, STDERR);
    w2e_exit_process(W2E_CHECK_FAILED);
}

void declare_initial_stack(const void *start) { w2e_initial_stack = (u64)start; }
