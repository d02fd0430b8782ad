// wasi-threads: an instance of the module of its own for each thread, which calls wasi_thread_start.
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "threads.h"

static void run(void) { guest_call_wasi_thread_start((u32)w2e_thread.id, w2e_thread.argument); }

// The id of the thread, or a negative number.
u32 w2e_wasi_thread_spawn(u32 argument) {
    if (!guest_has_wasi_thread_start()) return -guest_errno(ENOSYS);
    long id = start_thread(run, 0, 0, argument);
    return id < 0 ? -guest_errno(-id) : (u32)id;
}
