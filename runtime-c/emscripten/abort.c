// abort().
#include "imports.gen.h"
#include "kernel.h"
#include "message.h"
#include "runtime.h"

// SIGABRT: to the module's handler if there is one, and then, if that returns, with the default action.
void w2e_env_abort(void) {
    struct kernel_sigaction standard = {NULL, ARCH_SA_RESTORER, w2e_arch_signal_return, 0};
    u64 mask = 1ul << (SIGABRT - 1);
    long pid = sys(SYS_getpid), tid = sys(SYS_gettid);
    sys(SYS_rt_sigprocmask, SIG_UNBLOCK, own(&mask), NO_ADDRESS, 8);
    sys(SYS_tgkill, pid, tid, SIGABRT);
    sys(SYS_rt_sigaction, SIGABRT, own(&standard), NO_ADDRESS, 8);
    sys(SYS_tgkill, pid, tid, SIGABRT);
    w2e_exit_process(W2E_TRAP_STATUS);
}
void w2e_env__abort_js(void) { w2e_env_abort(); }
