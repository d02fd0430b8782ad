// The memory of threads, and the psABI's thread-local storage: each thread gets a copy of the executable's PT_TLS, beside its thread
// pointer (arch_tls_image).
#include "elf.h"
#include "host.h"
#include "message.h"
#include "reserve.h"
#include "threads.h"

enum {
    GUARD = 1 << 20,           // of a stack; fault.c takes faults so close to one for its end
    FAULT_GUARD = 65536,       // the largest page of a host
    STACK_USUAL = 8 << 20,     // where the process has no limit
    STACK_MOST = 256 << 20,
};

// Never all zeros: lld miscounts a segment that begins with zeroed thread-local variables. So an event loop looks for work once
// before it waits.
PER_THREAD struct w2e_thread w2e_thread = {.notified = 1};
struct w2e_thread *w2e_main_thread;
PER_THREAD u64 w2e_thread_stack_low;

static struct arch_tls find_image(void) {
    struct arch_tls image = {0, 0, 0, 1};
    const struct elf_program_header *header = (const void *)(__ehdr_start + load64(__ehdr_start + 32));
    for (u32 i = load16(__ehdr_start + 56); i; i--, header++)
        if (header->type == PT_TLS) image = (struct arch_tls){header->vaddr, header->filesz, header->memsz, header->align ? header->align : 1};
    return image;
}

static u64 variables_size(const struct arch_tls *image) { return whole_host_pages(image->size + 2 * image->alignment + ARCH_TLS_HEAD); }

// Makes a thread's variables in zeroed pages [at, at + size): the thread pointer.
static u64 make_variables(const struct arch_tls *image, u8 *at, u64 size) {
    u64 pointer = arch_tls_pointer(image, (u64)at, (u64)at + size);
    memcpy(arch_tls_image(image, pointer), (const void *)image->address, image->file_size);
    arch_tls_head(pointer);
    return pointer;
}

u64 thread_pointer_of(const struct w2e_thread *thread) {
    struct arch_tls image = find_image();
    return arch_tls_pointer(&image, (u64)thread->variables, (u64)thread->variables + variables_size(&image));
}

static W2E_NOINLINE void note_main_thread(void) {
    w2e_thread.id = (i32)host_thread();
    w2e_main_thread = &w2e_thread;
}

// Does not read the thread pointer before it is there.
void begin_main_thread(void) {
    struct arch_tls image = find_image();
    u64 size = variables_size(&image);
    long at = host_map(size, PROT_READ | PROT_WRITE, 0);
    if (sys_failed(at)) w2e_fatal("wasm2elf: no memory for the main thread", 1);
    w2e_arch_set_thread_pointer(make_variables(&image, (u8 *)at, size));
    note_main_thread();
}

static u64 stack_size(void) {
    struct kernel_limit limit;
    u64 size = w2e_module.stack_size;
    if (!size) size = sys_failed(host_stack_limit(&limit)) || limit.soft == ~0ul ? STACK_USUAL : limit.soft;
    return whole_host_pages(size < STACK_MOST ? size : STACK_MOST);
}

struct w2e_thread *make_thread(void) {
    struct arch_tls image = find_image();
    u64 stack = stack_size(), variables = variables_size(&image), behind = SIGNAL_STACK + variables;
    u64 size = GUARD + stack + FAULT_GUARD + behind;
    long p = host_map(size, PROT_NONE, MAP_NORESERVE | MAP_STACK);
    if (sys_failed(p)) return NULL;
    u8 *base = (u8 *)p, *low = base + GUARD, *fault_stack = low + stack + FAULT_GUARD;
    if (sys_failed(host_protect(own_bytes(low, stack), stack, PROT_READ | PROT_WRITE)) ||
        sys_failed(host_protect(own_bytes(fault_stack, behind), behind, PROT_READ | PROT_WRITE))) {
        host_unmap((u64)base, size);
        return NULL;
    }
    u64 pointer = make_variables(&image, fault_stack + SIGNAL_STACK, variables);
    struct w2e_thread *t = (void *)(pointer + ((u64)&w2e_thread - arch_thread_pointer()));
    t->base = base;
    t->size = size;
    t->stack_low = (u64)low;
    t->stack_top = (u64)low + stack;
    t->fault_stack = fault_stack;
    t->variables = fault_stack + SIGNAL_STACK;
    return t;
}

void unmap_thread(struct w2e_thread *thread) { host_unmap((u64)thread->base, thread->size); }

void begin_thread(void) {
    w2e_stack_end = w2e_stack_top = w2e_thread.stack_top;
    w2e_thread_stack_low = w2e_thread.stack_low;
    w2e_use_fault_stack(w2e_thread.fault_stack);
}

// Pages beyond these stay until the process ends.
enum { NOTED_MAX = 48 };
static PER_THREAD struct { void *at; u64 size; } noted[NOTED_MAX];
static PER_THREAD u32 noted_count;

void note_thread_pages(void *at, u64 size) {
    if (noted_count == NOTED_MAX) return;
    noted[noted_count].at = at;
    noted[noted_count++].size = size;
}

void unmap_thread_pages(void) {
    while (noted_count) {
        noted_count--;
        host_unmap((u64)noted[noted_count].at, noted[noted_count].size);
    }
}
