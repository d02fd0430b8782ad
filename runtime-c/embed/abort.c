// abort(): a trap, since the signal that it raises in an executable would end the program that embeds the module.
#include "embed.h"
#include "imports.gen.h"

void w2e_env_abort(void) { w2e_end_call(W2E_ABORTED, NULL); }
void w2e_env__abort_js(void) { w2e_env_abort(); }
