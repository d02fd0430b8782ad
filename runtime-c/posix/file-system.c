// The file system as a whole: where paths start, mounts, special files, accounting.
#include "commands.h"
#include "guest.h"
#include "imports.gen.h"
#include "opened.h"
#include "path-call.h"

u32 w2e_env___syscall_mknodat(u32 directory, u32 path, u32 mode, u32 device) {
    if ((mode & S_IFMT) == S_IFCHR && !is_permitted_device(device)) return syscall_result(-EPERM);
    return syscall_result(at_call(SYS_mknodat, (i32)directory, guest_path(path), mode, device, 0));
}
u32 w2e_env___syscall_mknod(u32 path, u32 mode, u32 device) { return w2e_env___syscall_mknodat((u32)AT_FDCWD, path, mode, device); }

u32 w2e_env___syscall_chdir(u32 path) { return syscall_result(MOVING(named_call(SYS_chdir, guest_path(path), 0, 0, 0, 0))); }
u32 w2e_env___syscall_fchdir(u32 fd) { return syscall_result(MOVING(enter_call(SYS_fchdir, (i32)fd))); }
u32 w2e_env_chroot(u32 path) { return libc_result(MOVING(sys(SYS_chroot, guest_path(path)))); }
// A file system's data is text, followed by zeros: binary forms of it (nfs) may have addresses in them.
u32 w2e_env_mount(u32 source, u32 target, u32 type, u32 flags, u32 data) {
    enum { DATA_SIZE = 4096 };
    char text[DATA_SIZE] = {0};
    if ((flags & 0xffff0000) == 0xc0ed0000) flags &= 0xffff; // MS_MGC_VAL of old programs
    if (flags & ~MOUNT_FLAGS) return libc_result(-EINVAL);
    long r = data ? guest_text(data, text, DATA_SIZE) : 0;
    return libc_result(r < 0 ? r : sys(SYS_mount, guest_path_or_null(source), guest_path(target), guest_path_or_null(type), flags, data ? own(&text) : NO_ADDRESS));
}
u32 w2e_env_umount(u32 target) { return libc_result(sys(SYS_umount2, guest_path(target), 0)); }
u32 w2e_env_umount2(u32 target, u32 flags) { return libc_result(WITH_FLAGS(flags, UMOUNT_FLAGS, sys(SYS_umount2, guest_path(target), flags))); }

// The root of other processes changes, too: never to procfs, so that their paths do not start there.
u32 w2e_env_pivot_root(u32 root, u32 old) {
    struct kernel_statfs s;
    long fd = open_file(AT_FDCWD, guest_path(root), arch_open_flags(O_DIRECTORY) | O_CLOEXEC, 0);
    if (fd < 0) return libc_result(fd);
    struct descriptor_link link = link_to(fd);
    long r = sys(SYS_fstatfs, fd, own(&s));
    if (r == 0) r = s.type == PROC_SUPER_MAGIC ? -EACCES : MOVING(sys(SYS_pivot_root, own(&link.text), guest_path(old)));
    sys(SYS_close, fd);
    return libc_result(r);
}

static long account(u32 path) {
    if (!path) return sys(SYS_acct, NO_ADDRESS);
    long fd = open_file(AT_FDCWD, guest_path(path), arch_open_flags(O_WRONLY | O_APPEND) | O_CLOEXEC, 0);
    if (fd < 0) return fd;
    struct descriptor_link link = link_to(fd);
    long r = sys(SYS_acct, own(&link.text));
    sys(SYS_close, fd);
    return r;
}
u32 w2e_env_acct(u32 path) { return libc_result(account(path)); }
u32 w2e_env___syscall_acct(u32 path) { return syscall_result(account(path)); }
