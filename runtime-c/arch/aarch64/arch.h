// arm64: the kernel records whose layout differs per architecture, and register access for the unwinder and the fault
// handler. Everything else in the runtime is the same on every 64-bit little-endian Linux.
#ifndef W2E_ARCH_H
#define W2E_ARCH_H

#include "types.h"

// The kernel is built for pages of 4, 16 or 64 KiB; the auxiliary vector says which.
extern u64 w2e_host_page;
#define HOST_PAGE w2e_host_page
static inline void arch_set_host_page(u64 size) { w2e_host_page = size; }

// struct stat of the kernel.
struct kernel_stat {
    u64 dev, ino;
    u32 mode, nlink, uid, gid;
    u64 rdev, pad0;
    i64 size;
    i32 blksize, pad1;
    i64 blocks;
    i64 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    u32 unused[2];
};

struct kernel_epoll_event {
    u32 events;
    u64 data;
};

// struct semid64_ds: where the time of change and the number of semaphores are.
enum { ARCH_SEMID_CHANGED = 56, ARCH_SEMID_COUNT = 64 };

// open() flags whose bits differ from asm-generic (the module's): O_DIRECT and O_LARGEFILE (bits 14 and 15 there) have
// changed places with O_DIRECTORY and O_NOFOLLOW (bits 16 and 17).
static inline u32 arch_open_flags(u32 flags) {
    return (flags & ~0x3c000u) | (flags & 0xc000) << 2 | (flags & 0x30000) >> 2;
}
static inline u32 arch_guest_open_flags(u32 host) { return arch_open_flags(host); }

// Signals: a return trampoline of our own instead of the vDSO's.
#define ARCH_SA_RESTORER 0x04000000u
void w2e_arch_signal_return(void);

// DWARF register numbers of the psABI: x0..x30, sp; the program counter is 32 there too.
enum { ARCH_DWARF_REGISTERS = 33, ARCH_DWARF_SP = 31, ARCH_DWARF_PC = 32 };
// Registers that the unwinder follows, and the place of each by its DWARF number; ARCH_REGISTERS or more: none.
// Behind them the low halves of the vector registers that calls preserve: d8..d15, DWARF 72..79.
enum { ARCH_REGISTERS = ARCH_DWARF_REGISTERS + 8 };
static inline u64 arch_register_index(u64 dwarf) {
    if (dwarf < ARCH_DWARF_REGISTERS) return dwarf;
    return dwarf >= 72 && dwarf < 80 ? dwarf - 72 + ARCH_DWARF_REGISTERS : ARCH_REGISTERS;
}

struct arch_registers {
    u64 value[ARCH_REGISTERS];
};

// Fills in the caller's callee-saved registers, stack pointer and program counter.
void w2e_arch_capture(struct arch_registers *registers);

// The interrupted registers, from the third argument of a signal handler.
static inline void arch_registers_of_signal(const void *ucontext, struct arch_registers *to) {
    // uc_mcontext starts at 176 with the fault address; then x0..x30, sp, pc.
    const u64 *regs = (const u64 *)((const u8 *)ucontext + 184);
    for (u32 i = 0; i < ARCH_DWARF_REGISTERS; i++) to->value[i] = regs[i];
}

// Offset in a signal handler's third argument of the mask that the signal interrupted.
enum { ARCH_UCONTEXT_MASK = 40 };
// And of the program counter.
enum { ARCH_UCONTEXT_PC = 440 };

// The floating-point control register, which functions preserve.
struct arch_float_control {
    u64 fpcr;
};
static inline void arch_save_float_control(struct arch_float_control *to) { __asm__ volatile("mrs %0, fpcr" : "=r"(to->fpcr)); }
static inline void arch_restore_float_control(const struct arch_float_control *from) {
    __asm__ volatile("msr fpcr, %0" : : "r"(from->fpcr));
}

// Continues at the program counter in registers, a landing pad that gets an exception. Restores what calls preserve.
W2E_NORETURN void w2e_arch_land(const struct arch_registers *registers, void *exception);

// Runs fn on another stack and never returns.
W2E_NORETURN void w2e_arch_run_on_stack(void *top, void (*fn)(void));

// Continues at w2e_setjmp(buf) with result 1.
W2E_NORETURN void w2e_arch_jump(void *buf);
enum { ARCH_JUMP_LINK = 168 }; // offset of the runtime's own word in a jump buffer

// Thread-local storage (psABI, variant I): variables are 16 bytes behind the thread pointer.
struct arch_tls {
    u64 address, file_size, size, alignment; // PT_TLS
};
enum { ARCH_TLS_HEAD = 64 }; // bytes besides variables and their alignment, of which the psABI uses 16
static inline u64 arch_tls_pointer(const struct arch_tls *image, u64 from, u64 to) {
    (void)to;
    u64 alignment = image->alignment < 16 ? 16 : image->alignment;
    return (from + alignment - 1) & -alignment;
}
static inline u8 *arch_tls_image(const struct arch_tls *image, u64 pointer) {
    return (u8 *)(pointer + 16 + ((image->address - 16) & (image->alignment - 1)));
}
static inline void arch_tls_head(u64 pointer) { (void)pointer; }
static inline u64 arch_thread_pointer(void) {
    u64 pointer;
    __asm__("mrs %0, tpidr_el0" : "=r"(pointer));
    return pointer;
}

// Instructions for moving up: armv8-a has none.
#define ARCH_BULK_MOVE_MIN (-1ul)
static inline void arch_bulk_move(void *to, const void *from, u64 n) { (void)to, (void)from, (void)n; }

// Instructions for filling, worth it from ARCH_BULK_FILL_MIN bytes on; whether they did. Here: zeros, by whole blocks of
// the data cache (64 bytes on most processors), and what is left at both ends by stores.
#define ARCH_BULK_FILL_MIN 512ul
static inline bool arch_bulk_fill(void *to, int byte, u64 n) {
    u64 id;
    __asm__("mrs %0, dczid_el0" : "=r"(id));
    u64 block = 4ul << (id & 15), end = (u64)to + n;
    if ((u8)byte || id & 16 || n < 4 * block) return false;
    u64 at = ((u64)to + block - 1) & -block;
    for (u64 p = (u64)to; p < at; p += 16) __asm__ volatile("stp xzr, xzr, [%0]" : : "r"(p) : "memory");
    for (; at + block <= end; at += block) __asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
    for (u64 p = end - block; p < end; p += 16) __asm__ volatile("stp xzr, xzr, [%0]" : : "r"(p) : "memory");
    return true;
}

static inline void arch_pause(void) { __asm__ volatile("yield"); }

// Virtual system calls of the kernel's shared object.
#define ARCH_VDSO_CLOCK_GETTIME "__kernel_clock_gettime"

#endif
