// WASI preview 1 on sockets that the process was given: accept, receive, send, shut down.
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"
#include "wasi.h"

enum {
    SOCK_NONBLOCK = 04000, MSG_PEEK = 2, MSG_WAITALL = 0x100, MSG_TRUNC = 0x20, MSG_NOSIGNAL = 0x4000,
    RECEIVE_PEEK = 1, RECEIVE_WAITALL = 2, DATA_TRUNCATED = 1, SHUT_READ = 1, SHUT_WRITE = 2,
};

u32 w2e_wasi_sock_accept(u32 fd, u32 flags, u32 to) {
    if (!guest_range(to, 4)) return error_number(-EFAULT);
    return wasi_count(sys(SYS_accept4, fd, NO_ADDRESS, NO_ADDRESS, SOCK_CLOEXEC | (flags & WASI_NONBLOCK ? SOCK_NONBLOCK : 0)), to);
}

u32 w2e_wasi_sock_recv(u32 fd, u32 vector, u32 count, u32 flags, u32 to, u32 flags_to) {
    W2E_UNINITIALIZED struct kernel_iovec iov[WASI_VECTOR_MAX];
    u8 *out = guest_range(flags_to, 2);
    long r = out ? wasi_vector(vector, count, iov) : -EFAULT;
    if (r < 0) return error_number(r);
    struct kernel_msghdr message = {.iov = own_bytes(iov, (u64)r * sizeof *iov), .iov_count = (u64)r};
    u32 host = (flags & RECEIVE_PEEK ? MSG_PEEK : 0) | (flags & RECEIVE_WAITALL ? MSG_WAITALL : 0);
    r = sys(SYS_recvmsg, fd, own(&message), host);
    if (r >= 0) store16(out, message.flags & MSG_TRUNC ? DATA_TRUNCATED : 0);
    return wasi_count(r, to);
}

u32 w2e_wasi_sock_send(u32 fd, u32 vector, u32 count, u32 flags, u32 to) {
    W2E_UNINITIALIZED struct kernel_iovec iov[WASI_VECTOR_MAX];
    (void)flags; // none are defined
    long r = wasi_vector(vector, count, iov);
    if (r < 0) return error_number(r);
    struct kernel_msghdr message = {.iov = own_bytes(iov, (u64)r * sizeof *iov), .iov_count = (u64)r};
    return wasi_count(sys(SYS_sendmsg, fd, own(&message), MSG_NOSIGNAL), to);
}

u32 w2e_wasi_sock_shutdown(u32 fd, u32 how) {
    if (how < SHUT_READ || how > (SHUT_READ | SHUT_WRITE)) return error_number(-EINVAL);
    return error_number(sys(SYS_shutdown, fd, how - 1));
}
