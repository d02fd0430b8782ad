// What common code asks about the variant of the runtime: that of an object for a foreign program.
// include/executable/variant.h is the other one.
#ifndef W2E_VARIANT_H
#define W2E_VARIANT_H

#include "types.h"

// Linear memory 0, reserved where the kernel has room and never moved.
extern u8 *w2e_memory;
// The stack pointer beyond which frames are not the module's: the embedding call that is under way.
u64 frames_end(void);
// Whether p points to data of this object; the linker script for objects defines where they are.
extern const u8 w2e_data_start[], w2e_data_end[], w2e_bss_start[], w2e_bss_end[];
static inline bool is_in_image(const void *p) {
    const u8 *at = p;
    return (at >= w2e_data_start && at < w2e_data_end) || (at >= w2e_bss_start && at < w2e_bss_end);
}

#endif
