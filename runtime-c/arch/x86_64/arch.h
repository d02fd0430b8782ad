// x86-64: the kernel records whose layout differs per architecture, and register access for the unwinder and the fault
// handler. Everything else in the runtime is the same on every 64-bit little-endian Linux.
#ifndef W2E_ARCH_H
#define W2E_ARCH_H

#include "types.h"

// Every kernel has the same page size.
#define HOST_PAGE 4096ul
static inline void arch_set_host_page(u64 size) { (void)size; }

// struct stat of the kernel.
struct kernel_stat {
    u64 dev, ino, nlink;
    u32 mode, uid, gid, pad0;
    u64 rdev;
    i64 size, blksize, blocks;
    i64 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    i64 unused[3];
};

// Packed here only, for compatibility with i386.
struct kernel_epoll_event {
    u32 events;
    u64 data;
} __attribute__((packed));

// struct semid64_ds: where the time of change and the number of semaphores are.
enum { ARCH_SEMID_CHANGED = 64, ARCH_SEMID_COUNT = 80 };

// open() flags whose bits differ from asm-generic (the module's): none here.
static inline u32 arch_open_flags(u32 guest) { return guest; }
static inline u32 arch_guest_open_flags(u32 host) { return host; }

// Signals: the kernel wants a return trampoline.
#define ARCH_SA_RESTORER 0x04000000u
void w2e_arch_signal_return(void);

// DWARF register numbers of the psABI: rax rdx rcx rbx rsi rdi rbp rsp r8..r15, and the return address.
enum { ARCH_DWARF_REGISTERS = 17, ARCH_DWARF_SP = 7, ARCH_DWARF_PC = 16 };
// Registers that the unwinder follows, and the place of each by its DWARF number; ARCH_REGISTERS or more: none.
enum { ARCH_REGISTERS = ARCH_DWARF_REGISTERS };
static inline u64 arch_register_index(u64 dwarf) { return dwarf; }

struct arch_registers {
    u64 value[ARCH_REGISTERS];
};

// Fills in the caller's callee-saved registers, stack pointer and program counter.
void w2e_arch_capture(struct arch_registers *registers);

// The interrupted registers, from the third argument of a signal handler.
static inline void arch_registers_of_signal(const void *ucontext, struct arch_registers *to) {
    // uc_mcontext.gregs starts at 40: r8..r15 rdi rsi rbp rbx rdx rax rcx rsp rip.
    static const u8 dwarf_of_greg[17] = {8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16};
    const u64 *gregs = (const u64 *)((const u8 *)ucontext + 40);
    for (u32 i = 0; i < 17; i++) to->value[dwarf_of_greg[i]] = gregs[i];
}

// Offset in a signal handler's third argument of the mask that the signal interrupted.
enum { ARCH_UCONTEXT_MASK = 296 };
// And of the program counter.
enum { ARCH_UCONTEXT_PC = 168 };

// The floating-point control words, which functions preserve and which a signal handler starts without.
struct arch_float_control {
    u32 mxcsr;
    u16 x87;
};
static inline void arch_save_float_control(struct arch_float_control *to) {
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(to->mxcsr), "=m"(to->x87));
}
static inline void arch_restore_float_control(const struct arch_float_control *from) {
    __asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(from->mxcsr), "m"(from->x87));
}

// Continues at the program counter in registers, a landing pad that gets an exception. Restores what calls preserve.
W2E_NORETURN void w2e_arch_land(const struct arch_registers *registers, void *exception);

// Runs fn on another stack and never returns.
W2E_NORETURN void w2e_arch_run_on_stack(void *top, void (*fn)(void));

// Continues at w2e_setjmp(buf) with result 1.
W2E_NORETURN void w2e_arch_jump(void *buf);
enum { ARCH_JUMP_LINK = 64 }; // offset of the runtime's own word in a jump buffer

// Thread-local storage (psABI, variant II): variables end at the thread pointer, where its own value is.
struct arch_tls {
    u64 address, file_size, size, alignment; // PT_TLS
};
enum { ARCH_TLS_HEAD = 64 }; // bytes besides variables and their alignment, of which the psABI uses 8
static inline u64 arch_tls_pointer(const struct arch_tls *image, u64 from, u64 to) {
    (void)from;
    u64 alignment = image->alignment < 16 ? 16 : image->alignment;
    return (to - ARCH_TLS_HEAD) & -alignment;
}
static inline u8 *arch_tls_image(const struct arch_tls *image, u64 pointer) {
    return (u8 *)(pointer - image->size - (-(image->address + image->size) & (image->alignment - 1)));
}
static inline void arch_tls_head(u64 pointer) { *(u64 *)pointer = pointer; }
static inline u64 arch_thread_pointer(void) {
    u64 pointer;
    __asm__("movq %%fs:0, %0" : "=r"(pointer));
    return pointer;
}

// Instructions for moving up, worth it from ARCH_BULK_MOVE_MIN bytes on.
#define ARCH_BULK_MOVE_MIN 2048ul
static inline void arch_bulk_move(void *to, const void *from, u64 n) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

// Instructions for filling, worth it from ARCH_BULK_FILL_MIN bytes on; whether they did.
#define ARCH_BULK_FILL_MIN 2048ul
static inline bool arch_bulk_fill(void *to, int byte, u64 n) {
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
    return true;
}

static inline void arch_pause(void) { __asm__ volatile("pause"); }

// Virtual system calls of the kernel's shared object.
#define ARCH_VDSO_CLOCK_GETTIME "__vdso_clock_gettime"

#endif
