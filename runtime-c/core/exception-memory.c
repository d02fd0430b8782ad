// Where exceptions live. Slabs of one size class each, a free list per class (Treiber's stack, with a count in the spare
// bits of the head against reuse in between), which threads and signal handlers may use at any time. What the module has
// made a reference of is found by a conservative mark and sweep (Boehm and Weiser 1988) when a class has no room: roots are
// the stack, the registers that calls preserve, and the module's globals and tables of exnref. A class that is less than
// half free after it doubles. Once exceptions are made on the stacks of other threads, or where the end of the stack is not
// known, nothing is collected: references do not cross threads, but the stacks of others cannot be read while they run.
// Where the program itself starts threads (threading.h), all of this is of one thread.
#include "host.h"
#include "runtime.h"
#include <threading.h>

enum {
    SMALLEST_LOG2 = 5, CLASSES = 12,
    SLAB = 262144, SLABS = 24, BATCH = 4096, // bytes of a class's first slab; slabs of a class; bytes made free at a time
    COUNT_BITS = 22, ALIGN_LOG2 = 5,         // of the head of a free list
};
#define LARGEST_STACK (1ul << 40) // where there is no limit, mappings are far below
enum state { FREE, LIVE, MARKED };

// Bytes below `made` have been exceptions.
struct slab {
    u8 *base;
    u64 size, made;
};

struct class {
    u64 free; // pointer and count
    u32 slabs;
    struct slab slab[SLABS];
};
static PER_THREAD struct class classes[CLASSES];

// Guards slabs and the collection; signals are blocked while it is held.
static PER_THREAD u32 growing;

// The stack that collections scan, and whether exceptions have been made elsewhere than on it.
static PER_THREAD u64 stack_low, stack_bytes;
static PER_THREAD bool elsewhere;

extern const struct w2e_exception_root __start_w2e_exception_roots[] W2E_WEAK;
extern const struct w2e_exception_root __stop_w2e_exception_roots[] W2E_WEAK;

static struct w2e_exception *pointer_of(u64 head) { return (void *)(head >> COUNT_BITS << ALIGN_LOG2); }

// Puts a chain at the head of a free list.
static void give(struct class *class, struct w2e_exception *first, struct w2e_exception *last) {
    u64 old = __atomic_load_n(&class->free, __ATOMIC_RELAXED), new;
    do {
        last->next = pointer_of(old);
        new = ((u64)first >> ALIGN_LOG2 << COUNT_BITS) | ((old + 1) & ((1ul << COUNT_BITS) - 1));
    } while (!__atomic_compare_exchange_n(&class->free, &old, new, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static struct w2e_exception *take(struct class *class) {
    u64 old = __atomic_load_n(&class->free, __ATOMIC_ACQUIRE), new;
    struct w2e_exception *first;
    do {
        first = pointer_of(old);
        if (!first) return NULL;
        // Another may have taken it by now and written there: then the head has changed as well.
        u64 next = (u64)__atomic_load_n(&first->next, __ATOMIC_RELAXED);
        new = (next >> ALIGN_LOG2 << COUNT_BITS) | ((old + 1) & ((1ul << COUNT_BITS) - 1));
    } while (!__atomic_compare_exchange_n(&class->free, &old, new, true, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE));
    return first;
}

static bool on_alternate_stack(void) {
    struct kernel_stack alternate = {0};
    return !sys_failed(host_signal_stack(NULL, &alternate)) && alternate.flags & SS_ONSTACK;
}

// An exception is made outside of the stack as far as it is known. A signal handler's own stack is only not scanned.
static W2E_NOINLINE void note_stack(u64 here) {
    if (!stack_bytes && w2e_stack_end) {
        struct kernel_limit limit = {w2e_module.stack_size + HOST_PAGE, 0};
        if (thread_stack_low()) limit.soft = w2e_stack_end - thread_stack_low();
        else if (!w2e_module.stack_size && sys_failed(host_stack_limit(&limit))) limit.soft = 0;
        if (limit.soft > LARGEST_STACK) limit.soft = LARGEST_STACK;
        stack_low = w2e_stack_end - limit.soft;
        stack_bytes = limit.soft;
    }
    if (here - stack_low < stack_bytes || on_alternate_stack()) return;
    __atomic_store_n(&elsewhere, true, __ATOMIC_SEQ_CST);
    // A collection that has not seen it ends before this thread takes anything.
    while (__atomic_load_n(&growing, __ATOMIC_SEQ_CST)) arch_pause();
}

// ---- collection

static PER_THREAD struct w2e_exception *unscanned;

// Marks the exception that a word points into, if any.
static void mark(u64 word) {
    for (u32 c = 0; c < CLASSES; c++) {
        for (u32 s = 0; s < classes[c].slabs; s++) {
            const struct slab *slab = &classes[c].slab[s];
            if (word - (u64)slab->base >= slab->made) continue;
            struct w2e_exception *e = (void *)(slab->base + ((word - (u64)slab->base) & -(1ul << (SMALLEST_LOG2 + c))));
            if (e->state != LIVE) return;
            e->state = MARKED;
            e->next = unscanned;
            unscanned = e;
            return;
        }
    }
}

static void mark_words(const u64 *from, const u64 *to) {
    while (from < to) mark(*from++);
}

static void mark_from_roots(const struct arch_registers *here) {
    mark_words(here->value, here->value + ARCH_REGISTERS);
    mark_words((const u64 *)here->value[ARCH_DWARF_SP], (const u64 *)w2e_stack_end);
    for (const struct w2e_exception_root *r = __start_w2e_exception_roots; r < __stop_w2e_exception_roots; r++) {
        const struct w2e_table *table = r->at;
        if (r->is_table) mark_words((const u64 *)table->elements, (const u64 *)table->elements + table->size);
        else mark(*(const u64 *)r->at);
    }
    while (unscanned) {
        struct w2e_exception *e = unscanned;
        unscanned = e->next;
        mark_words((const u64 *)e->values, (const u64 *)((const u8 *)e + (1ul << (SMALLEST_LOG2 + e->size_class))));
    }
}

// Frees what is not marked of a class; returns how many bytes of it.
static u64 sweep(u32 c) {
    struct w2e_exception *first = NULL, *last = NULL;
    u64 size = 1ul << (SMALLEST_LOG2 + c), freed = 0;
    for (u32 s = 0; s < classes[c].slabs; s++) {
        const struct slab *slab = &classes[c].slab[s];
        for (u8 *at = slab->base; at < slab->base + slab->made; at += size) {
            struct w2e_exception *e = (void *)at;
            if (e->state == MARKED) e->state = LIVE;
            else if (e->state == LIVE) {
                e->state = FREE;
                e->next = first;
                first = e;
                if (!last) last = e;
                freed += size;
            }
        }
    }
    if (first) give(&classes[c], first, last);
    return freed;
}

// Returns how many bytes of class c it has freed.
static u64 collect(u32 c) {
    struct arch_registers here = {{0}};
    if (__atomic_load_n(&elsewhere, __ATOMIC_SEQ_CST) || on_alternate_stack()) return 0;
    w2e_arch_capture(&here);
    mark_from_roots(&here);
    u64 freed = 0;
    for (u32 i = 0; i < CLASSES; i++) {
        u64 bytes = sweep(i);
        if (i == c) freed = bytes;
    }
    return freed;
}

// ---- growth

// Makes a batch of exceptions of the newest slab; false if it is used up.
static bool carve(u32 c) {
    struct class *class = &classes[c];
    if (!class->slabs) return false;
    struct slab *slab = &class->slab[class->slabs - 1];
    u64 size = 1ul << (SMALLEST_LOG2 + c), bytes = size > BATCH ? size : BATCH;
    if (slab->made == slab->size) return false;
    u8 *first = slab->base + slab->made;
    for (u8 *at = first; at + size < first + bytes; at += size) ((struct w2e_exception *)at)->next = (void *)(at + size);
    slab->made += bytes;
    give(class, (void *)first, (void *)(first + bytes - size));
    return true;
}

static void add_slab(u32 c, u64 capacity) {
    struct class *class = &classes[c];
    u64 size = capacity ? capacity : SLAB;
    long at = class->slabs == SLABS ? -1 : host_map(size, PROT_READ | PROT_WRITE, MAP_NORESERVE);
    if (sys_failed(at)) w2e_trap_call_stack_exhausted();
    class->slab[class->slabs++] = (struct slab){(u8 *)at, size, 0};
    note_thread_pages((void *)at, size);
}

// An exception of class c where the free list had none.
static W2E_NOINLINE struct w2e_exception *take_new(u32 c) {
    u64 all = ~FAULT_SIGNALS, before;
    host_signal_mask(SIG_SETMASK, &all, &before);
    while (__atomic_exchange_n(&growing, 1, __ATOMIC_SEQ_CST)) arch_pause();
    struct w2e_exception *e;
    while (!(e = take(&classes[c]))) {
        if (carve(c)) continue;
        u64 capacity = 0;
        for (u32 s = 0; s < classes[c].slabs; s++) capacity += classes[c].slab[s].size;
        if (!capacity || collect(c) < capacity / 2) add_slab(c, capacity);
    }
    e->state = LIVE;
    __atomic_store_n(&growing, 0, __ATOMIC_RELEASE);
    host_signal_mask(SIG_SETMASK, &before, NULL);
    return e;
}

static u32 size_class(u32 values) {
    u32 class = 0;
    while ((1u << (SMALLEST_LOG2 + class)) < sizeof(struct w2e_exception) + W2E_SLOT * values) class++;
    return class;
}

// AS-safe.
struct w2e_exception *w2e_exception_new(u32 tag, u32 values) {
    u32 class = size_class(values);
    u64 here = (u64)__builtin_frame_address(0);
    if (here - stack_low >= stack_bytes && !elsewhere) note_stack(here);
    struct w2e_exception *e = take(&classes[class]);
    if (!e) e = take_new(class);
    e->tag = tag;
    e->kept = 0;
    e->size_class = (u8)class;
    e->state = LIVE;
    return e;
}

// AS-safe.
void w2e_exception_free(struct w2e_exception *e) {
    if (e->kept) return;
    e->state = FREE;
    give(&classes[e->size_class], e, e);
}
