// What common code asks about the variant of the runtime: that of an executable. embed/variant.h is the other one.
#ifndef W2E_VARIANT_H
#define W2E_VARIANT_H

#include "types.h"

// Linear memory 0, at an address that the link fixes.
extern u8 w2e_memory[];
static inline u64 frames_end(void) { return -1ul; }
// The image is below linear memory.
static inline bool is_in_image(const void *p) { return (u64)p < (u64)w2e_memory; }

#endif
