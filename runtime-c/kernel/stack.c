// Native stacks of programs. They are not zeroed: a program sees of them only what it has written.
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "instance.h"
#include "program.h"

// Charged to the process's control group. Without memory the launcher has a way to go on, so nothing is killed for it, and the log stays empty.
static void *allocate(unsigned long size) { return __vmalloc(size, GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN); }

int w2e_stack_create(struct w2e_instance *instance) {
    struct w2e_context *context;
    void *area = allocate(2 * W2E_STACK_SIZE); // twice, so that a stack aligned to its size is in it
    if (!area) return -ENOMEM;
    context = (void *)ALIGN((unsigned long)area, W2E_STACK_SIZE);
    memset(context, 0, sizeof *context);
    if (PROGRAM_JUMPS) {
        context->jumps = allocate((unsigned long)W2E_JUMP_MAX << W2E_JUMP_LOG2);
        if (!context->jumps) {
            vfree(area);
            return -ENOMEM;
        }
    }
    instance->area = area;
    instance->context = context;
    return 0;
}

void w2e_stack_free(struct w2e_instance *instance) {
    if (!instance->context) return;
    vfree(instance->context->jumps);
    vfree(instance->area);
    instance->context = NULL;
}

void w2e_stack_copy(struct w2e_instance *to, const struct w2e_instance *from) {
    struct w2e_context *new = to->context, *old = from->context;
    unsigned long used = (unsigned long)old + W2E_STACK_SIZE - old->parked;
    new->parked = (unsigned long)new + W2E_STACK_SIZE - used;
    memcpy((void *)new->parked, (const void *)old->parked, used);
    new->left = old->left;
    new->number = old->number;
    new->result = old->result;
    new->serial = old->serial;
    new->call = old->call;
    new->jump_count = old->jump_count;
    new->device = old->device;
    // Places in a stack count from its start, so they are the same in the copy.
    if (old->jump_count) memcpy(new->jumps, old->jumps, (unsigned long)old->jump_count << W2E_JUMP_LOG2);
}
