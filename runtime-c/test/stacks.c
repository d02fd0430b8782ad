// Handlers that use up the stack. Standard input: a byte that selects what happens, and the number of frames.
typedef unsigned char u8;
typedef unsigned u32;
typedef unsigned long long u64;
#define ENV(name) __attribute__((import_module("env"), import_name(#name)))
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
WASI(fd_read) u32 fd_read(u32, const void *, u32, u32 *);
WASI(fd_write) u32 fd_write(u32, const void *, u32, u32 *);
ENV(raise) u32 raise_signal(u32);
ENV(sigaction) u32 set_action(u32, const void *, void *);
ENV(sigprocmask) u32 set_mask(u32, const u64 *, u64 *);
ENV(invoke_v) void invoke(void (*)(void));
ENV(_emscripten_throw_longjmp) void leave(void);
__attribute__((export_name("setThrew"))) void set_threw(u32 a, u32 b) { (void)a, (void)b; }

enum { USR1 = 10, SEGV = 11, NODEFER = 0x40000000, BLOCK = 0, UNBLOCK = 1 };
enum { IN_FAULT_HANDLER, ITS_OWN_SIGNAL, ITS_OWN_FAULT, ALL_BLOCKED, IN_HANDLER, REPAIRED };
static volatile u64 sink;
static volatile u32 frames, what, entered;
static u8 input[5];

static void print(const char *s) {
    u32 n = 0, written;
    while (s[n]) n++;
    const u32 vector[2] = {(u32)s, n};
    fd_write(1, vector, 1, &written);
}
__attribute__((noinline)) static u64 recurse(u32 n, u64 a, u64 b) {
    if (!n) return sink;
    u64 r = recurse(n - 1, a + sink, b);
    return r ^ (a + sink) ^ (b - sink);
}
static void handler(u32 signal) {
    entered++;
    if (what == ITS_OWN_SIGNAL || what == ITS_OWN_FAULT) raise_signal(signal);
    else if (what == REPAIRED) {
        if (entered < 3) leave();
        print("later\n");
    } else sink = recurse(frames, 1, 2);
    entered--;
}
static void act(u32 signal, u32 flags, u64 mask) {
    static u32 action[35];
    action[0] = (u32)handler;
    action[1] = (u32)mask;
    action[2] = (u32)(mask >> 32);
    action[33] = flags;
    set_action(signal, action, 0);
}
static void touch(void) { *(volatile u32 *)0xf0000000; }
static void repair(void) {
    static const u64 segv = 1ull << (SEGV - 1);
    for (u32 i = 0; i < 2; i++) {
        invoke(touch);
        set_mask(UNBLOCK, &segv, 0); // as siglongjmp does
        print("left\n");
    }
    set_mask(BLOCK, &segv, 0);
    raise_signal(SEGV);
    if (entered != 2) print("not blocked\n");
    set_mask(UNBLOCK, &segv, 0);
}
__attribute__((export_name("_start"))) void start(void) {
    const u32 vector[2] = {(u32)input, 5};
    u32 got, signal = SEGV;
    fd_read(0, vector, 1, &got);
    what = input[0];
    frames = input[1] | (u32)input[2] << 8 | (u32)input[3] << 16 | (u32)input[4] << 24;
    switch (what) {
    case ITS_OWN_SIGNAL: act(signal = USR1, NODEFER, 0); break;
    case ITS_OWN_FAULT: act(SEGV, NODEFER, 0); break;
    case ALL_BLOCKED: act(signal = USR1, 0, ~0ull); break;
    case IN_HANDLER: act(signal = USR1, 0, 0); break;
    default: act(SEGV, 0, 0); break;
    }
    if (what == REPAIRED) repair();
    else raise_signal(signal);
    print("returned\n");
}
