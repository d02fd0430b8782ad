// The one way from a module's address to a host pointer, and the three ways a result goes back.
// guest_range is for memory that the runtime itself reads or writes. guest_buffer, guest_buffer_or_null, guest_path,
// guest_path_or_null and guest_pages are for addresses that a system call gets: there a bad range becomes an address
// that the kernel refuses with EFAULT, and only the forms that say so make NULL of 0.
#ifndef W2E_GUEST_H
#define W2E_GUEST_H

#include "errno.h"
#include "kernel.h"
#include "w2e.h"

// The address of a host pointer into linear memory.
static inline u32 guest_address(const void *p) { return (u32)((const u8 *)p - w2e_memory); }

// NULL unless [address, address + length) is inside linear memory.
static inline void *guest_range(u32 address, u64 length) {
    u64 size = w2e_memory_size;
    return address <= size && length <= size - address ? w2e_memory + address : NULL;
}

// Lies in the kernel's half of the address space on every supported architecture.
#define REFUSED_ADDRESS ((struct kernel_address){(u64)-65536l})

// The argument of a variadic call, which gets the address of its packed arguments, or 0.
static inline u32 guest_argument(u32 va) {
    const void *p = va ? guest_range(va, 4) : NULL;
    return p ? load32(p) : 0;
}

// A buffer. Nothing is read or written where the length is 0, so any address will do then.
static inline struct kernel_address guest_buffer(u32 address, u64 length) {
    if (length == 0) return (struct kernel_address){(u64)w2e_memory};
    const void *p = address ? guest_range(address, length) : NULL;
    return p ? (struct kernel_address){(u64)p} : REFUSED_ADDRESS;
}

// A buffer where NULL has a meaning of its own for the call.
static inline struct kernel_address guest_buffer_or_null(u32 address, u64 length) {
    return address ? guest_buffer(address, length) : NO_ADDRESS;
}

// A string: the kernel stops at the end of memory with EFAULT by itself.
static inline struct kernel_address guest_path(u32 address) { return guest_buffer(address, 1); }
static inline struct kernel_address guest_path_or_null(u32 address) { return guest_buffer_or_null(address, 1); }

// An address that compiled code has checked; of memories with 64-bit addresses too.
static inline struct kernel_address guest_checked(u64 address) { return (struct kernel_address){(u64)w2e_memory + address}; }

// Pages, among them the first: for calls on mappings.
static inline struct kernel_address guest_pages(u32 address, u64 length) {
    const void *p = guest_range(address, length);
    return p ? (struct kernel_address){(u64)p} : REFUSED_ADDRESS;
}

// A NUL-terminated string for the runtime: NULL if it runs out of memory. AS-safe.
const char *guest_string(u32 address);

// An iovec of the module: its length is read once.
static inline struct kernel_iovec guest_vector(const u8 *p) {
    u32 base = load32(p), length = load32(p + 4);
    return (struct kernel_iovec){guest_buffer(base, length), length};
}

// Copies a string with its NUL, for whoever needs it twice, out of the module's memory: its length, -EFAULT, or -ENAMETOOLONG if it does not fit. AS-safe.
long guest_text(u32 address, char *to, u64 room);

// Copies what the runtime has filled of a buffer of its own to the module, as far as there is room; false if that is
// not in memory. More than the buffer is never copied.
bool guest_copy_bytes(u32 address, const void *from, u64 size, u64 filled, u64 room);
#define guest_copy_out(address, from, filled, room) guest_copy_bytes((address), (from), sizeof *(from), (filled), (room))

// Linux errno to Emscripten's numbering (and WASI's, which is the same up to 75).
u32 guest_errno(long linux_errno);

// __syscall_*: a negative errno.
static inline u32 syscall_result(long r) { return sys_failed(r) ? -guest_errno(-r) : (u32)r; }
// C library level: -1 and the module's errno. Calls the module.
u32 libc_result(long r);
// WASI, and the pthread family: the error number or 0.
static inline u32 error_number(long r) { return r < 0 ? guest_errno(-r) : 0; }
// Where the module's errno is, NULL if it has none. Calls the module.
u8 *guest_errno_location(void);
// Sets the module's errno, if it has one. Calls the module.
void guest_set_errno(long linux_errno);

#endif
