// File descriptors: duplication, pipes, fcntl, ioctl, locks, size, synchronisation, copying between descriptors.
#include "guest.h"
#include "imports.gen.h"
#include "kernel.h"

static u32 variadic_argument(u32 va) {
    const u8 *p = va ? guest_range(va, 4) : NULL;
    return p ? load32(p) : 0;
}

u32 w2e_env___syscall_dup(u32 fd) { return syscall_result(sys(SYS_dup, fd)); }
u32 w2e_env___syscall_dup3(u32 from, u32 to, u32 flags) { return syscall_result(sys(SYS_dup3, from, to, flags)); }
u32 w2e_env___syscall_pipe2(u32 fds, u32 flags) { return syscall_result(sys(SYS_pipe2, guest_buffer(fds, 8), arch_open_flags(flags))); }
u32 w2e_env___syscall_pipe(u32 fds) { return w2e_env___syscall_pipe2(fds, 0); }
u32 w2e_env_pipe2(u32 fds, u32 flags) { return libc_result(sys(SYS_pipe2, guest_buffer(fds, 8), arch_open_flags(flags))); }

enum {
    F_GETFL = 3, F_SETFL = 4, F_GETLK = 5, F_SETLKW = 7, F_GETLK64 = 12, F_SETLKW64 = 14,
    F_SETOWN_EX = 15, F_GETOWN_EX = 16, F_OFD_GETLK = 36, F_OFD_SETLKW = 38, FLOCK_SIZE = 32,
};

u32 w2e_env___syscall_fcntl64(u32 fd, u32 command, u32 va) {
    u32 argument = variadic_argument(va);
    if (command >= F_GETLK64 && command <= F_SETLKW64) command -= F_GETLK64 - F_GETLK;
    bool lock = (command >= F_GETLK && command <= F_SETLKW) || (command >= F_OFD_GETLK && command <= F_OFD_SETLKW);
    if (lock) return syscall_result(sys(SYS_fcntl, fd, command, guest_buffer(argument, FLOCK_SIZE)));
    if (command == F_SETOWN_EX || command == F_GETOWN_EX)
        return syscall_result(sys(SYS_fcntl, fd, command, guest_buffer(argument, 8)));
    if (command == F_SETFL) argument = arch_open_flags(argument);
    long r = sys(SYS_fcntl, fd, command, argument);
    return syscall_result(command == F_GETFL && r >= 0 ? (long)arch_guest_open_flags((u32)r) : r);
}

enum {
    SIOCGIFCONF = 0x8912, SIOC_INTERFACE_FIRST = 0x8910, SIOC_INTERFACE_LAST = 0x8970,
    GUEST_IFREQ = 32, HOST_IFREQ = 40, INTERFACES_MAX = 64,
};

// ioctl requests whose argument is a number: TCSBRK TCXONC TCFLSH TIOCEXCL TIOCNXCL TIOCSCTTY TIOCNOTTY TCSBRKP
// FIONCLEX FIOCLEX.
static bool ioctl_takes_number(u32 request) {
    switch (request) {
    case 0x5409: case 0x540a: case 0x540b: case 0x540c: case 0x540d: case 0x540e: case 0x5422: case 0x5425:
    case 0x5450: case 0x5451: return true;
    default: return false;
    }
}

// struct ifreq ends in a pointer-sized union: 32 bytes in the module, 40 in the kernel.
static long interface_request(u32 fd, u32 request, u32 argument) {
    u8 host[HOST_IFREQ] = {0};
    u8 *guest = guest_range(argument, GUEST_IFREQ);
    if (!guest) return -EFAULT;
    memcpy(host, guest, GUEST_IFREQ);
    long r = sys(SYS_ioctl, fd, request, own(&host));
    if (r >= 0) memcpy(guest, host, GUEST_IFREQ);
    return r;
}

// struct ifconf {length, buffer} over arrays of ifreq.
static long interface_list(u32 fd, u32 argument) {
    u8 host[INTERFACES_MAX * HOST_IFREQ];
    struct { u32 length, pad; void *buffer; } list = {sizeof host, 0, host};
    u8 *guest = guest_range(argument, 8);
    if (!guest) return -EFAULT;
    u32 room = load32(guest), at = load32(guest + 4);
    u8 *to = guest_range(at, room);
    long r = sys(SYS_ioctl, fd, SIOCGIFCONF, own(&list));
    if (r < 0) return r;
    u32 count = list.length / HOST_IFREQ;
    if (at && !to) return -EFAULT;
    if (at && count > room / GUEST_IFREQ) count = room / GUEST_IFREQ;
    for (u32 i = 0; at && i < count; i++) memcpy(to + i * GUEST_IFREQ, host + i * HOST_IFREQ, GUEST_IFREQ);
    store32(guest, count * GUEST_IFREQ);
    return r;
}

u32 w2e_env___syscall_ioctl(u32 fd, u32 request, u32 va) {
    u32 argument = variadic_argument(va);
    if (ioctl_takes_number(request)) return syscall_result(sys(SYS_ioctl, fd, request, argument));
    if (request == SIOCGIFCONF) return syscall_result(interface_list(fd, argument));
    if (request >= SIOC_INTERFACE_FIRST && request <= SIOC_INTERFACE_LAST)
        return syscall_result(interface_request(fd, request, argument));
    return syscall_result(sys(SYS_ioctl, fd, request, guest_buffer_or_null(argument, 1)));
}

u32 w2e_env_flock(u32 fd, u32 operation) { return libc_result(sys(SYS_flock, fd, operation)); }

u32 w2e_env___syscall_ftruncate64(u32 fd, u64 length) { return syscall_result(sys(SYS_ftruncate, fd, length)); }
u32 w2e_env___syscall_ftruncate64_split(u32 fd, u32 low, u32 high) { return w2e_env___syscall_ftruncate64(fd, low | (u64)high << 32); }
u32 w2e_env___syscall_fallocate(u32 fd, u32 mode, u64 offset, u64 length) {
    return syscall_result(sys(SYS_fallocate, fd, mode, offset, length));
}
u32 w2e_env___syscall_fallocate_split(u32 fd, u32 mode, u32 low, u32 high, u32 length_low, u32 length_high) {
    return w2e_env___syscall_fallocate(fd, mode, low | (u64)high << 32, length_low | (u64)length_high << 32);
}
u32 w2e_env_fallocate(u32 fd, u32 mode, u64 offset, u64 length) { return libc_result(sys(SYS_fallocate, fd, mode, offset, length)); }
u32 w2e_env___syscall_fadvise64(u32 fd, u64 offset, u64 length, u32 advice) {
    return syscall_result(sys(SYS_fadvise64, fd, offset, length, advice));
}
u32 w2e_env___syscall_fadvise64_64(u32 fd, u32 low, u32 high, u32 length_low, u32 length_high, u32 advice) {
    return w2e_env___syscall_fadvise64(fd, low | (u64)high << 32, length_low | (u64)length_high << 32, advice);
}
u32 w2e_env_readahead(u32 fd, u64 offset, u32 count) { return libc_result(sys(SYS_readahead, fd, offset, count)); }
u32 w2e_env_sync_file_range(u32 fd, u64 offset, u64 length, u32 flags) { return libc_result(sys(SYS_sync_file_range, fd, offset, length, flags)); }
u32 w2e_env___syscall_fdatasync(u32 fd) { return syscall_result(sys(SYS_fdatasync, fd)); }
u32 w2e_env___syscall_sync(void) { return syscall_result(sys(SYS_sync)); }
u32 w2e_env_syncfs(u32 fd) { return libc_result(sys(SYS_syncfs, fd)); }

// Offsets are 64-bit in memory on both sides.
u32 w2e_env_sendfile(u32 to, u32 from, u32 offset, u32 count) {
    return libc_result(sys(SYS_sendfile, to, from, guest_buffer_or_null(offset, 8), count));
}
u32 w2e_env_splice(u32 from, u32 from_offset, u32 to, u32 to_offset, u32 length, u32 flags) {
    return libc_result(sys(SYS_splice, from, guest_buffer_or_null(from_offset, 8), to, guest_buffer_or_null(to_offset, 8), length, flags));
}
u32 w2e_env_vmsplice(u32 fd, u32 vector, u32 count, u32 flags) {
    enum { VECTOR_MAX = 1024 };
    struct kernel_iovec iov[VECTOR_MAX];
    const u8 *p = guest_range(vector, 8ul * count);
    if (count > VECTOR_MAX) return libc_result(-EINVAL);
    if (!p) return libc_result(-EFAULT);
    for (u32 i = 0; i < count; i++, p += 8) iov[i] = (struct kernel_iovec){guest_buffer_or_null(load32(p), load32(p + 4)), load32(p + 4)};
    return libc_result(sys(SYS_vmsplice, fd, own(&iov), count, flags));
}
u32 w2e_env_tee(u32 from, u32 to, u32 length, u32 flags) { return libc_result(sys(SYS_tee, from, to, length, flags)); }
u32 w2e_env_copy_file_range(u32 from, u32 from_offset, u32 to, u32 to_offset, u32 length, u32 flags) {
    return libc_result(sys(SYS_copy_file_range, from, guest_buffer_or_null(from_offset, 8), to, guest_buffer_or_null(to_offset, 8), length, flags));
}
u32 w2e_env_memfd_create(u32 name, u32 flags) { return libc_result(sys(SYS_memfd_create, guest_path(name), flags)); }
