// Every way from the runtime into the module. The module may do anything before it returns, or never return: call any
// import, grow and unmap memory, fork, throw through the runtime's frames, recurse, return garbage. So
// - nothing is held then (hold.h; --runtime=checked asserts it): no list is half changed, no place in one is remembered;
// - lengths and texts that are needed afterwards are copies in the runtime's own memory;
// - what the module returns is checked with guest_range, and lists are looked up again.
// A function that may call the module says so in its comment: "Calls the module."
#ifndef W2E_GUEST_CALLS_H
#define W2E_GUEST_CALLS_H

#include "hold.h"
#include "traps.gen.h"
#include "w2e.h"

// Exports by name: result, name, parameters, arguments, and what a call does where the module does not export it.
#define W2E_GUEST_EXPORTS(X) \
    X(u32, main, (u32 argc, u32 argv), (argc, argv), return 0) \
    X(void, _start, (void), (), return) \
    X(void, _initialize, (void), (), return) \
    X(void, __wasm_call_ctors, (void), (), return) \
    X(u32, stackAlloc, (u32 size), (size), return 0) \
    X(u32, emscripten_stack_get_end, (void), (), return 0) \
    X(void, setThrew, (u32 threw, u32 value), (threw, value), return) \
    X(u32, malloc, (u32 size), (size), return 0) \
    X(void, free, (u32 block), (block), return) \
    X(u32, memalign, (u32 alignment, u32 size), (alignment, size), return 0) \
    X(u32, __errno_location, (void), (), return 0) \
    X(u32, getenv, (u32 name), (name), return 0) \
    X(void, __funcs_on_exit, (void), (), return) \
    X(void, __stdio_exit, (void), (), return) \
    X(u32, fflush, (u32 stream), (stream), return 0) \
    X(u32, __cxa_can_catch, (u32 caught, u32 thrown, u32 adjusted), (caught, thrown, adjusted), return 0) \
    X(u32, __cxa_is_pointer_type, (u32 type), (type), return 0) \
    X(void, __dl_seterr, (u32 format, u32 argument), (format, argument), return)

// Elements of table 0, with the type check of call_indirect. A module without a table has no element.
#define W2E_GUEST_ELEMENTS(X) \
    X(void, vi, (u32 index, u32 a), (index, a), w2e_trap_undefined_element()) \
    X(void, viii, (u32 index, u32 a, u32 b, u32 c), (index, a, b, c), w2e_trap_undefined_element()) \
    X(u32, ii, (u32 index, u32 a), (index, a), w2e_trap_undefined_element())

#define W2E_GUEST_CALL(symbol, wrapper, result, parameters, arguments, otherwise) \
    W2E_WEAK result symbol parameters; \
    static inline result wrapper parameters { \
        if (!symbol) otherwise; \
        check_nothing_is_held(); \
        return symbol arguments; \
    }
#define X(result, name, parameters, arguments, otherwise) \
    W2E_GUEST_CALL(w2e_export_##name, guest_call_##name, result, parameters, arguments, otherwise) \
    static inline bool guest_has_##name(void) { return w2e_export_##name != NULL; }
W2E_GUEST_EXPORTS(X)
#undef X
#define X(result, name, parameters, arguments, otherwise) \
    W2E_GUEST_CALL(w2e_call_##name, guest_call_element_##name, result, parameters, arguments, otherwise)
W2E_GUEST_ELEMENTS(X)
#undef X

// A block of the module's heap that results go to, over and over.
struct guest_block { u32 address, size; };
// Its address, with room for at least `size` bytes, or 0. Calls the module.
u32 guest_block_of(struct guest_block *block, u32 size);

#endif
