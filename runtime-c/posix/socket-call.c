// socketcall(2), one number for all calls of sockets, which Emscripten up to 2.0.10 had: the call, and the address of its arguments.
#include "guest.h"
#include "imports.gen.h"

#define SIX u32 a, u32 b, u32 c, u32 d, u32 e, u32 f
typedef u32 call_of_six(SIX);
static u32 accept_plain(SIX) { (void)d, (void)e, (void)f; return w2e_env___syscall_accept4(a, b, c, 0, 0, 0); }
static u32 send_plain(SIX) { (void)e, (void)f; return w2e_env___syscall_sendto(a, b, c, d, 0, 0); }
static u32 receive_plain(SIX) { (void)e, (void)f; return w2e_env___syscall_recvfrom(a, b, c, d, 0, 0); }

// By the number of the call in linux/net.h, with how many arguments it has.
static const struct { call_of_six *call; u32 arguments; } calls[] = {
    [1] = {w2e_env___syscall_socket, 3}, [2] = {w2e_env___syscall_bind, 3}, [3] = {w2e_env___syscall_connect, 3},
    [4] = {w2e_env___syscall_listen, 2}, [5] = {accept_plain, 3}, [6] = {w2e_env___syscall_getsockname, 3},
    [7] = {w2e_env___syscall_getpeername, 3}, [8] = {w2e_env___syscall_socketpair, 4}, [9] = {send_plain, 4}, [10] = {receive_plain, 4},
    [11] = {w2e_env___syscall_sendto, 6}, [12] = {w2e_env___syscall_recvfrom, 6}, [13] = {w2e_env___syscall_shutdown, 2},
    [14] = {w2e_env___syscall_setsockopt, 5}, [15] = {w2e_env___syscall_getsockopt, 5}, [16] = {w2e_env___syscall_sendmsg, 3},
    [17] = {w2e_env___syscall_recvmsg, 3}, [18] = {w2e_env___syscall_accept4, 4},
};

u32 w2e_env___syscall_socketcall(u32 call, u32 arguments) {
    if (call >= W2E_COUNT(calls) || !calls[call].call) return syscall_result(-EINVAL);
    const u8 *p = guest_range(arguments, 4ul * calls[call].arguments);
    if (!p) return syscall_result(-EFAULT);
    u32 words[6] = {0};
    for (u32 i = 0; i < calls[call].arguments; i++) words[i] = load32(p + 4 * i);
    return calls[call].call(words[0], words[1], words[2], words[3], words[4], words[5]);
}
