// The end of the program: exit, abort, failed assertions.
#include "guest.h"
#include "imports.gen.h"
#include "kernel.h"
#include "message.h"
#include "runtime.h"

void w2e_env_exit(u32 status) { w2e_exit_program(status); }
void w2e_env__exit(u32 status) { w2e_exit_process(status); }
void w2e_env_emscripten_force_exit(u32 status) { w2e_exit_program(status); }

// SIGABRT: to the module's handler if there is one, and then, if that returns, with the default action.
void w2e_env_abort(void) {
    struct kernel_sigaction standard = {NULL, ARCH_SA_RESTORER, w2e_arch_signal_return, 0};
    u64 mask = 1ul << (SIGABRT - 1);
    long pid = sys(SYS_getpid), tid = sys(SYS_gettid);
    sys(SYS_rt_sigprocmask, SIG_UNBLOCK, &mask, NULL, 8);
    sys(SYS_tgkill, pid, tid, SIGABRT);
    sys(SYS_rt_sigaction, SIGABRT, &standard, NULL, 8);
    sys(SYS_tgkill, pid, tid, SIGABRT);
    w2e_exit_process(W2E_TRAP_STATUS);
}
void w2e_env__abort_js(void) { w2e_env_abort(); }

static void message_guest(struct message *m, u32 text, const char *if_null) {
    const char *s = guest_string(text);
    message_text(m, s ? s : if_null);
}

void w2e_env___assert_fail(u32 condition, u32 file, u32 line, u32 function) {
    struct message m;
    message_start(&m);
    message_text(&m, "Assertion failed: ");
    message_guest(&m, condition, "?");
    message_text(&m, " (");
    message_guest(&m, file, "unknown file");
    message_text(&m, ": ");
    message_guest(&m, function, "unknown function");
    message_text(&m, ": ");
    message_decimal(&m, line);
    message_text(&m, ")\n");
    message_write(&m, STDERR);
    w2e_env_abort();
}

static void print_line(u32 text, int fd) {
    const char *s = guest_string(text);
    struct kernel_iovec parts[2] = {{(void *)s, 0}, {(void *)"\n", 1}};
    while (s && s[parts[0].length]) parts[0].length++;
    if (s) sys(SYS_writev, fd, parts, 2);
}
void w2e_env__emscripten_out(u32 text) { print_line(text, 1); }
void w2e_env_emscripten_out(u32 text) { print_line(text, 1); }
void w2e_env_emscripten_console_log(u32 text) { print_line(text, 1); }
void w2e_env__emscripten_err(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_err(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_console_error(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_console_warn(u32 text) { print_line(text, STDERR); }
