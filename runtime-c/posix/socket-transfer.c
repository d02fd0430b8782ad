// Sockets: receiving, sending, accepting, and the addresses that these tell. For ring 0, too. The last arguments of the six-argument
// forms are padding.
#include "commands.h"
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"
#include <system-buffer.h>

enum { ADDRESS_MAX = 128 };

// An address that the kernel tells: into a buffer of the runtime, because the kernel reads the length word that bounds
// it when it has the address, and the module's may be another one by then.
struct told_address {
    u32 at, length_at, room;
    u32 length;
    u8 bytes[ADDRESS_MAX];
};
static long expect_address(struct told_address *told, u32 address, u32 length) {
    const u8 *p = address ? guest_range(length, 4) : NULL;
    told->at = address;
    told->length_at = length;
    told->length = ADDRESS_MAX;
    if (!address) return 0;
    if (!p) return -EFAULT;
    told->room = load32(p);
    if ((i32)told->room < 0) return -EINVAL;
    return guest_range(address, told->room) ? 0 : -EFAULT;
}
static struct kernel_address told_bytes(struct told_address *told) { return told->at ? own(&told->bytes) : NO_ADDRESS; }
static struct kernel_address told_length(struct told_address *told) { return told->at ? own(&told->length) : NO_ADDRESS; }
static long put_address(const struct told_address *told, long result) {
    if (result < 0 || !told->at) return result;
    u8 *p = guest_range(told->length_at, 4);
    if (!p || !guest_copy_out(told->at, &told->bytes, told->length, told->room)) return -EFAULT;
    store32(p, told->length);
    return result;
}
u32 w2e_env___syscall_accept4(u32 fd, u32 address, u32 length, u32 flags, u32 a, u32 b) {
    SYSTEM_BUFFER(struct told_address, told);
    (void)a, (void)b;
    long r = flags & ~SOCKET_FLAGS ? -EINVAL : expect_address(told, address, length);
    return syscall_result(r ? r : put_address(told, sys(SYS_accept4, fd, told_bytes(told), told_length(told), flags)));
}
static u32 tell_address(long call, u32 fd, u32 address, u32 length) {
    SYSTEM_BUFFER(struct told_address, told);
    long r = address ? expect_address(told, address, length) : -EFAULT;
    return syscall_result(r ? r : put_address(told, sys(call, fd, told_bytes(told), told_length(told))));
}
u32 w2e_env___syscall_getsockname(u32 fd, u32 address, u32 length, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return tell_address(SYS_getsockname, fd, address, length);
}
u32 w2e_env___syscall_getpeername(u32 fd, u32 address, u32 length, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return tell_address(SYS_getpeername, fd, address, length);
}
u32 w2e_env___syscall_sendto(u32 fd, u32 from, u32 size, u32 flags, u32 address, u32 length) {
    long r = WITH_FLAGS(flags, MESSAGE_FLAGS,
                        sys(SYS_sendto, fd, guest_buffer(from, size), size, flags, guest_buffer_or_null(address, length), length));
    return syscall_result(r);
}
u32 w2e_env___syscall_recvfrom(u32 fd, u32 to, u32 size, u32 flags, u32 address, u32 length) {
    SYSTEM_BUFFER(struct told_address, told);
    long r = flags & ~MESSAGE_FLAGS ? -EINVAL : expect_address(told, address, length);
    if (r) return syscall_result(r);
    return syscall_result(put_address(told, sys(SYS_recvfrom, fd, guest_buffer(to, size), size, flags, told_bytes(told), told_length(told))));
}
