// The limits that a module with Emscripten's STACK_OVERFLOW_CHECK compares its stack pointer with: two globals, which
// Emscripten's JavaScript has set before anything else runs.
#include "contract.gen.h"
#include "guest-calls.h"

// Calls the module.
void w2e_set_stack_limits(void) {
    guest_call_emscripten_stack_init();
    if (guest_has___set_stack_limits()) guest_call___set_stack_limits(guest_call_emscripten_stack_get_base(), guest_call_emscripten_stack_get_end());
}
