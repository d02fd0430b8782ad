// Where argv and the environment lie: a program with a stack of 4 KiB whose constructor asks for the environment, as
// Emscripten's libc does. Prints its last argument if nothing lies on the stack and all of it is one block.
typedef unsigned char u8;
typedef unsigned u32;
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name), noinline))
WASI(fd_write) u32 fd_write(u32, const void *, u32, u32 *);
WASI(environ_sizes_get) u32 environ_sizes_get(u32 *, u32 *);
WASI(environ_get) u32 environ_get(char **, char *);

extern u8 __heap_base[];
static u32 heap;
static char **environment;
static u32 count;
static u32 take(u32 size) {
    u32 at = heap ? heap : (u32)__heap_base;
    heap = (at + size + 15) & ~15u;
    if (heap > __builtin_wasm_memory_size(0) * 65536u) __builtin_wasm_memory_grow(0, (heap >> 16) - __builtin_wasm_memory_size(0) + 1);
    return heap > __builtin_wasm_memory_size(0) * 65536u ? 0 : at;
}
#ifdef WITH_MALLOC
EXPORT(malloc) u32 guest_malloc(u32 size) { return take(size); }
#endif
static u32 stack_pointer(void) { u32 sp; __asm__ volatile("global.get __stack_pointer\n local.set %0" : "=r"(sp)); return sp; }
EXPORT(stackSave) u32 stack_save(void) { return stack_pointer(); }
EXPORT(stackAlloc) u32 stack_alloc(u32 size) {
    u32 sp = (stack_pointer() - size) & ~15u;
    __asm__ volatile("local.get %0\n global.set __stack_pointer" : : "r"(sp));
    return sp;
}
static u32 length(const char *s) { u32 n = 0; while (s[n]) n++; return n; }
static void print(const char *s) {
    const u32 vector[2] = {(u32)s, length(s)};
    u32 written;
    fd_write(1, vector, 1, &written);
}
EXPORT(__wasm_call_ctors) void construct(void) {
    u32 size;
    environ_sizes_get(&count, &size);
    environment = (char **)take(4 * count + 4);
    environ_get(environment, (char *)take(size));
}
EXPORT(main) int program(int argc, char **argv) {
    const char *next = argv[0];
    for (int i = 0; i < argc; i++) {
        if (argv[i] != next) print("argv is not one block\n");
        next = argv[i] + length(argv[i]) + 1;
    }
#ifdef WITH_MALLOC
    if ((u8 *)argv[0] < __heap_base || (u8 *)argv < __heap_base) print("on the stack\n");
    for (u32 i = 0; i < count; i++) {
        if (environment[i] != next) print("the environment does not follow argv\n");
        next = environment[i] + length(environment[i]) + 1;
    }
#endif
    if ((u8 *)environment[0] < __heap_base) print("environment on the stack\n");
    print(argv[argc - 1]);
    return 0;
}
