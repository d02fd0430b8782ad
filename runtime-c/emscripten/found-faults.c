// The faults that debug builds of Emscripten find themselves (STACK_OVERFLOW_CHECK, SAFE_HEAP), reported as its JavaScript does.
#include "guest-calls.h"
#include "host.h"
#include "imports.gen.h"
#include "message.h"

static W2E_NORETURN void abort_with(struct message *m) {
    message_text(m, ")\n");
    message_write(m, STDERR);
    w2e_env_abort();
}

static void start(struct message *m, const char *text) {
    message_start(m);
    message_text(m, "Aborted(");
    message_text(m, text);
}

void w2e_env_segfault(void) {
    struct message m;
    start(&m, "segmentation fault");
    abort_with(&m);
}
void w2e_env_alignfault(void) {
    struct message m;
    start(&m, "alignment fault");
    abort_with(&m);
}

// Calls the module.
void w2e_env___handle_stack_overflow(u32 requested) {
    u32 low = guest_call_emscripten_stack_get_end(), high = guest_call_emscripten_stack_get_base();
    struct message m;
    start(&m, "stack overflow (Attempt to set SP to ");
    message_hex(&m, requested);
    message_text(&m, ", with stack limits [");
    message_hex(&m, low);
    message_text(&m, " - ");
    message_hex(&m, high);
    message_text(&m, "])");
    abort_with(&m);
}
void w2e_env___handle_stack_overflow_old(void) {
    struct message m;
    start(&m, "stack overflow");
    abort_with(&m);
}
