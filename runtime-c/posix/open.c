// Opening, creating, naming and removing files. Every call is the *at form, which all architectures have. For ring 0, too.
#include "commands.h"
#include "guest.h"
#include "imports.gen.h"
#include "opened.h"
#include "path-call.h"
#include "runtime.h"
#include "system-call.h"

static u32 open_at(u32 directory, u32 path, u32 flags, u32 va) {
    return syscall_result(WITH_FLAGS(flags, OPEN_FLAGS, open_file((i32)directory, guest_path(path), arch_open_flags(flags), guest_argument(va))));
}

u32 w2e_env___syscall_open(u32 path, u32 flags, u32 va) { return open_at((u32)AT_FDCWD, path, flags, va); }
u32 w2e_env___syscall_openat(u32 directory, u32 path, u32 flags, u32 va) { return open_at(directory, path, flags, va); }

u32 w2e_env___syscall_mkdirat(u32 directory, u32 path, u32 mode) {
    return syscall_result(at_call(SYS_mkdirat, (i32)directory, guest_path(path), mode, 0, 0));
}
u32 w2e_env___syscall_mkdir(u32 path, u32 mode) { return w2e_env___syscall_mkdirat((u32)AT_FDCWD, path, mode); }

u32 w2e_env___syscall_unlinkat(u32 directory, u32 path, u32 flags) {
    return syscall_result(WITH_FLAGS(flags, UNLINKAT_FLAGS, at_call(SYS_unlinkat, (i32)directory, guest_path(path), flags, 0, 0)));
}
u32 w2e_env___syscall_unlink(u32 path) { return w2e_env___syscall_unlinkat((u32)AT_FDCWD, path, 0); }
u32 w2e_env___syscall_rmdir(u32 path) { return w2e_env___syscall_unlinkat((u32)AT_FDCWD, path, AT_REMOVEDIR); }

u32 w2e_env___syscall_renameat(u32 from_directory, u32 from, u32 to_directory, u32 to) {
    return syscall_result(rename_call(SYS_renameat2, (i32)from_directory, guest_path(from), (i32)to_directory, guest_path(to), 0));
}
u32 w2e_env___syscall_rename(u32 from, u32 to) { return w2e_env___syscall_renameat((u32)AT_FDCWD, from, (u32)AT_FDCWD, to); }

u32 w2e_env___syscall_linkat(u32 from_directory, u32 from, u32 to_directory, u32 to, u32 flags) {
    return syscall_result(WITH_FLAGS(flags, LINKAT_FLAGS, rename_call(SYS_linkat, (i32)from_directory, guest_path(from), (i32)to_directory, guest_path(to), flags)));
}
u32 w2e_env___syscall_link(u32 from, u32 to) { return w2e_env___syscall_linkat((u32)AT_FDCWD, from, (u32)AT_FDCWD, to, 0); }

u32 w2e_env___syscall_symlinkat(u32 target, u32 directory, u32 path) {
    return syscall_result(symlink_call(SYS_symlinkat, guest_path(target), (i32)directory, guest_path(path)));
}
u32 w2e_env___syscall_symlink(u32 target, u32 path) { return w2e_env___syscall_symlinkat(target, (u32)AT_FDCWD, path); }

u32 w2e_env___syscall_readlinkat(u32 directory, u32 path, u32 buffer, u32 size) {
    return syscall_result(at_call(SYS_readlinkat, (i32)directory, guest_path(path), guest_buffer(buffer, size), size, 0));
}
u32 w2e_env___syscall_readlink(u32 path, u32 buffer, u32 size) { return w2e_env___syscall_readlinkat((u32)AT_FDCWD, path, buffer, size); }

u32 w2e_env___syscall_truncate64_split(u32 path, u32 low, u32 high) {
    return syscall_result(named_call(SYS_truncate, guest_path(path), low | (u64)high << 32, 0, 0, 0));
}
u32 w2e_env___syscall_truncate64(u32 path, u64 length) { return syscall_result(named_call(SYS_truncate, guest_path(path), length, 0, 0, 0)); }

u32 w2e_env___syscall_getcwd(u32 buffer, u32 size) { return syscall_result(working_directory_call(SYS_getcwd, guest_buffer(buffer, size), size)); }
u32 w2e_env___syscall_umask(u32 mask) { return syscall_result(sys(SYS_umask, mask)); }
// Tells fd_seek whose libc it serves.
const u8 w2e_getdents_mark = 1;
// Records with 64-bit numbers as those with 32-bit numbers, which are 8 bytes shorter, in place: how many bytes are left. The module can write what is read.
static u32 shortened_records(u8 *p, u32 n) {
    enum { NAME = 19, SHORT_NAME = 11 };
    u32 from = 0, to = 0;
    while (n - from > NAME) {
        u32 size = load16(p + from + 16), inode = load32(p + from), next = load32(p + from + 8);
        u8 type = p[from + 18];
        if (size <= NAME || size > n - from) break;
        memmove(p + to + SHORT_NAME, p + from + NAME, size - NAME);
        store32(p + to, inode);
        store32(p + to + 4, next);
        store16(p + to + 8, (u16)(size - 8));
        p[to + 10] = type;
        from += size;
        to += size - 8;
    }
    return to;
}
u32 w2e_env___syscall_getdents64(u32 fd, u32 buffer, u32 size) {
    long r = records_call(SYS_getdents64, (i32)fd, guest_buffer(buffer, size), size);
    u8 *p = r > 0 && abi_has(ABI_SHORT_OFFSETS) ? guest_range(buffer, (u64)r) : NULL;
    return p ? shortened_records(p, (u32)r) : syscall_result(r);
}
