// Processes: creation, program execution, waiting, identity in the process tree, titles, exit.
#include "commands.h"
#include "hold.h"
#include "imports.gen.h"
#include "kernel.h"
#include "message.h"
#include "process-records.h"
#include "runtime.h"
#include "system-call.h"
#include "time-layout.h"
#include <run.h>

enum { PR_SET_MM = 35, PR_SET_MM_ARG_START = 8, PR_SET_MM_ARG_END = 9 };

// Programs that fork write their title over argv, which is in guest memory. Telling the kernel where that is
// makes the title visible to ps; it needs privileges, and without them titles stay as they are.
static void publish_arguments(void) {
    static bool done;
    if (done || !w2e_arguments.strings) return;
    done = true;
    hold(); // between the two calls the kernel shows what lies between the old end and the new start
    sys(SYS_prctl, PR_SET_MM, PR_SET_MM_ARG_START, guest_buffer(w2e_arguments.strings, 1), 0, 0);
    sys(SYS_prctl, PR_SET_MM, PR_SET_MM_ARG_END, guest_buffer(w2e_arguments.strings_end, 1), 0, 0);
    release();
}

static long fork_process(void) {
    long error = before_fork();
    return error ? error : forked(sys(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

u32 w2e_env_fork(void) {
    publish_arguments();
    return libc_result(fork_process());
}
// The child runs on the same linear memory as its parent only if memory is shared: vfork is fork.
u32 w2e_env_vfork(void) { return w2e_env_fork(); }

// Number of entries of a NULL-terminated guest vector; -EFAULT if it leaves memory.
static long vector_length(u32 vector) {
    long n = 0;
    for (const u8 *p; vector; n++, vector += 4) {
        p = guest_range(vector, 4);
        if (!p) return -EFAULT;
        if (load32(p) == 0) break;
    }
    return n;
}

static void copy_vector(u32 from, long count, struct kernel_address *to) {
    for (long i = 0; i < count; i++) to[i] = guest_path(load32(guest_range(from + 4 * (u32)i, 4)));
    to[count] = NO_ADDRESS;
}

static long execute(u32 path, u32 argv, u32 environment) {
    long argc = vector_length(argv), envc = vector_length(environment);
    if (argc < 0 || envc < 0) return -EFAULT;
    u64 size = ((u64)argc + (u64)envc + 2) * sizeof(struct kernel_address);
    long p = sys(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sys_failed(p)) return p;
    struct kernel_address *vectors = (struct kernel_address *)p;
    copy_vector(argv, argc, vectors);
    copy_vector(environment, envc, vectors + argc + 1);
    long r = sys(SYS_execve, guest_path(path), own_bytes(vectors, size), own_bytes(vectors + argc + 1, size - ((u64)argc + 1) * sizeof *vectors));
    sys(SYS_munmap, own_bytes(vectors, size), size);
    return r;
}

u32 w2e_env_execve(u32 path, u32 argv, u32 environment) { return libc_result(execute(path, argv, environment)); }
u32 w2e_env___syscall_execve(u32 path, u32 argv, u32 environment) { return syscall_result(execute(path, argv, environment)); }

static long wait_for(u32 pid, u32 status, u32 options, u32 usage) {
    struct kernel_rusage used;
    long r = WITH_FLAGS(options, WAIT_FLAGS, sys(SYS_wait4, (i32)pid, guest_buffer_or_null(status, 4), options, usage ? own(&used) : NO_ADDRESS));
    return r >= 0 && usage && !put_usage(usage, &used) ? -EFAULT : r;
}
u32 w2e_env___syscall_wait4(u32 pid, u32 status, u32 options, u32 usage) { return syscall_result(wait_for(pid, status, options, usage)); }
u32 w2e_env_wait4(u32 pid, u32 status, u32 options, u32 usage) { return libc_result(wait_for(pid, status, options, usage)); }
u32 w2e_env_wait3(u32 status, u32 options, u32 usage) { return libc_result(wait_for((u32)-1, status, options, usage)); }
u32 w2e_env_waitpid(u32 pid, u32 status, u32 options) { return libc_result(wait_for(pid, status, options, 0)); }
u32 w2e_env_wait(u32 status) { return libc_result(wait_for((u32)-1, status, 0, 0)); }
u32 w2e_env_waitid(u32 type, u32 id, u32 to, u32 options) {
    enum { P_PIDFD = 3 };
    struct kernel_siginfo info = {0};
    if (type > P_PIDFD) return libc_result(-EINVAL);
    long r = WITH_FLAGS(options, WAITID_FLAGS, sys(SYS_waitid, type, id, own(&info), options, NO_ADDRESS));
    return libc_result(r >= 0 && to && !put_signal_info(to, &info) ? -EFAULT : r);
}

u32 w2e_env___syscall_getpgid(u32 pid) { return syscall_result(sys(SYS_getpgid, pid)); }
u32 w2e_env___syscall_setpgid(u32 pid, u32 group) { return syscall_result(sys(SYS_setpgid, pid, group)); }
u32 w2e_env___syscall_getsid(u32 pid) { return syscall_result(sys(SYS_getsid, pid)); }
u32 w2e_env___syscall_setsid(void) { return syscall_result(sys(SYS_setsid)); }

// prctl(option, ...): up to four numbers at va. What an option does not use must be zero for the kernel; the module's
// block holds garbage there.
u32 w2e_env_prctl(u32 option, u32 va) {
    const struct command *c = find_command(w2e_prctl_commands, option);
    const u8 *p = va ? guest_range(va, 16) : NULL;
    u64 a[2] = {0};
    if (!c) return libc_result(-EINVAL);
    for (u32 i = 0; p && i < c->count; i++) a[i] = load32(p + 4 * i);
    switch (c->layout) {
    case LAYOUT_NONE: return libc_result(sys(SYS_prctl, option, 0, 0, 0, 0));
    case LAYOUT_NUMBER: return libc_result(sys(SYS_prctl, option, a[0], a[1], 0, 0));
    case LAYOUT_IN: case LAYOUT_OUT: return libc_result(sys(SYS_prctl, option, guest_buffer((u32)a[0], c->size), 0, 0, 0));
    default: return libc_result(-EINVAL);
    }
}

// system(): the shell in a child, with the signal conventions of POSIX (SIGINT and SIGQUIT ignored, SIGCHLD blocked).
u32 w2e_env_system(u32 command) {
    struct kernel_sigaction ignore = {(void *)1, ARCH_SA_RESTORER, w2e_arch_signal_return, 0}, old_int, old_quit;
    u64 blocked = 1ul << (SIGCHLD - 1), old_mask;
    if (!command) return 1;
    const char *text = guest_string(command);
    if (!text) return libc_result(-EFAULT);
    sys(SYS_rt_sigaction, SIGINT, own(&ignore), own(&old_int), 8);
    sys(SYS_rt_sigaction, SIGQUIT, own(&ignore), own(&old_quit), 8);
    sys(SYS_rt_sigprocmask, SIG_BLOCK, own(&blocked), own(&old_mask), 8);
    u32 status = (u32)-1;
    long pid = fork_process();
    if (pid == 0) {
        sys(SYS_rt_sigaction, SIGINT, own(&old_int), NO_ADDRESS, 8);
        sys(SYS_rt_sigaction, SIGQUIT, own(&old_quit), NO_ADDRESS, 8);
        sys(SYS_rt_sigprocmask, SIG_SETMASK, own(&old_mask), NO_ADDRESS, 8);
        const struct kernel_address argv[] = {own_text("sh"), own_text("-c"), guest_path(command), NO_ADDRESS};
        sys(SYS_execve, own_text("/bin/sh"), own(&argv), own(w2e_process.environ));
        w2e_exit_process(127);
    }
    long r = pid;
    if (pid > 0)
        while ((r = sys(SYS_wait4, pid, own(&status), 0, NO_ADDRESS)) == -EINTR) {}
    sys(SYS_rt_sigaction, SIGINT, own(&old_int), NO_ADDRESS, 8);
    sys(SYS_rt_sigaction, SIGQUIT, own(&old_quit), NO_ADDRESS, 8);
    sys(SYS_rt_sigprocmask, SIG_SETMASK, own(&old_mask), NO_ADDRESS, 8);
    return sys_failed(r) ? libc_result(r) : status;
}
u32 w2e_env__emscripten_system(u32 command) { return w2e_env_system(command); }

// FILE objects are the module's own: a stream can only be made inside it.
u32 w2e_env_popen(u32 command, u32 mode) {
    (void)command, (void)mode;
    guest_set_errno(ENOSYS);
    return 0;
}
u32 w2e_env_pclose(u32 stream) {
    (void)stream;
    return libc_result(-ECHILD);
}
