// What common code asks about threads, in programs that start some. include/alone/threading.h is the other one.
// One lock guards what all threads share (hold.h); what each has is a thread-local variable, at a fixed distance from the
// thread pointer (local-exec).
#ifndef W2E_THREADING_H
#define W2E_THREADING_H

#include "types.h"

#define PER_THREAD _Thread_local
#define THREAD_ENTRY W2E_NOINLINE

enum { WITH_THREADS = 1 };

// May be taken again by the thread that has it.
void lock_runtime(void);
void unlock_runtime(void);

// thread-block.c
void begin_main_thread(void);
extern PER_THREAD u64 w2e_thread_stack_low;
static inline u64 thread_stack_low(void) { return w2e_thread_stack_low; }
void note_thread_pages(void *at, u64 size);

// lock.c. AS-safe.
void only_first_thread(u64 *first);

// threads.c
long hold_for_fork(void);
long release_after_fork(long pid);

// pthreads.c: the event loop of a thread whose function has been left; does not return. Calls the module.
void wait_for_work(void);
bool on_main_thread(void);

// Modules without one have a variable that stays 0.
#define HAS_STACK_POINTER (w2e_stack_pointer != 0)

#endif
