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

// Where the module does not export a function, a call of it does nothing and returns 0. A module without a table has no element.
#define W2E_ABSENT_void return
#define W2E_ABSENT_u32 return 0

// In ring 0 those that are called are there (`kernelCalledExports` in tables/kernel.ts).
#ifdef W2E_RING0
#define W2E_EXPORT
#else
#define W2E_EXPORT W2E_WEAK
#endif

#define W2E_GUEST_CALL(symbol, wrapper, result, parameters, arguments, otherwise) \
    W2E_EXPORT result symbol parameters; \
    static inline result wrapper parameters { \
        if (!symbol) otherwise; \
        check_nothing_is_held(); \
        return symbol arguments; \
    }
#define X(result, name, parameters, arguments) \
    W2E_GUEST_CALL(w2e_export_##name, guest_call_##name, result, parameters, arguments, W2E_ABSENT_##result) \
    static inline bool guest_has_##name(void) { return w2e_export_##name != NULL; }
W2E_GUEST_EXPORTS(X)
#undef X
#define X(result, name, parameters, arguments) \
    W2E_GUEST_CALL(w2e_call_##name, guest_call_element_##name, result, parameters, arguments, w2e_trap_undefined_element())
W2E_GUEST_ELEMENTS(X)
#undef X

// Defines what stands in for an export where the module has none; the file is linked only where something needs it.
#define W2E_STAND_IN(name) w2e_export_##name

// Where `size` bytes of the module's stack are free for a call that it does not expect, and the stack pointer during it: beyond the
// module's red zone, as LLVM lets leaf functions use 128 bytes behind the stack pointer.
struct free_stack { u32 at, pointer; };
static inline struct free_stack beyond_red_zone(u32 stack_pointer, u32 size) {
    enum { RED_ZONE = 128 };
    u32 down = ((stack_pointer - RED_ZONE) & ~15u) - size, up = (stack_pointer + RED_ZONE + 15) & ~15u;
    return abi_has(ABI_STACK_UP) ? (struct free_stack){up, up + ((size + 15) & ~15u)} : (struct free_stack){down, down};
}

// Memory that the module does not free. Calls the module.
u32 guest_malloc_uncounted(u32 size);
// A block of the module's heap that results go to, over and over.
struct guest_block { u32 address, size; };
// Its address, with room for at least `size` bytes, or 0. Calls the module.
u32 guest_block_of(struct guest_block *block, u32 size);

#endif
