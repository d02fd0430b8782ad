// How the program is run: here by calls. launcher/run.h and embed/run.h are the other ones.
#ifndef W2E_RUN_H
#define W2E_RUN_H

#include "guest-calls.h"
#include "runtime.h"
#include <threading.h>

static inline void run__start(void) { guest_call__start(); }
static inline void run_constructors(void) { guest_call___wasm_call_ctors(); }
static inline u32 run_main(u32 argc, u32 argv) { return guest_call_main(argc, argv); }

// In front of a fork: 0, or why there can be none; and behind it in both processes with its result, which is returned.
static inline long before_fork(void) { return hold_for_fork(); }
static inline long forked(long pid) { return release_after_fork(pid); }

// Frames of the module outside of the process, behind the frame of an address; NULL for none.
static inline const struct w2e_outside *frames_behind(u64 address) {
    (void)address;
    return NULL;
}

#endif
