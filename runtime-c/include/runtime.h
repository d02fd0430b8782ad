// What the runtime's own files share: process state, memory, traps, jumps. Guest access is in guest.h.
#ifndef W2E_RUNTIME_H
#define W2E_RUNTIME_H

#include "arch.h"
#include "traps.gen.h"
#include "w2e.h"
#include <threading.h>

struct w2e_process {
    char **argv;
    char **environ;
    u64 *auxv;
};
extern struct w2e_process w2e_process;

// start.c: where the stack that the thread runs on begins, which it grows down from; 0: not known.
extern PER_THREAD u64 w2e_stack_end;
// The end of its mapping, above that: its limit counts from there.
extern PER_THREAD u64 w2e_stack_top;

// What a program has done before instantiation, by its options: functions of the runtime, NULL behind the last. Absent where there are none.
extern void (*const w2e_preparations[])(void) W2E_WEAK;

// start.c: called by the entry point with the process's initial stack.
W2E_NORETURN void w2e_start(u64 *stack);

// arguments.c: the block with a program's arguments; zero for programs that begin at _start, and before it is made.
struct guest_arguments {
    bool wanted;              // main will get them
    u32 strings, strings_end; // argv's strings
    u32 environment;          // environ's strings follow argv's from here; 0: not placed
    u32 count, pointers;      // argc, argv
};
extern struct guest_arguments w2e_arguments;
// Makes the block, once. Calls the module.
void w2e_place_arguments(void);
// Defined where timers and main loops are: runs them until there are none. Calls the module.
void w2e_run_event_loop(void) W2E_WEAK;
// Returns early when a signal comes.
void w2e_sleep(u32 ms);
// The element `callback` of table 0 is called with two values when the event loop runs next.
void w2e_run_later(u32 callback, u32 argument, u32 value);
// Defined where environ_get is; tells arguments.c that somebody will ask for the environment.
extern const u8 w2e_environment_wanted_mark W2E_WEAK;
// Defined where getdents64 is.
extern const u8 w2e_getdents_mark W2E_WEAK;
#define w2e_environment_wanted (&w2e_environment_wanted_mark != NULL)

// memory.c: reserves and maps memory 0.
void w2e_map_memory(void);

// fault.c
enum { SIGNAL_STACK = 65536 }; // bytes of the stack that faults are handled on
void w2e_install_fault_handlers(void);
// Faults of this thread are handled on SIGNAL_STACK bytes from `at` on, which has a guard in front.
void w2e_use_fault_stack(u8 *at);

// trap.c: what appears after "wasm trap: ". AS-safe.
const char *w2e_trap_message(enum w2e_trap trap);
// Message, backtrace from the registers, exit status 134.
W2E_NORETURN void w2e_report_trap(enum w2e_trap trap, const char *detail, const struct arch_registers *at);
// The same for code of the module that ran outside of the process: its places, innermost first; in front of the caller's own frames.
struct w2e_outside {
    const u32 *places;
    u32 count;
    // The function here that a place belongs to, or 0, and where it begins outside.
    u64 (*function)(u32 place, u64 *start);
};
W2E_NORETURN void w2e_report_outside(enum w2e_trap trap, const struct w2e_outside *outside);
// If set, called before anything is reported; it does not return.
extern void (*w2e_trap_hook)(enum w2e_trap trap);
enum { W2E_TRAP_STATUS = 134 };

// unwind.c: steps to the caller; false at the end of the stack or where there is no unwind information.
bool w2e_unwind_step(struct arch_registers *registers, bool interrupted);

// symbols.c: names from the executable's own .symtab. AS-safe.
struct symbol_table {
    const u8 *symbols;
    u64 count;
    const char *names;
    u64 names_size;
};
bool w2e_symbols_open(struct symbol_table *table);
const char *w2e_symbol_at(const struct symbol_table *table, u64 address, u64 *start);

// jump.c: resumes the nearest invoke_*, or ends the process with the message if there is none.
W2E_NORETURN void w2e_throw(const char *if_uncaught);
// Makes a buffer the only one, which stays the newest when it is resumed; or none with NULL.
void w2e_jump_base(void *buf);
// Ends the process with the message of the newest throw.
W2E_NORETURN void w2e_uncaught(void);
// Pops the buffers in a part of the stack that is given up.
void w2e_jump_forget(u64 low, u64 high);

// emscripten/backtrace.c: the functions of the module that are on the stack, a line each.
struct message;
void w2e_callstack(struct message *m);

W2E_NORETURN void w2e_exit_program(u32 status);

#endif
