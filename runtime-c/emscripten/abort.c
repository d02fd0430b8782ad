// abort().
#include "host.h"
#include "imports.gen.h"
#include "message.h"
#include "runtime.h"

// SIGABRT: to the module's handler if there is one, and then, if that returns, with the default action.
void w2e_env_abort(void) {
    struct kernel_sigaction standard = {NULL, ARCH_SA_RESTORER, w2e_arch_signal_return, 0};
    u64 mask = 1ul << (SIGABRT - 1);
    long pid = host_process(), tid = host_thread();
    host_signal_mask(SIG_UNBLOCK, &mask, NULL);
    host_signal_thread(pid, tid, SIGABRT);
    host_signal_action(SIGABRT, &standard, NULL);
    host_signal_thread(pid, tid, SIGABRT);
    w2e_exit_process(W2E_TRAP_STATUS);
}
void w2e_env__abort_js(void) { w2e_env_abort(); }
