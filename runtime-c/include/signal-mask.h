// Signal masks of the module on their way to the kernel. Fault signals are never blocked there, because a trap must be
// heard; that the module blocks them is kept beside (posix/signals.c).
#ifndef W2E_SIGNAL_MASK_H
#define W2E_SIGNAL_MASK_H

#include "guest.h"

// The kernel's mask for the module's at an address, in *storage; none for 0.
static inline struct kernel_address guest_mask(u32 address, u64 *storage) {
    const u8 *p = guest_range(address, 8);
    if (!address) return NO_ADDRESS;
    if (!p) return REFUSED_ADDRESS;
    *storage = load64(p) & ~FAULT_SIGNALS;
    return own(storage);
}

#endif
