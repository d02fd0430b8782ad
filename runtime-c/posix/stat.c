// Status of files: the stat family with its four guest layouts, and access. For ring 0, too.
#include "commands.h"
#include "guest.h"
#include "imports.gen.h"
#include "path-call.h"
#include "time-layout.h"
#include <system-buffer.h>

// Offsets of one guest layout of struct stat.
struct stat_layout {
    u8 size, short_inode, mode, nlink, uid, gid, rdev, length, block_size, blocks, times, inode;
};
static const struct stat_layout layout_short_offsets = {76, 8, 12, 16, 20, 24, 28, 36, 40, 44, 48, 72};
static const struct stat_layout layout_time32 = {88, 8, 12, 16, 20, 24, 28, 40, 48, 52, 56, 80};
static const struct stat_layout layout_time64 = {112, 8, 12, 16, 20, 24, 28, 40, 48, 52, 56, 104};
static const struct stat_layout layout_compact = {96, 88, 4, 8, 12, 16, 20, 24, 32, 36, 40, 88};

static void store_offset(u8 *to, u64 value) {
    if (abi_has(ABI_SHORT_OFFSETS)) store32(to, (u32)value);
    else store64(to, value);
}

static long put_status(u32 to, const struct kernel_stat *s) {
    const bool short_offsets = abi_has(ABI_SHORT_OFFSETS);
    const struct stat_layout *at = abi_has(ABI_COMPACT_STAT) ? &layout_compact
                                   : abi_has(ABI_TIME64)     ? &layout_time64
                                   : short_offsets           ? &layout_short_offsets
                                                             : &layout_time32;
    if (short_offsets && s->size != (i32)s->size) return -EOVERFLOW;
    u8 *p = guest_range(to, at->size);
    if (!p) return -EFAULT;
    u32 step = guest_time_size();
    memset(p, 0, at->size);
    store32(p, (u32)s->dev);
    store32(p + at->short_inode, (u32)s->ino);
    store32(p + at->mode, s->mode);
    store32(p + at->nlink, (u32)s->nlink);
    store32(p + at->uid, s->uid);
    store32(p + at->gid, s->gid);
    store32(p + at->rdev, (u32)s->rdev);
    store_offset(p + at->length, (u64)s->size);
    store32(p + at->block_size, (u32)s->blksize);
    store32(p + at->blocks, (u32)s->blocks);
    put_time(p + at->times, s->atime, s->atime_nsec);
    put_time(p + at->times + step, s->mtime, s->mtime_nsec);
    put_time(p + at->times + 2 * step, s->ctime, s->ctime_nsec);
    store_offset(p + at->inode, s->ino);
    return 0;
}

static u32 status_at(u32 directory, u32 path, u32 to, u32 flags) {
    SYSTEM_BUFFER(struct kernel_stat, s);
    long r = WITH_FLAGS(flags, FSTATAT_FLAGS, at_call(SYS_newfstatat, (i32)directory, guest_path(path), own(s), flags, 0));
    return syscall_result(r ? r : put_status(to, s));
}

u32 w2e_env___syscall_stat64(u32 path, u32 to) { return status_at((u32)AT_FDCWD, path, to, 0); }
u32 w2e_env___syscall_lstat64(u32 path, u32 to) { return status_at((u32)AT_FDCWD, path, to, AT_SYMLINK_NOFOLLOW); }
u32 w2e_env___syscall_fstatat64(u32 directory, u32 path, u32 to, u32 flags) { return status_at(directory, path, to, flags); }
u32 w2e_env___syscall_newfstatat(u32 directory, u32 path, u32 to, u32 flags) { return status_at(directory, path, to, flags); }
u32 w2e_env___syscall_fstat64(u32 fd, u32 to) {
    SYSTEM_BUFFER(struct kernel_stat, s);
    long r = status_call(SYS_fstat, (i32)fd, s);
    return syscall_result(r ? r : put_status(to, s));
}

u32 w2e_env___syscall_access(u32 path, u32 mode) { return syscall_result(at_call(SYS_faccessat, AT_FDCWD, guest_path(path), mode, 0, 0)); }
u32 w2e_env___syscall_faccessat(u32 directory, u32 path, u32 mode, u32 flags) {
    if (flags == 0) return syscall_result(at_call(SYS_faccessat, (i32)directory, guest_path(path), mode, 0, 0));
    return syscall_result(WITH_FLAGS(flags, FACCESSAT_FLAGS, at_call(SYS_faccessat2, (i32)directory, guest_path(path), mode, flags, 0)));
}
