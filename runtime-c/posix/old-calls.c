// System calls that Emscripten up to 2.0.33 made by number and its later versions do not: transfers of one buffer or of a vector,
// llseek, dup2. In modules up to 1.38.30 off_t has 32 bits (ABI_SHORT_OFFSETS).
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"
#include "wasi.h"

u32 w2e_env___syscall_read(u32 fd, u32 buffer, u32 size) { return syscall_result(sys(SYS_read, fd, guest_buffer(buffer, size), size)); }
u32 w2e_env___syscall_write(u32 fd, u32 buffer, u32 size) { return syscall_result(sys(SYS_write, fd, guest_buffer(buffer, size), size)); }

static long transfer(long call, u32 fd, u32 vector, u32 count, u64 offset) {
    struct kernel_iovec iov[WASI_VECTOR_MAX];
    long used = wasi_vector(vector, count, iov);
    return used < 0 ? used : sys(call, fd, own_bytes(iov, (u64)used * sizeof *iov), used, offset);
}
u32 w2e_env___syscall_readv(u32 fd, u32 vector, u32 count) { return syscall_result(transfer(SYS_readv, fd, vector, count, 0)); }
u32 w2e_env___syscall_writev(u32 fd, u32 vector, u32 count) { return syscall_result(transfer(SYS_writev, fd, vector, count, 0)); }

static u64 wide(u32 low, u32 high) { return abi_has(ABI_SHORT_OFFSETS) ? (u64)(i64)(i32)low : low | (u64)high << 32; }

u32 w2e_env___syscall_preadv(u32 fd, u32 vector, u32 count, u32 low, u32 high) {
    return syscall_result(transfer(SYS_preadv, fd, vector, count, wide(low, high)));
}
u32 w2e_env___syscall_pwritev(u32 fd, u32 vector, u32 count, u32 low, u32 high) {
    return syscall_result(transfer(SYS_pwritev, fd, vector, count, wide(low, high)));
}
u32 w2e_env___syscall_pread64(u32 fd, u32 buffer, u32 size, u32 low, u32 high) {
    return syscall_result(sys(SYS_pread64, fd, guest_buffer(buffer, size), size, wide(low, high)));
}
u32 w2e_env___syscall_pwrite64(u32 fd, u32 buffer, u32 size, u32 low, u32 high) {
    return syscall_result(sys(SYS_pwrite64, fd, guest_buffer(buffer, size), size, wide(low, high)));
}

u32 w2e_env___syscall_llseek(u32 fd, u32 high, u32 low, u32 to, u32 whence) {
    u8 *p = guest_range(to, abi_has(ABI_SHORT_OFFSETS) ? 4 : 8);
    if (!p) return syscall_result(-EFAULT);
    long r = sys(SYS_lseek, fd, wide(low, high), whence);
    if (r < 0) return syscall_result(r);
    if (!abi_has(ABI_SHORT_OFFSETS)) store64(p, (u64)r);
    else if (r == (i32)r) store32(p, (u32)r);
    else return syscall_result(-EOVERFLOW);
    return 0;
}

// dup2 of a descriptor to itself only asks whether it is open.
u32 w2e_env___syscall_dup2(u32 from, u32 to) {
    if (from != to) return syscall_result(sys(SYS_dup3, from, to, 0));
    long r = sys(SYS_fcntl, from, 1 /* F_GETFD */);
    return r < 0 ? syscall_result(r) : to;
}
