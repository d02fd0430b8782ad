// A module inside of a foreign program: instantiation, and what every call of an export begins and ends with. Calls
// nest (an import that the program defines may call exports), and a trap ends the innermost one.
#include "embed.h"
#include "guest-calls.h"
#include "host.h"
#include "message.h"

struct w2e_process w2e_process;
struct w2e_entry *w2e_entry;
u64 w2e_stack_end; // not known: a program has as many stacks as it likes

extern char **environ W2E_WEAK;

enum { NEVER_TRIED = W2E_NOT_INSTANTIATED };
// Of the module: W2E_OK once it is instantiated, else why it is not.
static u32 state = NEVER_TRIED;

u64 frames_end(void) { return w2e_entry ? (u64)w2e_entry : -1ul; }

static void begin(struct w2e_entry *entry) {
    // The program's setenv may have moved the vector.
    static char *none[1];
    w2e_process.environ = &environ && environ ? environ : none;
    entry->outer = w2e_entry;
    entry->status = W2E_TRAP_UNCAUGHT_EXCEPTION;
    arch_save_float_control(&entry->float_control);
    w2e_jump_push(entry->resume);
    w2e_entry = entry;
}

u32 w2e_enter(struct w2e_entry *entry) {
    if (state != W2E_OK) return state;
    begin(entry);
    return W2E_OK;
}

void w2e_leave(struct w2e_entry *entry) {
    w2e_jump_pop(entry->resume);
    w2e_entry = entry->outer;
}

u32 w2e_leave_trapped(struct w2e_entry *entry) {
    // A signal handler starts with a control word of its own.
    arch_restore_float_control(&entry->float_control);
    w2e_leave(entry);
    return entry->status;
}

// What the kernel told the program at its start; without /proc nothing.
static void read_auxiliary_vector(void) {
    static u64 vector[2 * 64 + 2];
    static char *arguments[] = {"module", NULL};
    w2e_process.argv = arguments;
    w2e_process.auxv = vector;
    long fd = host_open_to_read("/proc/self/auxv");
    if (sys_failed(fd)) return;
    if (sys_failed(host_read(fd, vector, sizeof vector - 2 * sizeof vector[0]))) vector[0] = 0;
    host_close(fd);
    for (const u64 *a = vector; a[0]; a += 2)
        if (a[0] == AT_PAGESZ) arch_set_host_page(a[1]);
}

static void instantiate(void) {
    w2e_init();
    if (guest_has__initialize()) guest_call__initialize();
    else if (!guest_has__start()) guest_call___wasm_call_ctors();
}

u32 w2e_api_instantiate(void) {
    if (state != NEVER_TRIED) return state;
    read_auxiliary_vector();
    if (!w2e_reserve_memory() || !w2e_prepare_thread()) return state = W2E_NO_MEMORY;
    w2e_install_fault_handlers();
    state = W2E_OK; // the start function may call imports that call exports
    struct w2e_entry entry;
    begin(&entry);
    if (w2e_setjmp(entry.resume)) return state = w2e_leave_trapped(&entry);
    instantiate();
    w2e_leave(&entry);
    return W2E_OK;
}

// exit() of the module. Calls the module: its exit functions, its stdio, then the end of the call.
void w2e_exit_program(u32 status) {
    guest_call___funcs_on_exit();
    guest_call___stdio_exit();
    w2e_exit_process(status);
}
