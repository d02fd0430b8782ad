// Opening files in programs with threads. A descriptor can be used by every thread from the moment on that it has a number, so what is not
// judged yet (posix/opened.c) must not have one. A file is looked up by a thread for that alone, with a descriptor table of its own: there it
// is judged, without being opened (O_PATH). Only what the module may have enters the process's table, through that thread's folder in procfs,
// which nobody else writes. From there on it does not matter what other threads do with its number: all that they could put there has been judged, too.
#include "guest.h"
#include "opened.h"
#include "system-call.h"
#include "text.h"
#include "threads.h"

enum {
    CLONE_VM = 0x100, CLONE_FS = 0x200, CLONE_FILES = 0x400, CLONE_SIGHAND = 0x800, CLONE_THREAD = 0x10000, CLONE_SYSVSEM = 0x40000,
    CLONE_SETTLS = 0x80000, CLONE_PARENT_SETTID = 0x100000, CLONE_CHILD_CLEARTID = 0x200000,
    // The descriptor table is left by unshare(2): emulators know threads only that begin with the same one.
    CLONE_FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
    O_PATH = 010000000, O_TMPFILE_BIT = 020000000, MODE = 07777,
    STACK = 16384, NAME_MAX = 64, MOST_TRIES = 64,
};

// In the frame of who waits for it.
struct lookup {
    u8 stack[STACK] __attribute__((aligned(16)));
    i32 id;       // of the thread; 0 when it has left
    u32 looked, taken;
    i32 directory;
    struct kernel_address path;
    u32 flags, mode;
    long result;  // 0: `link` is what was found
    char link[NAME_MAX]; // /proc/PROCESS/task/THREAD/fd/NUMBER
};

static void set_and_wake(u32 *word) {
    __atomic_store_n(word, 1, __ATOMIC_RELEASE);
    sys(SYS_futex, own(word), FUTEX_WAKE, 1, 0, 0, 0);
}
static void wait_until(u32 *word, u32 value, u32 other) {
    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value) sys(SYS_futex, own(word), FUTEX_WAIT, other, NO_ADDRESS, 0, 0);
}

// Numbers as procfs has them, which may be that of another namespace.
static long write_link(struct lookup *l, long fd) {
    static const char proc[] = "/proc/", descriptors[] = "/fd/";
    enum { FRONT = sizeof proc - 1, BEHIND = sizeof descriptors - 1, DIGITS = 11 };
    long n = sys(SYS_readlinkat, AT_FDCWD, own_text("/proc/thread-self"), own_bytes(l->link + FRONT, NAME_MAX - FRONT), NAME_MAX - FRONT);
    if (n < 0) return n;
    if ((u64)n > NAME_MAX - FRONT - BEHIND - DIGITS) return -ENAMETOOLONG;
    memcpy(l->link, proc, FRONT);
    memcpy(l->link + FRONT + n, descriptors, BEHIND);
    text_of_number(l->link + FRONT + n + BEHIND, (u32)fd);
    return 0;
}

// The thread: no variable of its own, no signals.
static W2E_NORETURN void look(void *argument) {
    struct lookup *l = argument;
    long r = sys(SYS_unshare, CLONE_FILES), fd = -1;
    if (r == 0) r = fd = sys(SYS_openat, l->directory, l->path, l->flags | O_CLOEXEC, l->mode);
    if (fd >= 0) r = is_permitted(fd) ? write_link(l, fd) : -EACCES;
    l->result = r;
    set_and_wake(&l->looked);
    wait_until(&l->taken, 1, 0);
    w2e_arch_leave_thread(0, 0);
}

// A file, opened by O_PATH with these flags besides: its descriptor.
static W2E_NOINLINE long find(i32 directory, struct kernel_address path, u32 flags, u32 mode, u32 close_on_exec) {
    W2E_UNINITIALIZED struct lookup l;
    u64 all = ~0ul, before;
    l.id = 0;
    l.looked = l.taken = 0;
    l.directory = directory;
    l.path = path;
    l.flags = flags;
    l.mode = mode;
    sys(SYS_rt_sigprocmask, SIG_SETMASK, own(&all), own(&before), sizeof all);
    long r = w2e_arch_clone(CLONE_FLAGS, (u64)(l.stack + STACK), &l.id, arch_thread_pointer(), look, &l);
    if (r > 0) {
        wait_until(&l.looked, 1, 0);
        r = l.result;
        if (r == 0) r = sys(SYS_openat, AT_FDCWD, own_text(l.link), O_PATH | close_on_exec, 0);
        set_and_wake(&l.taken);
        // The kernel clears it where the thread needs its stack no longer.
        for (i32 id; (id = __atomic_load_n(&l.id, __ATOMIC_ACQUIRE));) sys(SYS_futex, own(&l.id), FUTEX_WAIT, id, NO_ADDRESS, 0, 0);
    }
    sys(SYS_rt_sigprocmask, SIG_SETMASK, own(&before), NO_ADDRESS, sizeof all);
    return r;
}

// What is there already. It may block: handlers run.
static long open_present(i32 directory, struct kernel_address path, u32 flags) {
    u32 looking = arch_open_flags(O_NOFOLLOW | O_DIRECTORY), close_on_exec = flags & O_CLOEXEC;
    long found = find(directory, path, O_PATH | (flags & looking), 0, flags & O_PATH ? close_on_exec : O_CLOEXEC);
    if (found < 0 || flags & O_PATH) return found;
    struct descriptor_link link = link_to(found);
    long fd = sys(SYS_openat, AT_FDCWD, own(&link.text), flags & ~(arch_open_flags(O_NOFOLLOW) | O_CREAT | O_EXCL), 0);
    // The lowest free number, as without the detour.
    long r = fd < 0 ? fd : sys(SYS_dup3, fd, found, close_on_exec);
    if (fd >= 0) sys(SYS_close, fd);
    if (r < 0) sys(SYS_close, found);
    return r;
}

// A file that is new is nothing that there is to hide; but hugetlbfs has files that the module may not have.
static long open_new(i32 directory, struct kernel_address path, u32 flags, u32 mode) {
    long fd = sys(SYS_openat, directory, path, flags, mode);
    if (fd < 0 || is_permitted(fd)) return fd;
    sys(SYS_close, fd);
    return -EACCES;
}

long open_unseen(i32 directory, struct kernel_address path, u32 flags, u32 mode) {
    if (flags & O_TMPFILE_BIT || (flags & O_CREAT && flags & O_EXCL)) return open_new(directory, path, flags, mode);
    // The name may come and go meanwhile, or be a link to nothing, behind which O_CREAT makes a file.
    for (u32 i = 0; i < MOST_TRIES; i++) {
        long fd = open_present(directory, path, flags);
        if (fd != -ENOENT || !(flags & O_CREAT)) return fd;
        fd = open_new(directory, path, flags | O_EXCL, mode);
        if (fd != -EEXIST) return fd;
        fd = find(directory, path, O_CREAT | O_NONBLOCK | (flags & arch_open_flags(O_NOFOLLOW)), mode & MODE, O_CLOEXEC);
        if (fd >= 0) sys(SYS_close, fd);
        else if (fd != -ENOENT) return fd;
    }
    return -ENOENT;
}
