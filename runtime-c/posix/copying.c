// Copying between descriptors. For ring 0, too.
#include "commands.h"
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"
#include <system-buffer.h>

// Offsets are 64-bit in memory on both sides.
u32 w2e_env_sendfile(u32 to, u32 from, u32 offset, u32 count) {
    return libc_result(sys(SYS_sendfile, to, from, guest_buffer_or_null(offset, 8), count));
}
static u32 splice_flags(u32 flags) { return flags & ~SPLICE_DROPPED_FLAGS; }
u32 w2e_env_splice(u32 from, u32 from_offset, u32 to, u32 to_offset, u32 length, u32 flags) {
    flags = splice_flags(flags);
    long r = WITH_FLAGS(flags, SPLICE_FLAGS,
                        sys(SYS_splice, from, guest_buffer_or_null(from_offset, 8), to, guest_buffer_or_null(to_offset, 8), length, flags));
    return libc_result(r);
}
enum { VECTOR_MAX = 1024 };
struct spliced { struct kernel_iovec vector[VECTOR_MAX]; };
u32 w2e_env_vmsplice(u32 fd, u32 vector, u32 count, u32 flags) {
    W2E_UNINITIALIZED SYSTEM_BUFFER(struct spliced, iov);
    const u8 *p = guest_range(vector, 8ul * count);
    flags = splice_flags(flags);
    if (count > VECTOR_MAX) return libc_result(-EINVAL);
    if (!p) return libc_result(-EFAULT);
    for (u32 i = 0; i < count; i++, p += 8) iov->vector[i] = guest_vector(p);
    return libc_result(WITH_FLAGS(flags, SPLICE_FLAGS, sys(SYS_vmsplice, fd, own_bytes(iov->vector, count * sizeof *iov->vector), count, flags)));
}
u32 w2e_env_tee(u32 from, u32 to, u32 length, u32 flags) {
    flags = splice_flags(flags);
    return libc_result(WITH_FLAGS(flags, SPLICE_FLAGS, sys(SYS_tee, from, to, length, flags)));
}
u32 w2e_env_copy_file_range(u32 from, u32 from_offset, u32 to, u32 to_offset, u32 length, u32 flags) {
    long r = WITH_FLAGS(flags, COPY_FILE_RANGE_FLAGS,
                        sys(SYS_copy_file_range, from, guest_buffer_or_null(from_offset, 8), to, guest_buffer_or_null(to_offset, 8), length, flags));
    return libc_result(r);
}
