// Process start: argv, environ and auxv from the stack; memory; fault handlers; w2e_init; then the program.
// A program is `_start` (WASI), or constructors and `main` (Emscripten), whose argv goes onto the guest stack.
#include "guest.h"
#include "kernel.h"
#include "message.h"
#include "runtime.h"
#include "text.h"

struct w2e_process w2e_process;
u64 w2e_stack_end;

// Where argv's strings start and end in guest memory; environ follows where environ_get is linked in.
struct guest_arguments w2e_arguments;

enum { ENVIRONMENT_ON_STACK_MAX = 16384, AT_PAGESZ = 6 };

static u32 strings_size(char **strings, u32 *count) {
    u64 size = 0;
    u32 n = 0;
    for (; strings[n]; n++) size += text_length(strings[n]) + 1;
    *count = n;
    return size < 0x7fffffff ? (u32)size : 0x7fffffff;
}

static u8 *put_strings(u8 *to, char **strings, u8 *pointers) {
    for (; *strings; strings++, pointers += 4) {
        u64 n = text_length(*strings) + 1;
        if (pointers) store32(pointers, guest_address(to));
        memcpy(to, *strings, n);
        to += n;
    }
    return to;
}

// One block: argv strings, environ strings, then argv's pointers. Contiguity is what programs that write
// their title over argv expect.
static u32 place_arguments(void) {
    u32 argc, envc;
    u32 argv_size = strings_size(w2e_process.argv, &argc);
    u32 env_size = strings_size(w2e_process.environ, &envc);
    bool with_environment = w2e_environment_wanted && env_size <= ENVIRONMENT_ON_STACK_MAX;
    u32 strings = argv_size + (with_environment ? env_size : 0);
    strings = (strings + 15) & ~15u;
    u32 total = (strings + 4 * (argc + 1) + 15) & ~15u;
    u32 block = w2e_export_stackAlloc ? w2e_export_stackAlloc(total) : 0;
    u8 *at = block ? guest_range(block, total) : NULL;
    if (!at) w2e_fatal("wasm2elf: the arguments do not fit on the module's stack", 1);
    u8 *pointers = at + strings;
    u8 *end = put_strings(at, w2e_process.argv, pointers);
    store32(pointers + 4 * argc, 0);
    w2e_arguments = (struct guest_arguments){block, guest_address(end), 0, argc, guest_address(pointers)};
    if (with_environment) {
        w2e_arguments.environment = guest_address(end);
        u8 *p = end;
        for (char **e = w2e_process.environ; *e; e++) {
            u64 n = text_length(*e) + 1;
            memcpy(p, *e, n);
            p += n;
        }
    }
    return argc;
}

static W2E_NORETURN void run_program(void) {
    w2e_init();
    if (w2e_export__start) {
        w2e_export__start();
        w2e_exit_program(0);
    }
    if (w2e_export_main) {
        u32 argc = place_arguments();
        if (w2e_export___wasm_call_ctors) w2e_export___wasm_call_ctors();
        w2e_exit_program(w2e_export_main(argc, w2e_arguments.pointers));
    }
    if (w2e_export__initialize)
        w2e_export__initialize();
    else if (w2e_export___wasm_call_ctors)
        w2e_export___wasm_call_ctors();
    else
        w2e_fatal("wasm2elf: the module has neither _start nor main: there is nothing to run", 1);
    w2e_exit_program(0);
}

// Runs the module's exit functions, flushes its stdio, ends the process.
void w2e_exit_program(u32 status) {
    if (w2e_export___funcs_on_exit) w2e_export___funcs_on_exit();
    if (w2e_export___stdio_exit) w2e_export___stdio_exit();
    w2e_exit_process(status);
}

static void *stack_top(u64 size) {
    size = (size + HOST_PAGE - 1) & ~(u64)(HOST_PAGE - 1);
    long p = sys(SYS_mmap, 0, size + HOST_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (sys_failed(p) || sys_failed(sys(SYS_mprotect, p + HOST_PAGE, size, PROT_READ | PROT_WRITE)))
        w2e_fatal("wasm2elf: no address space for the stack (--stack-size)", 1);
    return (u8 *)p + HOST_PAGE + size;
}

W2E_NORETURN void w2e_start(u64 *stack) {
    w2e_process.argv = (char **)(stack + 1);
    w2e_process.environ = w2e_process.argv + stack[0] + 1;
    char **end = w2e_process.environ;
    while (*end) end++;
    w2e_process.auxv = (u64 *)(end + 1);
    declare_initial_stack(stack);
    for (const u64 *a = w2e_process.auxv; a[0]; a += 2)
        if (a[0] == AT_PAGESZ) arch_set_host_page(a[1]);
    w2e_map_memory();
    w2e_install_fault_handlers();
    w2e_stack_end = (u64)stack;
    if (w2e_module.stack_size) {
        void *top = stack_top(w2e_module.stack_size);
        w2e_stack_end = (u64)top;
        w2e_arch_run_on_stack(top, run_program);
    }
    run_program();
}
