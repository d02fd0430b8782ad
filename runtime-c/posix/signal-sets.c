// Sets of signals, which Emscripten up to 2.0.x left to its JavaScript: 64 bits at the beginning of the module's sigset_t.
#include "guest.h"
#include "imports.gen.h"

enum { SIGNAL_MAX = 64 };

static u32 put_set(u32 address, u64 set) {
    u8 *p = guest_range(address, 8);
    if (!p) return libc_result(-EFAULT);
    store64(p, set);
    return 0;
}
u32 w2e_env_sigemptyset(u32 set) { return put_set(set, 0); }
u32 w2e_env_sigfillset(u32 set) { return put_set(set, ~0ul); }

static u32 change_set(u32 address, u32 signal, bool member) {
    const u8 *p = guest_range(address, 8);
    if (!p || signal - 1 >= SIGNAL_MAX) return libc_result(p ? -EINVAL : -EFAULT);
    u64 bit = 1ul << (signal - 1), set = load64(p);
    return put_set(address, member ? set | bit : set & ~bit);
}
u32 w2e_env_sigaddset(u32 set, u32 signal) { return change_set(set, signal, true); }
u32 w2e_env_sigdelset(u32 set, u32 signal) { return change_set(set, signal, false); }
u32 w2e_env_sigismember(u32 set, u32 signal) {
    const u8 *p = guest_range(set, 8);
    if (!p || signal - 1 >= SIGNAL_MAX) return libc_result(p ? -EINVAL : -EFAULT);
    return load64(p) >> (signal - 1) & 1;
}
