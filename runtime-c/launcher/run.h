// How a program is run that has a module in the kernel: through its device, if that is there. include/executable/run.h is the other one.
#ifndef W2E_RUN_H
#define W2E_RUN_H

#include "guest-calls.h"
#include "runtime.h"

// launcher.c: calls an export, by its number in `kernelExports` (tables/kernel.ts), in ring 0 or here. Calls the module.
u32 w2e_run_export(u32 number, u32 a, u32 b);

static inline void run__start(void) { w2e_run_export(0, 0, 0); }
static inline void run_constructors(void) {
    if (guest_has___wasm_call_ctors()) w2e_run_export(1, 0, 0);
}
static inline u32 run_main(u32 argc, u32 argv) { return w2e_run_export(2, argc, argv); }

// launcher.c: in front of a fork: 0, or why there can be none; and behind it in both processes with its result, which is returned.
long before_fork(void);
long forked(long pid);

// launcher.c: frames of the module in ring 0, behind the frame of an address here; NULL for none. AS-safe.
const struct w2e_outside *frames_behind(u64 address);

#endif
