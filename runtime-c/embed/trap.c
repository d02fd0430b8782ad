// Traps in a foreign program: the innermost call ends with a status. In a process that the module itself has forked,
// and outside of all calls (a signal handler of the module), the process ends as an executable's does. AS-safe.
#include "embed.h"
#include "hold.h"
#include "host.h"
#include "message.h"

static const struct { u32 status; const char *message; } messages[] = {
#define X(name, value, message) {value, message},
    W2E_STATUSES(X)
#undef X
};
static const char *last_detail = "";

const char *w2e_api_message(u32 status) {
    for (u32 i = 0; i < W2E_COUNT(messages); i++)
        if (messages[i].status == status) return messages[i].message;
    return "unknown status";
}

const char *w2e_api_detail(void) { return last_detail; }

void w2e_end_call(u32 status, const char *detail) {
    last_detail = detail ? detail : "";
    w2e_drop_holds();
    if (w2e_entry && !w2e_own_process) {
        w2e_entry->status = status;
        w2e_arch_jump(w2e_entry);
    }
    struct message m;
    message_start(&m);
    message_text(&m, "wasm trap: ");
    message_text(&m, w2e_api_message(status));
    message_text(&m, "\n");
    message_write(&m, STDERR);
    host_exit(W2E_TRAP_STATUS);
}

void w2e_report_trap(enum w2e_trap trap, const char *detail, const struct arch_registers *at) {
    (void)at;
    w2e_end_call(trap, detail);
}

#define X(kind, number, message) \
    void w2e_trap_##kind(void) { w2e_end_call(number, NULL); }
W2E_PLAIN_TRAPS(X)
#undef X

void w2e_trap_undefined_import(const char *name) { w2e_end_call(TRAP_UNDEFINED_IMPORT, name); }

void w2e_api_trap(const char *detail) { w2e_end_call(W2E_PROGRAM_TRAP, detail); }
