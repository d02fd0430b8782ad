// Where a program is that has trapped, or is parked in an import: return addresses on its stack, found by the sizes of frames, which are known for every instruction
// that calls or may fault. The launcher is told offsets in the code, no addresses of the kernel.
#include <linux/kernel.h>
#include "instance.h"
#include "frames.h"

enum { PARKED_REGISTERS = 48 }; // what switch.S pushes in an import

// The row of an offset in the code: the last one that begins there or in front.
static u32 depth_at(u32 place) {
    u32 low = 0, high = ARRAY_SIZE(frames);
    while (high - low > 1) {
        u32 middle = low + (high - low) / 2;
        if (frames[middle].place <= place) low = middle;
        else high = middle;
    }
    return frames[low].depth;
}

u32 w2e_trace(const struct w2e_context *context, u32 places[W2E_PLACES]) {
    unsigned long text = (unsigned long)w2e_kernel_text, size = (unsigned long)w2e_kernel_text_end - text;
    unsigned long end = (unsigned long)context + W2E_STACK_SIZE - W2E_STACK_TOP;
    unsigned long stack = context->parked, place;
    u32 count = 0;
    // Of a call the last byte: what is behind may belong to another function.
    if (context->left == W2E_LEFT_TRAP) {
        place = context->number ? context->place - text - 1 : context->place;
    } else {
        stack += PARKED_REGISTERS;
        place = *(unsigned long *)stack - text - 1;
        stack += sizeof(long);
    }
    while (place < size && count < W2E_PLACES) {
        unsigned long at = stack + depth_at(place);
        places[count++] = place;
        if (at < (unsigned long)context || at > end - sizeof(long)) break;
        place = *(unsigned long *)at - text - 1;
        stack = at + sizeof(long);
    }
    return count;
}
