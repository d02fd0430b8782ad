// Process start: argv, environ and auxv from the stack; memory; fault handlers; w2e_init; then the program.
// A program is `_start` (WASI), or constructors and `main` (Emscripten), or another export in its place (--entry).
#include "guest-calls.h"
#include "host.h"
#include "message.h"
#include "reserve.h"
#include "runtime.h"
#include "text.h"
#include <run.h>

struct w2e_process w2e_process;
PER_THREAD u64 w2e_stack_end, w2e_stack_top;

enum { AT_EXECFN = 31, STACK_GUARD = 1 << 20 };

static void initialize(void) {
    if (guest_has__initialize()) guest_call__initialize();
    else run_constructors();
}

static W2E_NORETURN void run_program(void) {
    for (void (*const *prepare)(void) = w2e_preparations; prepare && *prepare; prepare++) (*prepare)();
    w2e_init();
    if (guest_has__start()) {
        run__start();
        w2e_exit_program(0);
    }
    if (guest_has_main()) {
        // A constructor of the module's libc may ask for the environment, which is placed with the arguments.
        w2e_arguments.wanted = true;
        if (!guest_has_malloc()) w2e_place_arguments();
        initialize();
        w2e_place_arguments();
        u32 status = run_main(w2e_arguments.count, w2e_arguments.pointers);
        if (w2e_run_event_loop) w2e_run_event_loop();
        w2e_exit_program(status);
    }
    initialize(); // its start function has been the program
    w2e_exit_program(0);
}

// Calls the module. Runs its exit functions, flushes its stdio, ends the process.
void w2e_exit_program(u32 status) {
    static u64 first;
    only_first_thread(&first);
    guest_call___funcs_on_exit();
    guest_call___stdio_exit();
    w2e_exit_process(status);
}

static void *stack_top(u64 size) {
    size = whole_host_pages(size);
    long p = host_map(size + STACK_GUARD, PROT_NONE, MAP_NORESERVE);
    if (sys_failed(p) || sys_failed(host_protect(own_bytes((void *)(p + STACK_GUARD), size), size, PROT_READ | PROT_WRITE)))
        w2e_fatal("wasm2elf: no address space for the stack (--stack-size)", 1);
    return (u8 *)p + STACK_GUARD + size;
}

// Not inlined where there are threads: the thread pointer is not to be read before it is set.
static THREAD_ENTRY W2E_NORETURN void start(u64 *stack) {
    w2e_process.argv = (char **)(stack + 1);
    w2e_process.environ = w2e_process.argv + stack[0] + 1;
    char **end = w2e_process.environ;
    while (*end) end++;
    w2e_process.auxv = (u64 *)(end + 1);
    declare_initial_stack(stack);
    const char *last = NULL; // string on the stack; a word of zeros ends it
    for (const u64 *a = w2e_process.auxv; a[0]; a += 2) {
        if (a[0] == AT_PAGESZ) arch_set_host_page(a[1]);
        if (a[0] == AT_EXECFN) last = (const char *)a[1];
    }
    w2e_stack_top = last ? whole_host_pages((u64)last + text_length(last) + 9) : (u64)stack;
    w2e_map_memory();
    w2e_install_fault_handlers();
    w2e_stack_end = (u64)stack;
    if (w2e_module.stack_size) {
        void *top = stack_top(w2e_module.stack_size);
        w2e_stack_end = w2e_stack_top = (u64)top;
        w2e_arch_run_on_stack(top, run_program);
    }
    run_program();
}

W2E_NORETURN void w2e_start(u64 *stack) {
    begin_main_thread();
    start(stack);
}
