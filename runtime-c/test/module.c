// A module written in C against the object contract, for testing the runtime without the compiler. The first argument
// selects a check; results go to standard output as text. ABI_FLAGS, PAGES_MAX and WITH_GETENV may be given to the compiler.
#include "guest-calls.h"
#include "hold.h"
#include "process-records.h"
#include "test-module.h"

#ifdef WITH_GETENV
// The module's own environment: TZ is what the check has put at TZ_VALUE.
enum { TZ_VALUE = 7000 };
u32 w2e_export_getenv(u32 name) { return text_equal(at(name), "TZ") && *at(TZ_VALUE) ? TZ_VALUE : 0; }
#endif

enum { HANDLER_PLAIN = 1, HANDLER_INFO = 2, HANDLER_PRINTS = 3 };
static u32 handled, stack_in_handler, pid_in_handler;
void w2e_call_vi(u32 index, u32 signal) {
    if (index == HANDLER_PRINTS) print("handled\n");
    handled = index == HANDLER_PLAIN ? signal : 0;
    stack_in_handler = w2e_stack_pointer;
}
void w2e_call_viii(u32 index, u32 signal, u32 info, u32 context) {
    (void)context;
    handled = index == HANDLER_INFO ? signal : 0;
    pid_in_handler = load32(at(info + 12));
}

static u32 check_arguments(u32 argc, u32 argv) {
    for (u32 i = 0; i < argc; i++) {
        print(at(load32(at(argv + 4 * i))));
        print("\n");
    }
    print(at(0));
    print("\n");
    return 42;
}

__attribute__((noinline)) static u32 out_of_bounds(void) { return *(volatile u8 *)at(0xf0000000); }
__attribute__((noinline)) static u32 recurse(u32 n) {
    volatile u8 frame[256];
    frame[n % 256] = (u8)n;
    return n == 0xffffffff ? 0 : recurse(n + 1) + frame[0];
}

// Names that a file in the place of /proc/self/exe may have: controls of C0 and C1, as characters and as single bytes.
__attribute__((noinline)) static u32 forged(void) __asm__("forged\033[31m\177\302\233m\233m\351\342\200\256end");
static u32 forged(void) { return *(volatile u8 *)at(0xf0000000); }

// A trap is reported into a pipe that is full, and an alarm goes off meanwhile.
static u32 check_alarm_in_report(u32 argv) {
    enum { F_SETFL = 4, WRITE_ONLY = 1, NONBLOCK = 04000, FLAGS = 5000, TIMES = 5100, VECTOR = 5200, TEXT = 6000, SIZE = 256 };
    const u32 half = abi_has(ABI_TIME64) ? 8 : 4;
    store32(at(FLAGS), WRITE_ONLY | NONBLOCK);
    w2e_env___syscall_fcntl64(2, F_SETFL, FLAGS);
    memset(at(TEXT), '.', SIZE);
    store32(at(VECTOR), TEXT);
    store32(at(VECTOR + 4), SIZE);
    while (w2e_wasi_fd_write(2, VECTOR, 1, VECTOR + 8) == 0) {}
    store32(at(FLAGS), WRITE_ONLY);
    w2e_env___syscall_fcntl64(2, F_SETFL, FLAGS);
    w2e_env_signal(14, HANDLER_PRINTS);
    memset(at(TIMES), 0, 4 * half);
    store32(at(TIMES + 3 * half), 100000);
    w2e_env_setitimer(0, TIMES, 0);
    if (text_equal(at(load32(at(argv + 8))), "call")) w2e_trap_undefined_import("env.missing");
    return out_of_bounds();
}

// Exports that trap, and that raise a signal, called by commands on standard input.
static void serve_trap(const void *arguments, void *results) {
    (void)arguments, (void)results;
    out_of_bounds();
}
static void serve_signal(const void *arguments, void *results) {
    (void)arguments;
    w2e_env_signal(10, HANDLER_PLAIN);
    w2e_env_raise(10);
    *(u8 *)results = (u8)handled;
}
static u32 check_serving(void) {
    static w2e_served *const exports[] = {serve_trap, serve_signal};
    w2e_serve(exports, W2E_COUNT(exports));
    return 0;
}

// What the module is told of signals: rows of signal and code, and which of the words from offset 12 on are not 0.
static u32 check_signal_information(void) {
    enum { TO = 4096, CHLD = 17, POLL = 29, SYS = 31, TRAP = 5, USR1 = 10 };
    static const i32 rows[][2] = {{SYS, 1}, {TRAP, 1}, {SIGSEGV, 1}, {CHLD, 1}, {POLL, 1}, {USR1, -1}, {SYS, 0}};
    for (u32 i = 0; i < W2E_COUNT(rows); i++) {
        struct kernel_siginfo info = {rows[i][0], 0, rows[i][1], 0, {.words = {0x1234, 0x5678, 0x9abc, 0xdef0}}};
        u32 told = 0;
        put_signal_info(TO, &info);
        for (u32 k = 0; k < 4; k++) told |= (load32(at(TO + 12 + 4 * k)) != 0) << k;
        say(told);
    }
    return 0;
}

// A signal comes in while the runtime holds something; then there may be a fault.
static u32 check_held(u32 argv) {
    enum { ACTION = 4096, SIGINFO = 4, USR1 = 10 };
    const char *signals = at(load32(at(argv + 8))), *what = at(load32(at(argv + 12)));
    memset(at(ACTION), 0, 140);
    store32(at(ACTION), HANDLER_INFO);
    store32(at(ACTION + 132), SIGINFO);
    w2e_env_sigaction(USR1, ACTION, 0);
    w2e_env_sigaction(SIGSEGV, ACTION, 0);
    hold();
    for (; *signals; signals++) w2e_env_kill(w2e_env_getpid(), *signals == 'f' ? SIGSEGV : USR1);
    say(handled);
    if (text_equal(what, "fault")) out_of_bounds();
    if (text_equal(what, "recursion")) recurse(0);
    release();
    say(handled);
    say(pid_in_handler == w2e_env_getpid());
    w2e_env_kill(w2e_env_getpid(), USR1); // nothing is blocked any more
    say(handled);
    return 0;
}

static u32 check_growth(void) {
    say(w2e_memory_grow(1));
    *(volatile u8 *)at(16 * PAGE) = 7;
    say((i32)w2e_memory_grow(64));
    say((i64)w2e_memory_size);
    return 0;
}

static u32 check_signals(void) {
    enum { USR1 = 10, USR2 = 12, ACTION = 4096, SIGINFO = 4 };
    memset(at(ACTION), 0, 140);
    store32(at(ACTION), HANDLER_PLAIN);
    w2e_env_sigaction(USR1, ACTION, 0);
    u32 before = w2e_stack_pointer;
    w2e_env_raise(USR1);
    say(handled);
    say(stack_in_handler <= before - 128 && stack_in_handler % 16 == 0 && w2e_stack_pointer == before);
    store32(at(ACTION), HANDLER_INFO);
    store32(at(ACTION + 132), SIGINFO);
    w2e_env_sigaction(USR2, ACTION, 0);
    w2e_env_kill(w2e_env_getpid(), USR2);
    say(handled);
    say(pid_in_handler == w2e_env_getpid());
    store32(at(ACTION), 0xfffffffe);
    w2e_env_sigaction(USR1, ACTION, ACTION + 256);
    w2e_env_raise(USR1);
    say(load32(at(ACTION + 256)));
    w2e_env_sigaction(USR1, 0, ACTION + 256);
    say((i32)load32(at(ACTION + 256)));
    return 0;
}

static u32 check_mapping(void) {
    enum { READ_WRITE = 3, SHARED_ANONYMOUS = 0x21, PRIVATE_FIXED = 0x32, STATUS = 4096 };
    u32 shared = w2e_env___syscall_mmap2(0, 8192, READ_WRITE, SHARED_ANONYMOUS, (u32)-1, 0);
    put(shared, "parent");
    u32 child = w2e_env_fork();
    if (child == 0) {
        put(shared, "child");
        w2e_wasi_proc_exit(0);
    }
    w2e_env___syscall_wait4(child, STATUS, 0, 0);
    print(at(shared));
    print("\n");
    say((i32)w2e_env___syscall_munmap(shared, 8192));
    say(*(u8 *)at(shared));
    say(w2e_env___syscall_mmap2(shared, 4096, READ_WRITE, PRIVATE_FIXED, (u32)-1, 0) == shared);
    say((i32)w2e_env___syscall_mmap2(0xff000000, 4096, READ_WRITE, PRIVATE_FIXED, (u32)-1, 0));
    return 0;
}

// Moves when it grows, keeps what is in it, stays private or shared; shrinks in place.
static u32 check_remapping(void) {
    enum { READ_WRITE = 3, SHARED_ANONYMOUS = 0x21, MAYMOVE = 1, STATUS = 4096 };
    u32 old = w2e_env___syscall_mmap2(0, 12288, READ_WRITE, SHARED_ANONYMOUS, (u32)-1, 0);
    put(old + 8000, "kept");
    say((i32)w2e_env___syscall_mremap(old, 12288, 16384, 0, 0));
    say(w2e_env___syscall_mremap(old, 12288, 8192, MAYMOVE, 0) == old);
    u32 new = w2e_env___syscall_mremap(old, 8192, 20480, MAYMOVE, 0);
    say(new != old && new % 4096 == 0);
    say(at(old)[8000]);
    u32 child = w2e_env_fork();
    if (child == 0) {
        put(new, "child");
        w2e_wasi_proc_exit(0);
    }
    w2e_env___syscall_wait4(child, STATUS, 0, 0);
    print(at(new));
    print(at(new + 8000));
    print("\n");
    say((i32)w2e_env___syscall_munmap(new, 20480));
    say(at(new)[0]);
    return 0;
}

// Limited address space: memory grows while there is room, then -1, and nothing is harmed.
static u32 check_limits(void) {
    say(w2e_memory_grow(1));
    *(volatile u8 *)at(16 * PAGE) = 7;
    say((i32)w2e_memory_grow(16384));
    say((i64)w2e_memory_size);
    say(w2e_memory_grow(1));
    say(*(u8 *)at(16 * PAGE));
    return check_remapping();
}

static u32 in_child(void (*body)(void)) {
    enum { STATUS = 4096 };
    u32 child = w2e_env_fork();
    if (child == 0) {
        body();
        w2e_wasi_proc_exit(7);
    }
    w2e_env___syscall_wait4(child, STATUS, 0, 0);
    return load32(at(STATUS));
}

// memory.atomic.wait and notify: not equal, timed out, woken by another process through shared pages.
enum { WORD_OFFSET = 64 };
static u32 shared_words;
static void notify_soon(void) {
    w2e_env_usleep(50000);
    *(volatile u32 *)at(shared_words) = 1;
    while (w2e_atomic_notify(shared_words, 1) == 0) w2e_env_usleep(1000);
}
static u32 check_waiting(void) {
    enum { READ_WRITE = 3, SHARED_ANONYMOUS = 0x21, STATUS = 4096, MILLISECOND = 1000000 };
    shared_words = w2e_env___syscall_mmap2(0, 4096, READ_WRITE, SHARED_ANONYMOUS, (u32)-1, 0);
    u32 wide = shared_words + WORD_OFFSET;
    say(w2e_atomic_wait32(shared_words, 1, -1));
    say(w2e_atomic_wait32(shared_words, 0, 20 * MILLISECOND));
    store64(at(wide), 0x100000000);
    say(w2e_atomic_wait64(wide, 0, -1));
    say(w2e_atomic_wait64(wide, 0x100000000, 20 * MILLISECOND));
    say(w2e_atomic_notify(shared_words, 10));
    u32 child = w2e_env_fork();
    if (child == 0) {
        notify_soon();
        w2e_wasi_proc_exit(0);
    }
    say(w2e_atomic_wait32(shared_words, 0, -1));
    say(load32(at(shared_words)));
    w2e_env___syscall_wait4(child, STATUS, 0, 0);
    return 0;
}

// System V: a segment shared with a child, a semaphore that it raises, a message that it sends.
enum { IPC_SET = 1, IPC_STAT = 2, MODE = 0600, GET = 12, SET = 16, ARGUMENT = 5000, RECORD = 5120, OPERATION = 5400, MESSAGE = 5500 };
static u32 segment, semaphore_set, queue;
static void ipc_child(void) {
    put(segment, "written by the child");
    store32(at(MESSAGE), 5);
    put(MESSAGE + 4, "message");
    w2e_env_msgsnd(queue, MESSAGE, 8, 0);
    store64(at(OPERATION), 0x10000); // semaphore 0, +1
    w2e_env_semop(semaphore_set, OPERATION, 1);
}
static u32 check_ipc(void) {
    u32 time = abi_has(ABI_TIME64) ? 8 : 4, times = abi_has(ABI_TIME64) ? 40 : 36;
    u32 id = w2e_env_shmget(0, 5000, MODE);
    segment = w2e_env_shmat(id, 0, 0);
    semaphore_set = w2e_env_semget(0, 2, MODE);
    queue = w2e_env_msgget(0, MODE);
    if ((i32)id < 0 || (i32)semaphore_set < 0 || (i32)queue < 0) return 1;
    say(segment % 4096);
    say((i32)w2e_env_semctl(semaphore_set, 1, SET, put(ARGUMENT, "\t\0\0")));
    say(in_child(ipc_child));
    store64(at(OPERATION), 0x1000ffff0000); // semaphore 0, -1, SEM_UNDO
    say((i32)w2e_env_semop(semaphore_set, OPERATION, 1));
    say(w2e_env_semctl(semaphore_set, 1, GET, 0));
    print(at(segment));
    print("\n");
    memset(at(MESSAGE), 0, 20);
    say(w2e_env_msgrcv(queue, MESSAGE, 16, 0, 0));
    say(load32(at(MESSAGE)));
    print(at(MESSAGE + 4));
    print("\n");
    say((i32)w2e_env_shmctl(id, IPC_STAT, RECORD));
    say(load32(at(RECORD + 36)));                                           // size
    say(load32(at(RECORD + 40 + 3 * time)) == w2e_env_getpid());            // creator
    say(load32(at(RECORD + 40 + 3 * time + 8)));                            // attached
    store32(at(RECORD + 20), 0640);
    say((i32)w2e_env_shmctl(id, IPC_SET, RECORD));
    store32(at(ARGUMENT), RECORD);
    say((i32)w2e_env_semctl(semaphore_set, 0, IPC_STAT, ARGUMENT));
    say(load32(at(RECORD + times + 2 * time)));                             // semaphores
    say((i32)w2e_env_msgctl(queue, IPC_STAT, RECORD));
    say(load32(at(RECORD + times + 3 * time + 4)));                         // messages
    say((i32)w2e_env_shmdt(segment));
    say(at(segment)[0]);
    say((i32)w2e_env_shmdt(segment));
    say((i32)w2e_env_shmctl(id, 0, 0));
    say((i32)w2e_env_semctl(semaphore_set, 0, 0, 0));
    say((i32)w2e_env_msgctl(queue, 0, 0));
    return 0;
}

static u32 named;
static void post_named(void) { w2e_env_sem_post(named); }
static u32 check_named_semaphores(u32 argv) {
    enum { CREATE = 0100, EXCLUSIVE = 0200, VA = 5000 };
    u32 name = load32(at(argv + 8));
    store32(at(VA), 0600);
    store32(at(VA + 4), 1);
    say(w2e_env_sem_open(name, 0, 0));
    named = w2e_env_sem_open(name, CREATE | EXCLUSIVE, VA);
    say(named != 0);
    say(w2e_env_sem_open(name, CREATE | EXCLUSIVE, VA));
    say(w2e_env_sem_open(name, CREATE, VA) == named);
    say(w2e_env_sem_wait(named));
    say((i32)w2e_env_sem_trywait(named));
    say(in_child(post_named));
    say((i32)w2e_env_sem_wait(named));
    say((i32)w2e_env_sem_close(named));
    say((i32)w2e_env_sem_close(named));
    say((i32)w2e_env_sem_close(named));
    say((i32)w2e_env_sem_unlink(name));
    say((i32)w2e_env_sem_unlink(name));
    return 0;
}

// A POSIX timer that sends SIGUSR1; times of the module's layout.
static void put_seconds(u32 address, u32 seconds, u32 fraction) {
    u32 half = abi_has(ABI_TIME64) ? 8 : 4;
    memset(at(address), 0, 2 * half);
    store32(at(address), seconds);
    store32(at(address + half), fraction);
}
static u32 check_timers(void) {
    enum { USR1 = 10, ACTION = 4096, EVENT = 4300, TIMER = 4400, TIMES = 4416, NOW = 4480, MASK = 4520, CLOCK = 4528 };
    u32 half = abi_has(ABI_TIME64) ? 8 : 4;
    memset(at(ACTION), 0, 500);
    store32(at(ACTION), HANDLER_PLAIN);
    w2e_env_sigaction(USR1, ACTION, 0);
    store32(at(EVENT + 4), USR1);
    say((i32)w2e_env_timer_create(1, EVENT, TIMER));
    put_seconds(TIMES, 0, 0);
    put_seconds(TIMES + 2 * half, 0, 30000000);
    say((i32)w2e_env_timer_settime(load32(at(TIMER)), 0, TIMES, 0));
    say((i32)w2e_env_timer_gettime(load32(at(TIMER)), NOW));
    u32 left = load32(at(NOW + 3 * half));
    say(left > 0 && left <= 30000000);
    while (!handled) w2e_env_usleep(1000);
    say(handled);
    say((i32)w2e_env_timer_getoverrun(load32(at(TIMER))));
    say((i32)w2e_env_timer_delete(load32(at(TIMER))));
    say((i32)w2e_env_timer_delete(load32(at(TIMER))));
    say((i32)w2e_env_clock_getcpuclockid(0, CLOCK));
    say((i32)w2e_env_clock_gettime(load32(at(CLOCK)), NOW));
    say((i32)w2e_env_clock_getcpuclockid(1 << 22, CLOCK));
    return 0;
}

static bool is_now(i64 seconds, i64 now) { return seconds >= now && seconds < now + 100; }
static i64 load_seconds(u32 address) { return abi_has(ABI_TIME64) ? (i64)load64(at(address)) : (i32)load32(at(address)); }

// Calls that hand over times, in the layout of abi_flags: every line is 1 if it is right.
static u32 check_time_layout(void) {
    enum { A = 6000, B = 6200, SOCKETS = 6400, PATH = 6500, YEAR_2100 = 4102444800u, UNLINKED = 0x410002 };
    u32 size = abi_has(ABI_TIME64) ? 16 : 8, half = size / 2;
    i64 now = (i64)w2e_env_time_64(0);
    memset(at(A), 0xff, 1000);
    w2e_env_clock_gettime(0, A);
    say(is_now(load_seconds(A), now) && load32(at(A + half)) < 1000000000);
    say(load32(at(A + size)) == 0xffffffff);
    w2e_env_gettimeofday(A, 0);
    say(is_now(load_seconds(A), now) && load32(at(A + half)) < 1000000);
    w2e_env_clock_getres(1, A);
    say(load_seconds(A) == 0 && load32(at(A + half)) == 1);
    w2e_env_sched_rr_get_interval(0, A);
    say(load_seconds(A) == 0 && load32(at(A + half)) < 1000000000);
    say((i32)w2e_env_time(A) == (i32)load32(at(A)));
    memset(at(A), 0, 300);
    say((i32)w2e_env_clock_adjtime(0, A) >= 0);
    u32 time = abi_has(ABI_TIME64) ? 40 : 36;
    say(is_now(load_seconds(A + time), now) && load32(at(A + time + size)) >= 9000 && load32(at(A + time + size)) <= 11000);
    say((i32)w2e_env_adjtime(0, A) == 0 && load_seconds(A) == 0);
    u32 fd = w2e_env___syscall_open(put(PATH, "/tmp"), UNLINKED | 0x10000, put(A, "\200\1\0"));
    put_seconds(A, abi_has(ABI_TIME64) ? YEAR_2100 : 2000000000, 5);
    put_seconds(A + size, 1000000000, 7);
    say((i32)w2e_env___syscall_utimensat(fd, 0, A, 0));
    say((i32)w2e_env___syscall_fstat64(fd, B));
    say(load_seconds(B + 56) == (abi_has(ABI_TIME64) ? (i64)YEAR_2100 : 2000000000) && load32(at(B + 56 + half)) == 5);
    say(load_seconds(B + 56 + size) == 1000000000 && load32(at(B + 56 + size + half)) == 7);
    say(load64(at(B + (abi_has(ABI_TIME64) ? 104 : 80))) == (u32)load32(at(B + 8)));
    put_seconds(A, 0, 1000000);
    say((i32)w2e_env_nanosleep(A, 0));
    say((i32)w2e_env___syscall__newselect(0, 0, 0, 0, A)); // a million microseconds
    put_seconds(A, 0, 1000000);
    say((i32)w2e_env_ppoll(0, 0, A, 0));
    return 0;
}

// Sockets of WASI over a pair; its signals.
static u32 check_wasi(void) {
    enum { CHLD = 17, WASI_CHLD = 16, ACTION = 4096, PAIR = 6000, VECTOR = 6016, TEXT = 6100, COUNT = 6200, FLAGS = 6204, UNIX = 1, STREAM = 1, PEEK = 1, WRITE = 2 };
    w2e_env___syscall_socketpair(UNIX, STREAM, 0, PAIR, 0, 0);
    u32 a = load32(at(PAIR)), b = load32(at(PAIR + 4));
    store32(at(VECTOR), put(TEXT, "hello"));
    store32(at(VECTOR + 4), 5);
    say(w2e_wasi_sock_send(a, VECTOR, 1, 0, COUNT));
    store32(at(VECTOR + 4), 50);
    memset(at(TEXT), 0, 50);
    say(w2e_wasi_sock_recv(b, VECTOR, 1, PEEK, COUNT, FLAGS));
    say(w2e_wasi_sock_recv(b, VECTOR, 1, 0, COUNT, FLAGS));
    say(load32(at(COUNT)));
    say(load16(at(FLAGS)));
    print(at(TEXT));
    print("\n");
    say(w2e_wasi_sock_shutdown(a, WRITE));
    say(w2e_wasi_sock_recv(b, VECTOR, 1, 0, COUNT, FLAGS));
    say(load32(at(COUNT)));
    say(w2e_wasi_sock_accept(a, 0, COUNT));
    memset(at(ACTION), 0, 140);
    store32(at(ACTION), HANDLER_PLAIN);
    w2e_env_sigaction(CHLD, ACTION, 0);
    say(w2e_wasi_proc_raise(WASI_CHLD));
    say(handled);
    return 0;
}

static u32 check_errors(void) {
    say((i32)w2e_env___syscall_open(put(4096, "/nonexistent"), 0, 0));
    say((i32)w2e_env___syscall_open(0xfffffff0, 0, 0));
    say((i32)w2e_env_kill(0x7fffffff, 0));
    say(load32(at(1016)));
    say(w2e_wasi_fd_close(1000));
    return 0;
}

// strftime of a time in the zone that TZ names; arguments: seconds, format.
static u32 check_time(u32 argv) {
    enum { TIME = 4096, FIELDS = 4112, TEXT = 8192, ZONES = 4200 };
    i64 seconds = 0;
    const char *s = at(load32(at(argv + 8)));
    bool negative = *s == '-';
    for (s += negative; *s; s++) seconds = 10 * seconds + (*s - '0');
    store32(at(TIME), (u32)(negative ? -seconds : seconds));
    w2e_env__tzset_js(ZONES, ZONES + 4, ZONES + 8);
    w2e_env__localtime_js(TIME, FIELDS);
    store32(at(FIELDS + 40), load32(at(ZONES + (load32(at(FIELDS + 32)) ? 12 : 8))));
    w2e_env_strftime(TEXT, 1000, load32(at(argv + 12)), FIELDS);
    print(at(TEXT));
    print("\n");
    say((i32)w2e_env__mktime_js(FIELDS));
    return 0;
}

// Hours of the epoch's local time in zones that the module's TZ names one after the other, and the host's TZ.
static u32 check_zone_changes(void) {
    enum { TIME = 4096, FIELDS = 4112, ZONES = 4200, VALUE = 7000 };
    static const char *const zones[] = {"UTC0", "XXX-5", "Asia/Tokyo", "America/New_York", "AAA3BBB,J1/0,J365/23", ""};
    store64(at(TIME), 0);
    for (u32 i = 0; i < W2E_COUNT(zones); i++) {
        u32 before = w2e_stack_pointer;
        put(VALUE, zones[i]);
        w2e_env__localtime_js(TIME, FIELDS);
        say(load32(at(FIELDS + 8)));
        w2e_env__tzset_js(ZONES, ZONES + 4, ZONES + 8);
        say((i32)load32(at(ZONES)));
        if (w2e_stack_pointer != before) print("stack pointer lost\n");
    }
    return 0;
}

// getaddrinfo and back, numerically; arguments: host, service, and 4 or 6 for one family, c for the canonical name, n
// for names instead of numbers on the way back.
static u32 check_names(u32 argc, u32 argv) {
    enum { HINTS = 4096, RESULT = 4160, HOST = 4200, SERVICE = 4400, STREAM = 1, NUMERIC = 3, NUMERIC_SERVICE = 2, CANONICAL = 2 };
    char mode = argc > 4 ? *at(load32(at(argv + 16))) : 0;
    memset(at(HINTS), 0, 32);
    store32(at(HINTS), mode == 'c' ? CANONICAL : 0);
    store32(at(HINTS + 4), mode == '4' ? 2 : mode == '6' ? 10 : 0);
    store32(at(HINTS + 8), STREAM);
    i32 r = (i32)w2e_env_getaddrinfo(load32(at(argv + 8)), load32(at(argv + 12)), HINTS, RESULT);
    if (r) {
        say(r);
        return 0;
    }
    if (mode == 'c') {
        print(at(load32(at(load32(at(RESULT)) + 24))));
        print("\n");
    }
    for (u32 ai = load32(at(RESULT)); ai; ai = load32(at(ai + 28))) {
        w2e_env_getnameinfo(load32(at(ai + 20)), load32(at(ai + 16)), HOST, 200, SERVICE, 32, mode == 'n' ? NUMERIC_SERVICE : NUMERIC);
        print(at(HOST));
        print(" ");
        print(at(SERVICE));
        print("\n");
    }
    return 0;
}

static u32 check_jump(void) {
    u8 buf[128] __attribute__((aligned(16)));
    w2e_jump_push(buf);
    if (w2e_setjmp(buf) == 0) w2e_env__emscripten_throw_longjmp();
    print("resumed\n");
    w2e_env__emscripten_throw_longjmp();
}

// strptime of pairs of format and text: the fields afterwards, and how much of the text was taken.
static u32 check_parsed_time(u32 argc, u32 argv) {
    enum { FIELDS = 6000, COUNT = 9 };
    static const u32 before[COUNT] = {1, 2, 3, 4, 5, 106, 1, 7, 0};
    for (u32 i = 2; i + 1 < argc; i += 2) {
        u32 format = load32(at(argv + 4 * i)), text = load32(at(argv + 4 * i + 4));
        memset(at(FIELDS), 0, 44);
        memcpy(at(FIELDS), before, sizeof before);
        u32 end = w2e_env_strptime(text, format, FIELDS);
        say(end ? (i64)(end - text) : -1);
        for (u32 k = 0; end && k < COUNT; k++) say((i32)load32(at(FIELDS + 4 * k)));
    }
    return 0;
}

u32 w2e_export_main(u32 argc, u32 argv) {
    const char *what = argc > 1 ? at(load32(at(argv + 4))) : "arguments";
    if (text_equal(what, "out-of-bounds")) return out_of_bounds();
    if (text_equal(what, "recursion")) return recurse(0);
    if (text_equal(what, "undefined-import")) w2e_trap_undefined_import("env.missing");
    if (text_equal(what, "forged-name")) return forged();
    if (text_equal(what, "alarm-in-report")) return check_alarm_in_report(argv);
    if (text_equal(what, "serving")) return check_serving();
    if (text_equal(what, "signal-information")) return check_signal_information();
    if (text_equal(what, "held")) return check_held(argv);
    if (text_equal(what, "growth")) return check_growth();
    if (text_equal(what, "signals")) return check_signals();
    if (text_equal(what, "mapping")) return check_mapping();
    if (text_equal(what, "remapping")) return check_remapping();
    if (text_equal(what, "limits")) return check_limits();
    if (text_equal(what, "waiting")) return check_waiting();
    if (text_equal(what, "ipc")) return check_ipc();
    if (text_equal(what, "named-semaphores")) return check_named_semaphores(argv);
    if (text_equal(what, "timers")) return check_timers();
    if (text_equal(what, "time-layout")) return check_time_layout();
    if (text_equal(what, "wasi")) return check_wasi();
    if (text_equal(what, "errors")) return check_errors();
    if (text_equal(what, "time")) return check_time(argv);
    if (text_equal(what, "parsed-time")) return check_parsed_time(argc, argv);
    if (text_equal(what, "zone-changes")) return check_zone_changes();
    if (text_equal(what, "names")) return check_names(argc, argv);
    if (text_equal(what, "jump")) return check_jump();
    return check_arguments(argc, argv);
}
