// What common code asks about threads: here there is one. threads/threading.h is the other one.
#ifndef W2E_THREADING_H
#define W2E_THREADING_H

#include "types.h"

// Of a variable that each thread has.
#define PER_THREAD
// Of functions in front of which it may change.
#define THREAD_ENTRY inline __attribute__((always_inline))

enum { WITH_THREADS = 0 };

// What hold.h guards against other threads.
static inline void lock_runtime(void) {}
static inline void unlock_runtime(void) {}

// Before anything else of the process: PER_THREAD variables are there afterwards.
static inline void begin_main_thread(void) {}
// The lowest address of the thread's stack; 0: that of the process, which has a limit.
static inline u64 thread_stack_low(void) { return 0; }
// Returns to the first thread that calls it with a word that was 0; others sleep until the process has ended.
static inline void only_first_thread(u64 *first) { (void)first; }
// Pages that are to be unmapped with the thread.
static inline void note_thread_pages(void *at, u64 size) { (void)at, (void)size; }
// Around a fork, with its result.
static inline long hold_for_fork(void) { return 0; }
static inline long release_after_fork(long pid) { return pid; }
static inline bool on_main_thread(void) { return true; }
// What a thread does whose function has been left: here nothing.
static inline void wait_for_work(void) {}
// Whether there is a variable w2e_stack_pointer.
#define HAS_STACK_POINTER (&w2e_stack_pointer != NULL)

#endif
