// A module whose allocator, environment and handlers do what they should not while the runtime waits for them. Two bytes
// on standard input choose the import that is called and what its callbacks do; clang --target=wasm32 builds it. Prints
// "intact" if its memory, table and stack pointer are what they should be afterwards.
typedef unsigned char u8;
typedef _Bool bool;
typedef unsigned u32;
typedef unsigned long long u64;
#define ENV(name) __attribute__((import_module("env"), import_name(#name)))
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name), noinline))
WASI(fd_read) u32 fd_read(u32, const void *, u32, u32 *);
WASI(fd_write) u32 fd_write(u32, const void *, u32, u32 *);
WASI(proc_exit) void proc_exit(u32);
ENV(__syscall_mmap2) u32 map(u32, u32, u32, u32, u32, u32);
ENV(__syscall_munmap) u32 unmap(u32, u32);
ENV(__syscall_mremap) u32 remap(u32, u32, u32, u32, u32);
ENV(shmget) u32 shm_get(u32, u32, u32);
ENV(shmat) u32 shm_attach(u32, u32, u32);
ENV(shmdt) u32 shm_detach(u32);
ENV(shmctl) u32 shm_control(u32, u32, u32);
ENV(sem_open) u32 semaphore_open(const char *, u32, const u32 *);
ENV(sem_close) u32 semaphore_close(u32);
ENV(sem_unlink) u32 semaphore_unlink(const char *);
ENV(getaddrinfo) u32 get_addresses(const char *, const char *, const u32 *, u32 *);
ENV(gethostbyname) u32 host_by_name(const char *);
ENV(getprotobyname) u32 protocol_by_name(const char *);
ENV(getpwnam) u32 user_by_name(const char *);
ENV(getpwent) u32 next_user(void);
ENV(getgrnam) u32 group_by_name(const char *);
ENV(_tzset_js) void set_zone(u32 *, u32 *, u32 *);
ENV(_localtime_js) void local_time(u32 *, u32 *);
ENV(_dlopen_js) u32 open_library(u32);
ENV(__cxa_allocate_exception) u32 allocate_exception(u32);
ENV(__cxa_throw) void throw_exception(u32, u32, u32);
ENV(invoke_v) void invoke(void (*)(void));
ENV(fork) u32 fork_process(void);
ENV(waitpid) u32 wait_for(u32, u32 *, u32);
ENV(raise) u32 raise_signal(u32);
ENV(sigaction) u32 set_action(u32, const void *, void *);

enum { PAGE = 4096, SPACE = 1 << 20, READ_WRITE = 3, PRIVATE = 0x22 };
static u8 space[SPACE] __attribute__((aligned(65536)));
static u32 used, callback, choice, errno_word, threw;
static u32 budget; // for what would have no end, per call
static char zone[64] = "Europe/Berlin", name[64] = "/w2e-hostile";
static u8 answer[2];

static u32 length(const char *s) { u32 n = 0; while (s[n]) n++; return n; }
static void print(const char *s) {
    const u32 vector[2] = {(u32)s, length(s)};
    u32 written;
    fd_write(1, vector, 1, &written);
}
static u32 twice(void) { return 2; }
static u32 thrice(void) { return 3; }
static u32 (*volatile table[])(void) = {twice, thrice};

static void operate(void);
static bool may(void) { return budget && budget--; }
static void handler(u32 signal) { (void)signal; if (may()) operate(); }
static u32 fresh(u32 alignment, u32 size) {
    u32 at = ((u32)space + used + alignment - 1) & -alignment;
    if (size > SPACE || at + size > (u32)space + SPACE) used = 0, at = (u32)space; // gives space again before it says no
    used = at + size - (u32)space;
    return at;
}
enum {
    HONEST, SAME_BLOCK, NULL_BLOCK, GARBAGE, LAST_PAGE, UNALIGNED, RECURSE, RECURSE_FOREVER, GROW, UNMAP_ALL, SPLIT, FORK, TRAP, THROW,
    OTHER_ZONE, SIGNAL, OVERWRITE, CALLBACKS,
};
// What every callback does first.
static void misbehave(void) {
    static u32 action[35];
    u32 status;
    switch (callback) {
    case RECURSE: if (may()) operate(); break;
    case RECURSE_FOREVER: operate(); break;
    case GROW: __builtin_wasm_memory_grow(0, 1); break;
    case UNMAP_ALL: unmap((u32)space, SPACE); break;
    case SPLIT: for (u32 i = 0; i < 200; i++) unmap((u32)space + 2 * PAGE * (i % 100) + PAGE, PAGE); break;
    case FORK: if (may()) { u32 child = fork_process(); if (!child) proc_exit(0); wait_for(child, &status, 0); } break;
    case TRAP: __builtin_trap();
    case THROW: if (may()) throw_exception((u32)space + 64, 0, 0); break;
    case OTHER_ZONE: for (u32 i = 0; i < 13; i++) zone[i] = "Asia/Kolkata"[i]; if (may()) set_zone((u32 *)space, (u32 *)space + 1, (u32 *)space + 2); break;
    case SIGNAL: if (may()) { action[0] = (u32)handler; set_action(10, action, 0); raise_signal(10); } break;
    case OVERWRITE: for (u32 i = 0; i < 64; i++) name[i] = (char)('a' + i % 26); name[63] = 0; break; // longer than it was
    }
}
static u32 block(u32 alignment, u32 size) {
    misbehave();
    u32 pages = (u32)__builtin_wasm_memory_size(0);
    switch (callback) {
    case SAME_BLOCK: return (u32)space;
    case NULL_BLOCK: return 0;
    case GARBAGE: return 0xfffff000;
    case LAST_PAGE: return pages * 65536 - PAGE;
    case UNALIGNED: return fresh(alignment, size) + 1;
    default: return fresh(alignment, size);
    }
}
EXPORT(malloc) u32 guest_malloc(u32 size) { return block(16, size); }
EXPORT(memalign) u32 guest_memalign(u32 alignment, u32 size) { return block(alignment, size); }
EXPORT(free) void guest_free(u32 at) { (void)at; misbehave(); }
EXPORT(getenv) u32 guest_getenv(u32 at) { (void)at; misbehave(); return (u32)zone; }
EXPORT(__errno_location) u32 guest_errno(void) { misbehave(); return callback == GARBAGE ? 0xfffffffe : (u32)&errno_word; }
EXPORT(__dl_seterr) void set_dl_error(u32 a, u32 b) { (void)a, (void)b; misbehave(); }
EXPORT(setThrew) void set_threw(u32 a, u32 b) { (void)b; threw = a; }
EXPORT(stackSave) u32 stack_save(void) { u32 sp; __asm__ volatile("global.get __stack_pointer\n local.set %0" : "=r"(sp)); return sp; }

enum { MAP, MAP_SPLIT, REMAP, SHARED, SEMAPHORE, ADDRESSES, HOST, PROTOCOL, USER, USERS, GROUP, TZSET, LOCAL, LIBRARY, EXCEPTION, OPERATIONS };
static void operate(void) {
    static u32 results[16], segments;
    const u32 va[2] = {0600, 1};
    u32 a, b;
    switch (choice) {
    case MAP: a = map(0, 3 * PAGE, READ_WRITE, PRIVATE, (u32)-1, 0); b = map(0, PAGE, READ_WRITE, PRIVATE, (u32)-1, 0); unmap(a, PAGE); unmap(b, PAGE); break;
    case MAP_SPLIT:
        for (u32 i = 0; i < 200; i++) a = map(0, 3 * PAGE, READ_WRITE, PRIVATE, (u32)-1, 0), unmap(a + PAGE, PAGE);
        unmap((u32)space, SPACE);
        break;
    case REMAP: a = map(0, PAGE, READ_WRITE, PRIVATE, (u32)-1, 0); remap(a, PAGE, 5 * PAGE, 1, 0); break;
    case SHARED:
        if (segments++ == 64) break; // the machine has 4,096, and a trap leaves them behind
        a = shm_get(0, 2 * PAGE, 0600); b = shm_attach(a, 0, 0); shm_control(a, 0, 0); shm_detach(b); break;
    case SEMAPHORE: a = semaphore_open(name, 0100, va); b = semaphore_open(name, 0100, va); semaphore_unlink(name); semaphore_close(a); semaphore_close(b); break;
    case ADDRESSES: get_addresses(callback == OVERWRITE ? name : "127.0.0.1", "80", 0, results); break;
    case HOST: host_by_name("127.0.0.1"); break;
    case PROTOCOL: protocol_by_name("tcp"); break;
    case USER: user_by_name("root"); break;
    case USERS: for (u32 i = 0; i < 30; i++) next_user(); break;
    case GROUP: group_by_name("root"); break;
    case TZSET: set_zone(results, results + 1, results + 2); break;
    case LOCAL: results[0] = 1000000000; local_time(results, results + 2); break;
    case LIBRARY: open_library((u32)space); break;
    case EXCEPTION: allocate_exception(64); allocate_exception(0xfffffff0); break;
    }
}
EXPORT(_start) void start(void) {
    const u32 vector[2] = {(u32)answer, 2};
    u32 got, pages = (u32)__builtin_wasm_memory_size(0);
    fd_read(0, vector, 1, &got);
    choice = answer[0];
    callback = answer[1];
    if (choice == OPERATIONS && callback == CALLBACKS) return print("end\n");
    if (choice >= OPERATIONS || callback >= CALLBACKS) return print("none\n");
    for (u32 i = 0; i < 3; i++) {
        u32 before = stack_save();
        budget = callback == FORK ? 3 : 20;
        invoke(operate);
        if (callback != THROW && stack_save() != before) print("stack pointer lost\n");
    }
    if (__builtin_wasm_memory_size(0) < pages || (callback != GROW && __builtin_wasm_memory_size(0) != pages)) print("memory changed\n");
    if (table[0]() != 2 || table[1]() != 3) print("table changed\n");
    print("intact\n");
}
