// Non-local exits: a chain of jump buffers on the native stack, newest first. invoke_* pushes, calls and pops;
// a throw pops the newest buffer and resumes it. A signal handler's pushes and pops nest, so no lock is needed.
#include "message.h"
#include "runtime.h"
#include <threading.h>

static PER_THREAD void *newest;

static void **link_of(void *buf) { return (void **)((u8 *)buf + ARCH_JUMP_LINK); }

void w2e_jump_push(void *buf) {
    *link_of(buf) = newest;
    newest = buf;
}

void w2e_jump_base(void *buf) {
    if (buf) *link_of(buf) = buf;
    newest = buf;
}

void w2e_jump_pop(void *buf) { newest = *link_of(buf); }

void w2e_jump_forget(u64 low, u64 high) {
    while ((u64)newest >= low && (u64)newest < high) newest = *link_of(newest);
}

static PER_THREAD const char *thrown;

void w2e_uncaught(void) {
    struct arch_registers here = {{0}};
    w2e_arch_capture(&here);
    w2e_report_trap(TRAP_UNCAUGHT_EXCEPTION, thrown, &here);
}

void w2e_throw(const char *if_uncaught) {
    void *buf = newest;
    thrown = if_uncaught;
    if (!buf) w2e_uncaught();
    newest = *link_of(buf);
    w2e_arch_jump(buf);
}
