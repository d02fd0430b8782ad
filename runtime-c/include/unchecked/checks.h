// What the runtime tells about itself for tests: nothing, in programs that people run. checked/checks.h is the other one.
#ifndef W2E_CHECKS_H
#define W2E_CHECKS_H

#include "types.h"

static inline void declare_own(const void *p, u64 length) { (void)p, (void)length; }
static inline void declare_again(u64 address) { (void)address; }
static inline void declare_own_text(const char *s) { (void)s; }
static inline void declare_initial_stack(const void *start) { (void)start; }
static inline void check(bool holds, const char *what) { (void)holds, (void)what; }

#endif
