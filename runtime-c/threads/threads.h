// Threads of the module: natively, threads of the process that share everything but their thread-local variables. Each has
// a mapping of its own: guard, stack, guard, stack of fault signals, thread-local variables.
#ifndef W2E_THREADS_H
#define W2E_THREADS_H

#include "runtime.h"
#include "threading.h"

struct w2e_thread {
    struct w2e_thread *next, *previous; // of the list
    i32 id;                             // the kernel's; 0 before it runs
    u32 guest;                          // Emscripten's pthread_t; 0: none
    u32 function, argument;             // what it is to do
    void (*run)(void);
    u64 mask;                           // the signals that its creator blocked
    u8 *base;                           // its mapping; NULL: the main thread
    u64 size;
    u64 stack_low, stack_top;
    u8 *fault_stack, *variables;        // inside the mapping
    u32 notified;                       // somebody has work for its event loop
    bool ends_itself;                   // nobody joins it: what the module has of it is freed later
};
extern PER_THREAD struct w2e_thread w2e_thread;
extern struct w2e_thread *w2e_main_thread;

// thread-block.c: the memory of a new thread with its variables as they begin, or NULL. What is not set is 0.
struct w2e_thread *make_thread(void);
u64 thread_pointer_of(const struct w2e_thread *thread);
void unmap_thread(struct w2e_thread *thread);
// In a new thread, first.
void begin_thread(void);
// In one that ends: what note_thread_pages has noted.
void unmap_thread_pages(void);

// threads.c
// Starts a thread that runs `run`: its id, or a negative errno.
long start_thread(void (*run)(void), u32 guest, u32 function, u32 argument);
// Ends the calling one. Nothing of the module runs on it any more.
W2E_NORETURN void leave_thread(void);
// With the runtime's lock: the thread that the module knows by this, or NULL.
struct w2e_thread *find_thread(u32 guest);
// Waits until a thread that has ended for the module has left it.
void await_thread(u32 guest);
// Frees what the module has of threads that nobody joined. Calls the module.
void free_left_threads(void);

// lock.c: in the child of a fork, which has another id.
void lock_is_of(i32 id);

// thread.S: clone(2), with `id` for the kernel to set and to clear, as flags say. The new thread calls fn(argument), which does not return, on its own stack.
long w2e_arch_clone(u64 flags, u64 stack, i32 *id, u64 thread_pointer, void (*fn)(void *), void *argument);
// Unmaps the stack that the thread runs on and ends it; with no size it only ends it.
W2E_NORETURN void w2e_arch_leave_thread(u64 at, u64 size);
void w2e_arch_set_thread_pointer(u64 pointer);

#endif
