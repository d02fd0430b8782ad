// Status and attributes of files: the stat family with its three guest layouts, modes, owners, times, access,
// file systems, extended attributes.
#include "commands.h"
#include "imports.gen.h"
#include "path-call.h"
#include "time-layout.h"

u32 w2e_env___syscall_fchmodat(u32 directory, u32 path, u32 mode, u32 va) {
    (void)va;
    return syscall_result(at_call(SYS_fchmodat, (i32)directory, guest_path(path), mode, 0, 0));
}
u32 w2e_env___syscall_fchmodat2(u32 directory, u32 path, u32 mode, u32 flags) {
    if (flags) return syscall_result(-EOPNOTSUPP);
    return syscall_result(at_call(SYS_fchmodat, (i32)directory, guest_path(path), mode, 0, 0));
}
u32 w2e_env___syscall_chmod(u32 path, u32 mode) { return syscall_result(at_call(SYS_fchmodat, AT_FDCWD, guest_path(path), mode, 0, 0)); }
u32 w2e_env___syscall_fchmod(u32 fd, u32 mode) { return syscall_result(sys(SYS_fchmod, fd, mode)); }

u32 w2e_env___syscall_fchownat(u32 directory, u32 path, u32 uid, u32 gid, u32 flags) {
    return syscall_result(WITH_FLAGS(flags, ATTRIBUTE_FLAGS, at_call(SYS_fchownat, (i32)directory, guest_path(path), uid, gid, flags)));
}
u32 w2e_env___syscall_chown32(u32 path, u32 uid, u32 gid) { return w2e_env___syscall_fchownat((u32)AT_FDCWD, path, uid, gid, 0); }
u32 w2e_env___syscall_lchown32(u32 path, u32 uid, u32 gid) {
    return w2e_env___syscall_fchownat((u32)AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}
u32 w2e_env___syscall_fchown32(u32 fd, u32 uid, u32 gid) { return syscall_result(sys(SYS_fchown, fd, uid, gid)); }

u32 w2e_env___syscall_utimensat(u32 directory, u32 path, u32 times, u32 flags) {
    struct kernel_timespec t[2];
    if (times) {
        const u8 *p = guest_range(times, 2 * guest_time_size());
        if (!p) return syscall_result(-EFAULT);
        t[0] = get_time(p);
        t[1] = get_time(p + guest_time_size());
    }
    long r = WITH_FLAGS(flags, ATTRIBUTE_FLAGS, at_call(SYS_utimensat, (i32)directory, guest_path_or_null(path), times ? own(&t) : NO_ADDRESS, flags, 0));
    return syscall_result(r);
}

// struct statfs: the kernel's 64-bit words become 32-bit ones; counts that do not fit are cut to the largest.
enum { STATFS_SIZE = 64 };

static long put_file_system(u32 to, u32 size, const struct kernel_statfs *s) {
    u8 *p = guest_range(to, size);
    if (size < STATFS_SIZE) return -EINVAL;
    if (!p) return -EFAULT;
    const u64 head[] = {s->type, s->bsize, s->blocks, s->bfree, s->bavail, s->files, s->ffree};
    memset(p, 0, size);
    for (u32 i = 0; i < W2E_COUNT(head); i++) store32(p + 4 * i, head[i] > 0xffffffff && i ? 0xffffffff : (u32)head[i]);
    store64(p + 28, s->fsid);
    store32(p + 36, (u32)s->namelen);
    store32(p + 40, (u32)s->frsize);
    store32(p + 44, (u32)s->flags);
    return 0;
}

u32 w2e_env___syscall_statfs64(u32 path, u32 size, u32 to) {
    struct kernel_statfs s;
    long r = named_call(SYS_statfs, guest_path(path), own(&s), 0, 0, 0);
    return syscall_result(r ? r : put_file_system(to, size, &s));
}
u32 w2e_env___syscall_fstatfs64(u32 fd, u32 size, u32 to) {
    struct kernel_statfs s;
    long r = sys(SYS_fstatfs, fd, own(&s));
    return syscall_result(r ? r : put_file_system(to, size, &s));
}

static u32 set_attribute(long call, u32 path, u32 name, u32 value, u32 size, u32 flags) {
    return libc_result(WITH_FLAGS(flags, SETXATTR_FLAGS, named_call(call, guest_path(path), guest_path(name), guest_buffer_or_null(value, size), size, flags)));
}
static u32 get_attribute(long call, u32 path, u32 name, u32 value, u32 size) {
    return libc_result(named_call(call, guest_path(path), guest_path(name), guest_buffer_or_null(value, size), size, 0));
}
u32 w2e_env_setxattr(u32 path, u32 name, u32 value, u32 size, u32 flags) { return set_attribute(SYS_setxattr, path, name, value, size, flags); }
u32 w2e_env_lsetxattr(u32 path, u32 name, u32 value, u32 size, u32 flags) { return set_attribute(SYS_lsetxattr, path, name, value, size, flags); }
u32 w2e_env_fsetxattr(u32 fd, u32 name, u32 value, u32 size, u32 flags) {
    return libc_result(WITH_FLAGS(flags, SETXATTR_FLAGS, sys(SYS_fsetxattr, fd, guest_path(name), guest_buffer_or_null(value, size), size, flags)));
}
u32 w2e_env_getxattr(u32 path, u32 name, u32 value, u32 size) { return get_attribute(SYS_getxattr, path, name, value, size); }
u32 w2e_env_lgetxattr(u32 path, u32 name, u32 value, u32 size) { return get_attribute(SYS_lgetxattr, path, name, value, size); }
u32 w2e_env_fgetxattr(u32 fd, u32 name, u32 value, u32 size) {
    return libc_result(sys(SYS_fgetxattr, fd, guest_path(name), guest_buffer_or_null(value, size), size));
}
u32 w2e_env_listxattr(u32 path, u32 list, u32 size) { return libc_result(named_call(SYS_listxattr, guest_path(path), guest_buffer(list, size), size, 0, 0)); }
u32 w2e_env_llistxattr(u32 path, u32 list, u32 size) { return libc_result(named_call(SYS_llistxattr, guest_path(path), guest_buffer(list, size), size, 0, 0)); }
u32 w2e_env_flistxattr(u32 fd, u32 list, u32 size) { return libc_result(sys(SYS_flistxattr, fd, guest_buffer(list, size), size)); }
u32 w2e_env_removexattr(u32 path, u32 name) { return libc_result(named_call(SYS_removexattr, guest_path(path), guest_path(name), 0, 0, 0)); }
u32 w2e_env_lremovexattr(u32 path, u32 name) { return libc_result(named_call(SYS_lremovexattr, guest_path(path), guest_path(name), 0, 0, 0)); }
u32 w2e_env_fremovexattr(u32 fd, u32 name) { return libc_result(sys(SYS_fremovexattr, fd, guest_path(name))); }
