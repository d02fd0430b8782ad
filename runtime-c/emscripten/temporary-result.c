// The second result of functions that return 64 bits or an exception selector to Emscripten's 32-bit boundary. For ring 0, too.
#include "guest-calls.h"
#include "guest-state.h"
#include "imports.gen.h"

#ifndef W2E_RING0
PER_THREAD struct guest_state w2e_guest_state;
#endif

u32 w2e_env_getTempRet0(void) { return w2e_guest_state.temporary; }
void w2e_env_setTempRet0(u32 value) { w2e_guest_state.temporary = value; }

// Newer modules keep it themselves. Calls the module.
void w2e_set_second_result(u32 value) {
    w2e_guest_state.temporary = value;
    guest_call_setTempRet0(value);
}
