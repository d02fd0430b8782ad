// Functions that the module wants to be called at its end, where its libc left them to Emscripten's JavaScript (up to 2.0.x, and
// C++ destructors): the newest first. This stands in for the export of later libcs (`__funcs_on_exit`), which such a module has not.
#include "guest-calls.h"
#include "imports.gen.h"

enum { MOST_FUNCTIONS = 1 << 14 };
struct exit_function { u32 function, argument; bool has_argument; };
static struct exit_function exit_functions[MOST_FUNCTIONS];
static u32 exit_function_count;

static u32 add_function(struct exit_function function) {
    hold();
    bool room = exit_function_count < MOST_FUNCTIONS;
    if (room) exit_functions[exit_function_count++] = function;
    release();
    return room ? 0 : (u32)-1;
}

u32 w2e_env___cxa_atexit(u32 function, u32 argument, u32 object) {
    (void)object;
    return add_function((struct exit_function){function, argument, true});
}
u32 w2e_env_atexit(u32 function, u32 argument) {
    (void)argument;
    return add_function((struct exit_function){function, 0, false});
}

// Calls the module.
void W2E_STAND_IN(__funcs_on_exit)(void) {
    while (exit_function_count > 0) {
        struct exit_function last = exit_functions[--exit_function_count];
        if (last.has_argument) guest_call_element_vi(last.function, last.argument);
        else guest_call_element_v(last.function);
    }
}
