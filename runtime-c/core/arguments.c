// argv of a program that begins at main: argv's strings, the environment's behind them where somebody asks for it, argv's
// pointers, and the environment's, where a main with three parameters has them. Contiguity is what programs expect that
// write their title over argv and the environment. They lie in one block of the module's heap, which has room for any size. A module that does not export malloc gets argv alone, and on
// its stack before anything runs, as from Emscripten's own glue: a small part of what may be the stack, or a refusal. One
// that exports neither has a main without arguments, for which a link that minifies keeps no way to place any.
#include "guest-calls.h"
#include "guest.h"
#include "message.h"
#include "runtime.h"
#include "text.h"

struct guest_arguments w2e_arguments;

// An eighth of what may be the stack, and of the smallest that Emscripten gives by default. Half of what is free where
// the module tells.
enum { STACK_PART = 8, SMALLEST_STACK = 65536 };

static u64 strings_size(char **strings, u32 *count) {
    u64 size = 0;
    u32 n = 0;
    for (; strings[n]; n++) size += text_length(strings[n]) + 1;
    *count = n;
    return size;
}

static u8 *put_strings(u8 *to, char **strings, u8 *pointers) {
    for (; *strings; strings++) {
        u64 n = text_length(*strings) + 1;
        if (pointers) store32(pointers, guest_address(to)), pointers += 4;
        memcpy(to, *strings, n);
        to += n;
    }
    return to;
}

// Whether so much of the stack may be taken. Where its end is not known, static data that is not zero may end it.
static bool stack_has(u64 size) {
    if (size <= SMALLEST_STACK / STACK_PART) return true;
    u32 now = guest_call_stackAlloc(0), end = guest_call_emscripten_stack_get_end();
    if (guest_has_emscripten_stack_get_end()) return now > end && size <= (now - end) / 2;
    const u8 *top = guest_range(0, now), *low = w2e_memory + now;
    if (!top) return false;
    while (low > w2e_memory && !low[-1]) low--;
    return size <= (u64)(w2e_memory + now - low) / STACK_PART;
}

static u32 take_block(u64 size) {
    if (size >= 1ul << 31) return 0;
    if (guest_has_malloc()) return guest_malloc_uncounted((u32)size);
    return stack_has(size) ? guest_call_stackAlloc((u32)size) : 0;
}

static W2E_NORETURN void refuse(u64 size) {
    struct message m;
    message_start(&m);
    message_text(&m, "wasm2elf: argument list too long: ");
    message_decimal(&m, size);
    message_text(&m, guest_has_malloc() ? " bytes do not fit into the module's heap\n"
                                        : " bytes do not fit on the module's stack; a module that exports malloc gets them in its heap\n");
    message_write(&m, STDERR);
    w2e_exit_process(1);
}

void w2e_place_arguments(void) {
    u32 argc, envc;
    if (w2e_arguments.pointers || !(guest_has_malloc() || guest_has_stackAlloc())) return;
    bool with_environment = w2e_environment_wanted && guest_has_malloc();
    u64 argv_size = strings_size(w2e_process.argv, &argc), env_size = strings_size(w2e_process.environ, &envc);
    if (!with_environment) env_size = envc = 0;
    u64 strings = (argv_size + env_size + 15) & ~15ul, size = strings + 4 * ((u64)argc + 1 + envc + 1);
    u32 block = take_block(size);
    u8 *at = block ? guest_range(block, size) : NULL;
    if (!at) refuse(size);
    u8 *end = put_strings(at, w2e_process.argv, at + strings);
    u8 *environment = at + strings + 4ul * argc + 4;
    store32(environment - 4, 0);
    if (with_environment) put_strings(end, w2e_process.environ, environment);
    store32(environment + 4ul * envc, 0);
    w2e_arguments = (struct guest_arguments){false, block, guest_address(end), with_environment ? guest_address(end) : 0, argc,
                                             guest_address(at + strings)};
}
