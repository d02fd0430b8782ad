// setjmp/longjmp and C++ exceptions in Emscripten's JavaScript-style scheme: code that may catch calls through
// invoke_*, and the rest of the C++ ABI is here. Before each thrown object lies the header below, which newer
// libc++abi versions in the module share; what find_matching_catch returns is the thrown object itself.
#include "guest-calls.h"
#include "guest-state.h"
#include "guest.h"
#include "imports.gen.h"
#include "runtime.h"

enum { HEADER_SIZE = 24, CAUGHT_MAX = 1024 };

struct header {
    u32 references, type, destructor;
    u8 caught, rethrown, pad[2];
    u32 adjusted, pad1;
};

static PER_THREAD u32 uncaught; // exceptions that no handler has begun for
// Handlers being executed, innermost last. Changed while held only.
static PER_THREAD u32 caught[CAUGHT_MAX], caught_count;

static struct header *header_of(u32 object) {
    struct header *h = guest_range((object - HEADER_SIZE) & ~3u, HEADER_SIZE); // words, as in JavaScript
    if (!object || !h) w2e_trap_out_of_bounds_memory_access();
    return h;
}

static W2E_NORETURN void throw_last(void) { w2e_throw("C++ exception"); }

void w2e_env__emscripten_throw_longjmp(void) { w2e_throw("longjmp without setjmp"); }
void w2e_env_emscripten_longjmp(u32 environment, u32 value) {
    guest_call_setThrew(environment, value ? value : 1);
    w2e_throw("longjmp without setjmp");
}

u32 w2e_env___cxa_allocate_exception(u32 size) {
    if (!guest_has_malloc()) w2e_trap_undefined_import("malloc, which __cxa_allocate_exception needs exported");
    u32 block = size < (u32)-HEADER_SIZE ? guest_call_malloc(size + HEADER_SIZE) : 0;
    return block ? block + HEADER_SIZE : 0;
}
void w2e_env___cxa_free_exception(u32 object) { guest_call_free(object - HEADER_SIZE); }

// std::exception_ptr hands exceptions to other threads.
static void refer_to(struct header *h) { __atomic_fetch_add(&h->references, 1, __ATOMIC_RELAXED); }

void w2e_env___cxa_increment_exception_refcount(u32 object) {
    if (object) refer_to(header_of(object));
}
// Calls the module. A rethrown exception lives on without references until its next handler has begun.
void w2e_env___cxa_decrement_exception_refcount(u32 object) {
    if (!object) return;
    struct header *h = header_of(object);
    if (__atomic_fetch_sub(&h->references, 1, __ATOMIC_ACQ_REL) != 1 || h->rethrown) return;
    // Destructors return their object in Emscripten's C++ ABI.
    if (h->destructor) guest_call_element_ii(h->destructor, object);
    w2e_env___cxa_free_exception(object);
}

void w2e_env___cxa_throw(u32 object, u32 type, u32 destructor) {
    *header_of(object) = (struct header){0, type, destructor, 0, 0, {0}, 0, 0};
    w2e_guest_state.thrown = object;
    uncaught++;
    throw_last();
}

static void push_caught(u32 object) {
    hold_own();
    bool room = caught_count < CAUGHT_MAX;
    if (room) caught[caught_count++] = object;
    release_own();
    if (!room) w2e_trap_call_stack_exhausted();
}
// The innermost; 0 if there is none.
static u32 pop_caught(void) {
    hold_own();
    u32 object = caught_count ? caught[--caught_count] : 0;
    release_own();
    return object;
}

void w2e_env___cxa_rethrow(void) {
    u32 object = pop_caught();
    if (!object) w2e_throw("rethrow without exception");
    struct header *h = header_of(object);
    if (!h->rethrown) {
        push_caught(object);
        h->rethrown = 1;
        h->caught = 0;
        uncaught++;
    }
    w2e_guest_state.thrown = object;
    throw_last();
}

static u32 pointer_for_handler(u32 object) {
    const struct header *h = header_of(object);
    if (!guest_call___cxa_is_pointer_type(h->type)) return h->adjusted ? h->adjusted : object;
    const u8 *p = guest_range(object, 4);
    if (!p) w2e_trap_out_of_bounds_memory_access();
    return load32(p);
}

u32 w2e_env___cxa_begin_catch(u32 object) {
    struct header *h = header_of(object);
    if (!h->caught) {
        h->caught = 1;
        uncaught--;
    }
    h->rethrown = 0;
    push_caught(object);
    refer_to(h);
    return pointer_for_handler(object);
}

void w2e_env___cxa_end_catch(void) {
    guest_call_setThrew(0, 0);
    u32 object = pop_caught();
    if (!object) return;
    w2e_env___cxa_decrement_exception_refcount(object);
    w2e_guest_state.thrown = 0;
}

u32 w2e_env___cxa_get_exception_ptr(u32 object) { return pointer_for_handler(object); }
u32 w2e_env___cxa_uncaught_exceptions(void) { return uncaught; }
u32 w2e_env_llvm_eh_typeid_for(u32 type) { return type; }
void w2e_env___cxa_call_unexpected(u32 object) {
    (void)object;
    w2e_env_abort();
}

u32 w2e_env___cxa_current_primary_exception(void) {
    if (!caught_count) return 0;
    u32 object = caught[caught_count - 1];
    refer_to(header_of(object));
    return object;
}
u32 w2e_env___cxa_current_exception_type(void) { return caught_count ? header_of(caught[caught_count - 1])->type : 0; }
void w2e_env___cxa_rethrow_primary_exception(u32 object) {
    if (!object) return;
    push_caught(object);
    header_of(object)->rethrown = 1;
    w2e_env___cxa_rethrow();
}

void w2e_env___resumeException(u32 object) {
    if (!w2e_guest_state.thrown) w2e_guest_state.thrown = object;
    throw_last();
}

// The thrown object, with the type of the clause that takes it (or of the object) as the second result.
u32 w2e_find_matching_catch(const u32 *types, u32 count) {
    u32 object = w2e_guest_state.thrown;
    w2e_set_second_result(0);
    if (!object) return 0;
    struct header *h = header_of(object);
    h->adjusted = object;
    if (!h->type) return object;
    w2e_set_second_result(h->type);
    for (u32 i = 0; i < count; i++) {
        if (types[i] == 0 || types[i] == h->type) break;
        // can_catch takes the address of the pointer and may adjust it to a base class.
        u32 adjusted = object - HEADER_SIZE + (u32)__builtin_offsetof(struct header, adjusted);
        if (!guest_call___cxa_can_catch(types[i], h->type, adjusted)) continue;
        w2e_set_second_result(types[i]);
        break;
    }
    return object;
}
