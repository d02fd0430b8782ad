// A module written in C against the object contract, for testing the runtime without the compiler. Its memory has
// 16 pages: 1024 bytes of data, a stack down from 64 KiB, a heap that only grows from 64 KiB. The first argument
// selects a check; results go to standard output as text.
#include "imports.gen.h"
#include "text.h"
#include "w2e.h"

enum { PAGE = 65536, STACK_TOP = PAGE, SCRATCH = 2048 };

__attribute__((section(".memory"))) u8 data_segment[1024] = "data segment";
const struct w2e_module w2e_module = {1, 0, 16 * PAGE, 32 * PAGE, 0, 0, 0};
u32 w2e_stack_pointer = STACK_TOP;
static u32 heap = PAGE;

static char *at(u32 address) { return (char *)w2e_memory + address; }

void w2e_init(void) {}
u32 w2e_export_stackAlloc(u32 size) { return w2e_stack_pointer = (w2e_stack_pointer - size) & ~15u; }
u32 w2e_export_memalign(u32 alignment, u32 size) {
    u32 block = (heap + alignment - 1) & -alignment;
    heap = block + size;
    return heap <= w2e_memory_size ? block : 0;
}
u32 w2e_export_malloc(u32 size) { return w2e_export_memalign(16, size); }
void w2e_export_free(u32 block) { (void)block; }
u32 w2e_export___errno_location(void) { return 1016; }

static void print(const char *text) {
    u32 n = (u32)text_length(text);
    memcpy(at(SCRATCH + 16), text, n);
    store32(at(SCRATCH), SCRATCH + 16);
    store32(at(SCRATCH + 4), n);
    w2e_wasi_fd_write(1, SCRATCH, 1, SCRATCH + 8);
}
static void print_number(i64 value) {
    char text[24] = {0}, *p = text + 22;
    u64 v = value < 0 ? 0 - (u64)value : (u64)value;
    do *--p = (char)('0' + v % 10);
    while (v /= 10);
    if (value < 0) *--p = '-';
    print(p);
    print("\n");
}
static u32 put(u32 address, const char *text) {
    memcpy(at(address), text, text_length(text) + 1);
    return address;
}

enum { HANDLER_PLAIN = 1, HANDLER_INFO = 2 };
static u32 handled, stack_in_handler, pid_in_handler;
void w2e_call_vi(u32 index, u32 signal) {
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

static u32 check_growth(void) {
    print_number(w2e_memory_grow(1));
    *(volatile u8 *)at(16 * PAGE) = 7;
    print_number((i32)w2e_memory_grow(64));
    print_number((i64)w2e_memory_size);
    return 0;
}

static u32 check_signals(void) {
    enum { USR1 = 10, USR2 = 12, ACTION = 4096, SIGINFO = 4 };
    memset(at(ACTION), 0, 140);
    store32(at(ACTION), HANDLER_PLAIN);
    w2e_env_sigaction(USR1, ACTION, 0);
    u32 before = w2e_stack_pointer;
    w2e_env_raise(USR1);
    print_number(handled);
    print_number(stack_in_handler <= before - 128 && stack_in_handler % 16 == 0 && w2e_stack_pointer == before);
    store32(at(ACTION), HANDLER_INFO);
    store32(at(ACTION + 132), SIGINFO);
    w2e_env_sigaction(USR2, ACTION, 0);
    w2e_env_kill(w2e_env_getpid(), USR2);
    print_number(handled);
    print_number(pid_in_handler == w2e_env_getpid());
    store32(at(ACTION), 0xfffffffe);
    w2e_env_sigaction(USR1, ACTION, ACTION + 256);
    w2e_env_raise(USR1);
    print_number(load32(at(ACTION + 256)));
    w2e_env_sigaction(USR1, 0, ACTION + 256);
    print_number((i32)load32(at(ACTION + 256)));
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
    print_number((i32)w2e_env___syscall_munmap(shared, 8192));
    print_number(*(u8 *)at(shared));
    print_number(w2e_env___syscall_mmap2(shared, 4096, READ_WRITE, PRIVATE_FIXED, (u32)-1, 0) == shared);
    print_number((i32)w2e_env___syscall_mmap2(0xff000000, 4096, READ_WRITE, PRIVATE_FIXED, (u32)-1, 0));
    return 0;
}

static u32 check_errors(void) {
    print_number((i32)w2e_env___syscall_open(put(4096, "/nonexistent"), 0, 0));
    print_number((i32)w2e_env___syscall_open(0xfffffff0, 0, 0));
    print_number((i32)w2e_env_kill(0x7fffffff, 0));
    print_number(load32(at(1016)));
    print_number(w2e_wasi_fd_close(1000));
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
    print_number((i32)w2e_env__mktime_js(FIELDS));
    return 0;
}

// getaddrinfo and back, numerically; arguments: host, service.
static u32 check_names(u32 argv) {
    enum { HINTS = 4096, RESULT = 4160, HOST = 4200, SERVICE = 4400, STREAM = 1, NUMERIC = 3 };
    memset(at(HINTS), 0, 32);
    store32(at(HINTS + 8), STREAM);
    i32 r = (i32)w2e_env_getaddrinfo(load32(at(argv + 8)), load32(at(argv + 12)), HINTS, RESULT);
    if (r) {
        print_number(r);
        return 0;
    }
    for (u32 ai = load32(at(RESULT)); ai; ai = load32(at(ai + 28))) {
        w2e_env_getnameinfo(load32(at(ai + 20)), load32(at(ai + 16)), HOST, 200, SERVICE, 32, NUMERIC);
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

u32 w2e_export_main(u32 argc, u32 argv) {
    const char *what = argc > 1 ? at(load32(at(argv + 4))) : "arguments";
    if (text_equal(what, "out-of-bounds")) return out_of_bounds();
    if (text_equal(what, "recursion")) return recurse(0);
    if (text_equal(what, "undefined-import")) w2e_trap_undefined_import("env.missing");
    if (text_equal(what, "growth")) return check_growth();
    if (text_equal(what, "signals")) return check_signals();
    if (text_equal(what, "mapping")) return check_mapping();
    if (text_equal(what, "errors")) return check_errors();
    if (text_equal(what, "time")) return check_time(argv);
    if (text_equal(what, "names")) return check_names(argv);
    if (text_equal(what, "jump")) return check_jump();
    return check_arguments(argc, argv);
}
