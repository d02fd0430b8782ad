// Starting and leaving threads, the list of those that run, and fork with several of them.
#include "threads.h"
#include "guest-calls.h"
#include "guest.h"
#include "host.h"

enum {
    CLONE_VM = 0x100, CLONE_FS = 0x200, CLONE_FILES = 0x400, CLONE_SIGHAND = 0x800, CLONE_THREAD = 0x10000,
    CLONE_SYSVSEM = 0x40000, CLONE_SETTLS = 0x80000, CLONE_PARENT_SETTID = 0x100000,
    CLONE_FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID,
};

// Those that were started and have not left. Changed while held only.
static struct w2e_thread *running;
// Counts threads that left; those that wait for one sleep on it.
static u32 left;
// What the module has of threads that nobody joins, to be freed by others: a thread runs on the memory that is to be freed.
// Changed while held only.
enum { UNFREED_MAX = 32768 };
static u32 unfreed[UNFREED_MAX], unfreed_count;

static void insert(struct w2e_thread *t) {
    hold();
    t->next = running;
    if (running) running->previous = t;
    running = t;
    release();
}

static void take_out(struct w2e_thread *t) {
    hold();
    if (t->next) t->next->previous = t->previous;
    if (t->previous) t->previous->next = t->next;
    else running = t->next;
    if (w2e_main_thread == t) w2e_main_thread = NULL; // in the child of a fork its memory goes, too
    if (t->ends_itself && unfreed_count < UNFREED_MAX) unfreed[unfreed_count++] = t->guest;
    left++;
    release();
}

struct w2e_thread *find_thread(u32 guest) {
    if (w2e_main_thread && w2e_main_thread->guest == guest) return w2e_main_thread;
    struct w2e_thread *t = running;
    while (t && t->guest != guest) t = t->next;
    return t;
}

static W2E_NORETURN void begin(void *thread) {
    struct w2e_thread *t = thread;
    begin_thread();
    host_signal_mask(SIG_SETMASK, &t->mask, NULL);
    w2e_thread_init();
    t->run();
    leave_thread();
}

long start_thread(void (*run)(void), u32 guest, u32 function, u32 argument) {
    u64 all = ~FAULT_SIGNALS, before;
    struct w2e_thread *t = make_thread();
    if (!t) return -EAGAIN;
    // A signal that comes in at the start finds no signal stack.
    host_signal_mask(SIG_SETMASK, &all, &before);
    t->run = run;
    t->guest = guest;
    t->function = function;
    t->argument = argument;
    t->mask = before;
    insert(t);
    long id = w2e_arch_clone(CLONE_FLAGS, t->stack_top, &t->id, thread_pointer_of(t), begin, t);
    if (sys_failed(id)) {
        take_out(t);
        unmap_thread(t);
    }
    host_signal_mask(SIG_SETMASK, &before, NULL);
    return sys_failed(id) ? -EAGAIN : id;
}

void leave_thread(void) {
    u64 all = ~FAULT_SIGNALS;
    struct w2e_thread *t = &w2e_thread;
    u8 *base = t->base;
    u64 size = t->size;
    host_signal_mask(SIG_SETMASK, &all, NULL);
    if (!base) w2e_arch_leave_thread(0, 0); // the process goes on with its others
    unmap_thread_pages();
    take_out(t);
    host_wake(own(&left), 0x7fffffff);
    w2e_arch_leave_thread((u64)base, size);
}

void await_thread(u32 guest) {
    for (;;) {
        u32 before = __atomic_load_n(&left, __ATOMIC_ACQUIRE);
        hold();
        struct w2e_thread *t = find_thread(guest);
        bool leaves = t && t->base && t != &w2e_thread;
        release();
        if (!leaves) return;
        host_wait(own(&left), before, NULL);
    }
}

void free_left_threads(void) {
    for (;;) {
        hold();
        u32 guest = unfreed_count ? unfreed[--unfreed_count] : 0;
        release();
        if (!guest) return;
        guest_call__emscripten_thread_free_data(guest);
    }
}

// ---- fork: the child has the thread that forked, and no other

long hold_for_fork(void) {
    hold();
    return 0;
}

long release_after_fork(long pid) {
    if (pid == 0) {
        w2e_thread.id = (i32)host_thread();
        lock_is_of(w2e_thread.id);
        running = w2e_thread.base ? &w2e_thread : NULL;
        w2e_thread.next = w2e_thread.previous = NULL;
        w2e_main_thread = &w2e_thread;
    }
    release();
    return pid;
}
