// The second result of functions that return 64 bits or an exception selector to Emscripten's 32-bit boundary.
#include "imports.gen.h"

static u32 temporary;

u32 w2e_env_getTempRet0(void) { return temporary; }
void w2e_env_setTempRet0(u32 value) { temporary = value; }
