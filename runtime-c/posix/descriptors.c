// File descriptors: duplication, pipes, fcntl, ioctl, locks, size, synchronisation, copying between descriptors.
#include "commands.h"
#include "guest.h"
#include "imports.gen.h"
#include "kernel.h"
#include "system-call.h"

u32 w2e_env___syscall_dup(u32 fd) { return syscall_result(sys(SYS_dup, fd)); }
u32 w2e_env___syscall_dup3(u32 from, u32 to, u32 flags) { return syscall_result(WITH_FLAGS(flags, DUP_FLAGS, sys(SYS_dup3, from, to, flags))); }
static long make_pipe(u32 fds, u32 flags) {
    return WITH_FLAGS(flags, PIPE_FLAGS, sys(SYS_pipe2, guest_buffer(fds, 8), arch_open_flags(flags)));
}
u32 w2e_env___syscall_pipe2(u32 fds, u32 flags) { return syscall_result(make_pipe(fds, flags)); }
u32 w2e_env___syscall_pipe(u32 fds) { return syscall_result(make_pipe(fds, 0)); }
u32 w2e_env_pipe2(u32 fds, u32 flags) { return libc_result(make_pipe(fds, flags)); }

// A lock of a module whose off_t has 32 bits: the type and whence, then start, length and process.
struct kernel_lock { u16 type, whence; i64 start, length; i32 process; };
static long short_lock(u32 fd, u32 number, u32 argument) {
    enum { SHORT_LOCK = 16 };
    u8 *p = guest_range(argument, SHORT_LOCK);
    if (!p) return -EFAULT;
    struct kernel_lock lock = {load16(p), load16(p + 2), (i32)load32(p + 4), (i32)load32(p + 8), (i32)load32(p + 12)};
    long r = sys(SYS_fcntl, fd, number, own(&lock));
    if (r < 0) return r;
    if (lock.start != (i32)lock.start || lock.length != (i32)lock.length) return -EOVERFLOW;
    u32 words[4] = {lock.type | (u32)lock.whence << 16, (u32)lock.start, (u32)lock.length, (u32)lock.process};
    guest_copy_out(argument, &words, SHORT_LOCK, SHORT_LOCK);
    return 0;
}

u32 w2e_env___syscall_fcntl64(u32 fd, u32 number, u32 va) {
    const struct command *c = find_command(w2e_fcntl_commands, number);
    u32 argument = guest_argument(va);
    if (!c) return syscall_result(-EINVAL);
    switch (c->layout) {
    case LAYOUT_NONE: return syscall_result(sys(SYS_fcntl, fd, c->host, 0));
    case LAYOUT_NUMBER: return syscall_result(sys(SYS_fcntl, fd, c->host, argument));
    case LAYOUT_IN: case LAYOUT_OUT: case LAYOUT_INOUT:
        // Commands of 32 bytes are those of locks.
        if (c->size == sizeof(struct kernel_lock) && abi_has(ABI_SHORT_OFFSETS)) return syscall_result(short_lock(fd, c->host, argument));
        return syscall_result(sys(SYS_fcntl, fd, c->host, guest_buffer(argument, c->size)));
    case LAYOUT_OPEN_FLAGS: {
        if (c->host != F_GETFL) return syscall_result(WITH_FLAGS(argument, OPEN_FLAGS, sys(SYS_fcntl, fd, c->host, arch_open_flags(argument))));
        long r = sys(SYS_fcntl, fd, c->host, 0);
        return syscall_result(r >= 0 ? (long)arch_guest_open_flags((u32)r) : r);
    }
    default: return syscall_result(-EINVAL);
    }
}

enum { GUEST_IFREQ = 32, HOST_IFREQ = 40, IFREQ_NAME = 16, INTERFACES_MAX = 64 };

// struct ifreq ends in a pointer-sized union: 32 bytes in the module, 40 in the kernel.
static long interface_request(u32 fd, u32 request, u32 argument) {
    u8 host[HOST_IFREQ] = {0};
    const u8 *guest = guest_range(argument, GUEST_IFREQ);
    if (!guest) return -EFAULT;
    memcpy(host, guest, GUEST_IFREQ);
    long r = sys(SYS_ioctl, fd, request, own(&host));
    if (r >= 0) guest_copy_out(argument, &host, GUEST_IFREQ, GUEST_IFREQ);
    return r;
}

// With struct ifmap {long start, end; u16 base; u8 irq, dma, port} in the union.
static long interface_map(u32 fd, u32 request, u32 argument) {
    u8 host[HOST_IFREQ] = {0};
    u8 *guest = guest_range(argument, GUEST_IFREQ);
    if (!guest) return -EFAULT;
    memcpy(host, guest, IFREQ_NAME);
    long r = sys(SYS_ioctl, fd, request, own(&host));
    if (r < 0) return r;
    store32(guest + 16, (u32)load64(host + 16));
    store32(guest + 20, (u32)load64(host + 24));
    store64(guest + 24, load64(host + 32));
    return r;
}

// struct ifconf {length, buffer} over arrays of ifreq.
static long interface_list(u32 fd, u32 request, u32 argument) {
    u8 host[INTERFACES_MAX * HOST_IFREQ];
    struct { u32 length, pad; struct kernel_address buffer; } list = {sizeof host, 0, own(&host)};
    u8 *guest = guest_range(argument, 8);
    if (!guest) return -EFAULT;
    u32 room = load32(guest), at = load32(guest + 4);
    long r = sys(SYS_ioctl, fd, request, own(&list));
    if (r < 0) return r;
    u32 count = list.length / HOST_IFREQ;
    if (at && count > room / GUEST_IFREQ) count = room / GUEST_IFREQ;
    for (u32 i = 0; at && i < count; i++)
        if (!guest_copy_bytes(at + i * GUEST_IFREQ, host + i * HOST_IFREQ, HOST_IFREQ, GUEST_IFREQ, GUEST_IFREQ)) return -EFAULT;
    store32(guest, count * GUEST_IFREQ);
    return r;
}

static long put_long(u32 fd, u32 request, u32 argument) {
    u64 value = 0;
    u8 *guest = guest_range(argument, 4);
    if (!guest) return -EFAULT;
    long r = sys(SYS_ioctl, fd, request, own(&value));
    if (r >= 0 && value > 0xffffffff) return -EOVERFLOW;
    if (r >= 0) store32(guest, (u32)value);
    return r;
}

// A file of a FUSE server: for it the kernel takes every argument for the address of as many bytes as the number of the
// command says.
static bool is_in_user_space(u32 fd) {
    struct kernel_statfs s;
    return sys(SYS_fstatfs, fd, own(&s)) != 0 || (u32)s.type == FUSE_SUPER_MAGIC;
}

static long control(u32 fd, u32 number, u32 argument) {
    const struct command *c = find_command(w2e_ioctl_commands, number);
    if (!c) return -ENOTTY;
    u32 said = c->host >> 16 & 0x3fff, size = said > c->size ? said : c->size;
    switch (c->layout) {
    case LAYOUT_NONE: return sys(SYS_ioctl, fd, c->host, 0);
    case LAYOUT_NUMBER: return said && is_in_user_space(fd) ? -ENOTTY : sys(SYS_ioctl, fd, c->host, argument);
    case LAYOUT_IN: case LAYOUT_OUT: case LAYOUT_INOUT: return sys(SYS_ioctl, fd, c->host, guest_buffer(argument, size));
    case LAYOUT_INTERFACE: return interface_request(fd, c->host, argument);
    case LAYOUT_INTERFACE_MAP: return interface_map(fd, c->host, argument);
    case LAYOUT_INTERFACE_LIST: return interface_list(fd, c->host, argument);
    case LAYOUT_LONG: return put_long(fd, c->host, argument);
    default: return -ENOTTY;
    }
}
u32 w2e_env___syscall_ioctl(u32 fd, u32 request, u32 va) { return syscall_result(control(fd, request, guest_argument(va))); }

u32 w2e_env_flock(u32 fd, u32 operation) { return libc_result(sys(SYS_flock, fd, operation)); }

u32 w2e_env___syscall_ftruncate64(u32 fd, u64 length) { return syscall_result(sys(SYS_ftruncate, fd, length)); }
u32 w2e_env___syscall_ftruncate64_split(u32 fd, u32 low, u32 high) { return w2e_env___syscall_ftruncate64(fd, low | (u64)high << 32); }
u32 w2e_env___syscall_fallocate(u32 fd, u32 mode, u64 offset, u64 length) {
    return syscall_result(WITH_FLAGS(mode, FALLOCATE_FLAGS, sys(SYS_fallocate, fd, mode, offset, length)));
}
u32 w2e_env___syscall_fallocate_split(u32 fd, u32 mode, u32 low, u32 high, u32 length_low, u32 length_high) {
    return w2e_env___syscall_fallocate(fd, mode, low | (u64)high << 32, length_low | (u64)length_high << 32);
}
u32 w2e_env_fallocate(u32 fd, u32 mode, u64 offset, u64 length) { return libc_result(WITH_FLAGS(mode, FALLOCATE_FLAGS, sys(SYS_fallocate, fd, mode, offset, length))); }
u32 w2e_env___syscall_fadvise64(u32 fd, u64 offset, u64 length, u32 advice) {
    return syscall_result(sys(SYS_fadvise64, fd, offset, length, advice));
}
u32 w2e_env___syscall_fadvise64_64(u32 fd, u32 low, u32 high, u32 length_low, u32 length_high, u32 advice) {
    return w2e_env___syscall_fadvise64(fd, low | (u64)high << 32, length_low | (u64)length_high << 32, advice);
}
u32 w2e_env_readahead(u32 fd, u64 offset, u32 count) { return libc_result(sys(SYS_readahead, fd, offset, count)); }
u32 w2e_env_sync_file_range(u32 fd, u64 offset, u64 length, u32 flags) {
    return libc_result(WITH_FLAGS(flags, SYNC_FILE_RANGE_FLAGS, sys(SYS_sync_file_range, fd, offset, length, flags)));
}
u32 w2e_env___syscall_fdatasync(u32 fd) { return syscall_result(sys(SYS_fdatasync, fd)); }
u32 w2e_env___syscall_sync(void) { return syscall_result(sys(SYS_sync)); }
u32 w2e_env_syncfs(u32 fd) { return libc_result(sys(SYS_syncfs, fd)); }

u32 w2e_env_memfd_create(u32 name, u32 flags) {
    return libc_result(WITH_FLAGS(flags, MEMFD_FLAGS, sys(SYS_memfd_create, guest_path(name), flags)));
}
