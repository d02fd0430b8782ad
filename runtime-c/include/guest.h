// The one way from a module's address to a host pointer, and the three ways a result goes back.
// guest_range is for memory the runtime itself reads or writes; guest_for_kernel is for pointers handed to a
// system call: there, 0 stays NULL and a bad range becomes an address that the kernel refuses with EFAULT.
#ifndef W2E_GUEST_H
#define W2E_GUEST_H

#include "errno.h"
#include "w2e.h"

// Lies in the kernel's half of the address space on every supported architecture.
#define W2E_REFUSED_ADDRESS ((void *)-65536L)

// NULL unless [address, address + length) is inside linear memory.
static inline void *guest_range(u32 address, u64 length) {
    u64 size = w2e_memory_size;
    return address <= size && length <= size - address ? w2e_memory + address : NULL;
}

static inline void *guest_for_kernel(u32 address, u64 length) {
    if (address == 0) return NULL;
    void *p = guest_range(address, length);
    return p ? p : W2E_REFUSED_ADDRESS;
}

// A string for a system call: the kernel stops at the end of memory with EFAULT by itself.
static inline const char *guest_path(u32 address) { return guest_for_kernel(address, 1); }

// A NUL-terminated string for the runtime: NULL if it runs out of memory. AS-safe.
const char *guest_string(u32 address);

// The address of a host pointer into linear memory.
static inline u32 guest_address(const void *p) { return (u32)((const u8 *)p - w2e_memory); }

// Linux errno to Emscripten's numbering (and WASI's, which is the same up to 75).
u32 guest_errno(long linux_errno);

// __syscall_*: a negative errno.
static inline u32 syscall_result(long r) { return r < 0 && r > -4096 ? -guest_errno(-r) : (u32)r; }
// C library level: -1 and the module's errno.
u32 libc_result(long r);
// WASI, and the pthread family: the error number or 0.
static inline u32 error_number(long r) { return r < 0 ? guest_errno(-r) : 0; }
// Sets the module's errno, if it has one.
void guest_set_errno(long linux_errno);

#endif
