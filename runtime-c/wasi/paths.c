// WASI preview 1 on paths. One directory is preopened, named "/". Modules' libc drops the leading slash of a path before
// it asks for it relative to that directory, and takes relative paths for ones under "/" as well, so that a path
// arrives with no sign of what it was but the bytes in front of it: wasi-libc hands over the rest of the program's own
// string. Behind a slash that begins a string it is an absolute path if that exists. Otherwise it means what it would mean
// to a native program: where it, or else its parent, exists in the working directory, that one; else the one under the root.
#include "guest.h"
#include "hold.h"
#include "imports.gen.h"
#include "opened.h"
#include "path-call.h"
#include "wasi.h"

enum { PATH_MAX = 4096, FIRST_FD = 3 };
enum { PREOPENED_DIRECTORY = 0, PREOPENED_OTHER = 1, AT_SYMLINK_FOLLOW = 0x400 };

// A path for the *at calls: `text` has a slash in front, for the path under the root.
struct host_path {
    i32 directory;
    const char *path;
    char text[PATH_MAX + 1];
};

// The preopened descriptor: the working directory, kept open so that nothing else gets the number.
static long preopened(void) {
    static long fd = -1;
    u32 flags = arch_open_flags(O_DIRECTORY) | O_CLOEXEC;
    hold();
    if (fd < 0) fd = sys(SYS_openat, AT_FDCWD, own_text("."), flags, 0);
    if (fd < 0) fd = sys(SYS_openat, AT_FDCWD, own_text("/"), flags, 0);
    long now = fd;
    release();
    return now;
}

static bool exists(const char *path) {
    struct kernel_stat s;
    return at_call(SYS_newfstatat, AT_FDCWD, own_text(path), own(&s), AT_SYMLINK_NOFOLLOW, 0) == 0;
}

// Whether the directory that a path lies in exists. `path` is the same afterwards.
static bool parent_exists(char *path) {
    char *end = path;
    for (char *p = path; *p; p++)
        if (*p == '/' && p[1]) end = p;
    if (end == path) return true;
    *end = 0;
    bool found = exists(path);
    *end = '/';
    return found;
}

// Whether the bytes in front of a path are the slashes that an absolute one begins with.
static bool follows_slash(u32 path) {
    const u8 *p = guest_range(0, path), *start = w2e_memory;
    if (!p || !path || p[--path] != '/') return false;
    while (path && start[path] == '/') path--;
    return !start[path];
}

static long resolve(u32 directory, u32 path, u32 length, struct host_path *to) {
    const u8 *p = guest_range(path, length);
    if (!p) return -EFAULT;
    if (length >= PATH_MAX) return -ENAMETOOLONG;
    for (u32 i = 0; i < length; i++)
        if (!p[i]) return -EINVAL;
    char *relative = to->text + 1;
    to->text[0] = '/';
    memcpy(relative, p, length);
    relative[length] = 0;
    to->path = relative;
    to->directory = (i32)directory;
    if ((i32)directory != preopened()) return 0;
    to->directory = AT_FDCWD;
    if (follows_slash(path) && exists(to->text)) to->path = to->text;
    else if (!exists(relative) && (exists(to->text) || !parent_exists(relative))) to->path = to->text;
    return 0;
}

u32 w2e_wasi_fd_prestat_get(u32 fd, u32 to) {
    u8 *p = guest_range(to, 8);
    long directory = preopened();
    if (directory < 0 || (i32)fd < FIRST_FD || (i32)fd > directory) return error_number(-EBADF);
    if (!p) return error_number(-EFAULT);
    // Descriptors below it were inherited: they are there, but not preopened directories.
    store32(p, fd == directory ? PREOPENED_DIRECTORY : PREOPENED_OTHER);
    store32(p + 4, fd == directory);
    return 0;
}
u32 w2e_wasi_fd_prestat_dir_name(u32 fd, u32 path, u32 length) {
    u8 *p = guest_range(path, length);
    if ((i32)fd != preopened()) return error_number(-EBADF);
    if (length < 1) return error_number(-ENAMETOOLONG);
    if (!p) return error_number(-EFAULT);
    *p = '/';
    return 0;
}

u32 wasi_open_flags(u32 lookup, u32 how, u64 rights, u32 flags) {
    enum { READ = 1 << 1 | 1 << 14, RIGHT_WRITE = 1 << 6, WRITE = 1 << 0 | RIGHT_WRITE | 1 << 8 | 1 << 22 };
    u32 host = rights & WRITE ? rights & READ ? O_RDWR : O_WRONLY : O_RDONLY;
    // Of the rights to change contents fd_write alone means a directory, which the kernel refuses (EISDIR).
    if (how & WASI_ONLY_DIRECTORY) host = rights & RIGHT_WRITE ? O_RDWR : O_RDONLY;
    if (!(lookup & WASI_SYMLINK_FOLLOW)) host |= O_NOFOLLOW;
    if (how & WASI_CREATE) host |= O_CREAT;
    if (how & WASI_ONLY_DIRECTORY) host |= O_DIRECTORY;
    if (how & WASI_EXCLUSIVE) host |= O_EXCL;
    if (how & WASI_TRUNCATE) host |= O_TRUNC;
    if (flags & WASI_APPEND) host |= O_APPEND;
    if (flags & WASI_DSYNC) host |= O_DSYNC;
    if (flags & WASI_NONBLOCK) host |= O_NONBLOCK;
    if (flags & (WASI_SYNC | WASI_RSYNC)) host |= O_SYNC;
    return arch_open_flags(host) | O_CLOEXEC;
}

u32 w2e_wasi_path_open(u32 directory, u32 lookup, u32 path, u32 length, u32 how, u64 rights, u64 inheriting, u32 flags, u32 to) {
    W2E_UNINITIALIZED struct host_path p;
    (void)inheriting;
    long r = guest_range(to, 4) ? resolve(directory, path, length, &p) : -EFAULT;
    return wasi_count(r ? r : open_file(p.directory, own_text(p.path), wasi_open_flags(lookup, how, rights, flags), 0666), to);
}

static u32 filestat_get(enum wasi_snapshot snapshot, u32 directory, u32 lookup, u32 path, u32 length, u32 to) {
    W2E_UNINITIALIZED struct host_path p;
    struct kernel_stat s;
    long r = resolve(directory, path, length, &p);
    if (r == 0) r = at_call(SYS_newfstatat, p.directory, own_text(p.path), own(&s), lookup & WASI_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW, 0);
    return error_number(r == 0 && !put_filestat(snapshot, to, &s, -1) ? -EFAULT : r);
}
u32 w2e_wasi_path_filestat_get(u32 directory, u32 lookup, u32 path, u32 length, u32 to) {
    return filestat_get(PREVIEW1, directory, lookup, path, length, to);
}
u32 w2e_wasi_path_filestat_get_snapshot0(u32 directory, u32 lookup, u32 path, u32 length, u32 to) {
    return filestat_get(SNAPSHOT0, directory, lookup, path, length, to);
}
u32 w2e_wasi_path_filestat_set_times(u32 directory, u32 lookup, u32 path, u32 length, u64 accessed, u64 modified, u32 flags) {
    W2E_UNINITIALIZED struct host_path p;
    struct kernel_timespec times[2];
    if (!wasi_times(accessed, modified, flags, times)) return error_number(-EINVAL);
    long r = resolve(directory, path, length, &p);
    return error_number(r ? r : at_call(SYS_utimensat, p.directory, own_text(p.path), own(&times), lookup & WASI_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW, 0));
}

u32 w2e_wasi_path_create_directory(u32 directory, u32 path, u32 length) {
    W2E_UNINITIALIZED struct host_path p;
    long r = resolve(directory, path, length, &p);
    return error_number(r ? r : at_call(SYS_mkdirat, p.directory, own_text(p.path), 0777, 0, 0));
}
static u32 remove_name(u32 directory, u32 path, u32 length, u32 flags) {
    W2E_UNINITIALIZED struct host_path p;
    long r = resolve(directory, path, length, &p);
    return error_number(r ? r : at_call(SYS_unlinkat, p.directory, own_text(p.path), flags, 0, 0));
}
u32 w2e_wasi_path_unlink_file(u32 directory, u32 path, u32 length) { return remove_name(directory, path, length, 0); }
u32 w2e_wasi_path_remove_directory(u32 directory, u32 path, u32 length) { return remove_name(directory, path, length, AT_REMOVEDIR); }

u32 w2e_wasi_path_rename(u32 from_directory, u32 from, u32 from_length, u32 to_directory, u32 to, u32 to_length) {
    W2E_UNINITIALIZED struct host_path p, q;
    long r = resolve(from_directory, from, from_length, &p);
    if (r == 0) r = resolve(to_directory, to, to_length, &q);
    return error_number(r ? r : rename_call(SYS_renameat2, p.directory, own_text(p.path), q.directory, own_text(q.path), 0));
}
u32 w2e_wasi_path_link(u32 from_directory, u32 lookup, u32 from, u32 from_length, u32 to_directory, u32 to, u32 to_length) {
    W2E_UNINITIALIZED struct host_path p, q;
    long r = resolve(from_directory, from, from_length, &p);
    if (r == 0) r = resolve(to_directory, to, to_length, &q);
    u32 flags = lookup & WASI_SYMLINK_FOLLOW ? AT_SYMLINK_FOLLOW : 0;
    return error_number(r ? r : rename_call(SYS_linkat, p.directory, own_text(p.path), q.directory, own_text(q.path), flags));
}
// What the link says is not a path yet: it is written down as it is. WASI has no absolute ones.
u32 w2e_wasi_path_symlink(u32 target, u32 target_length, u32 directory, u32 path, u32 length) {
    W2E_UNINITIALIZED struct host_path p;
    W2E_UNINITIALIZED char text[PATH_MAX];
    const u8 *from = guest_range(target, target_length);
    if (!from) return error_number(-EFAULT);
    if (target_length >= sizeof text) return error_number(-ENAMETOOLONG);
    if (target_length && from[0] == '/') return WASI_NOTCAPABLE;
    memcpy(text, from, target_length);
    text[target_length] = 0;
    long r = resolve(directory, path, length, &p);
    return error_number(r ? r : symlink_call(SYS_symlinkat, own_text(text), p.directory, own_text(p.path)));
}
u32 w2e_wasi_path_readlink(u32 directory, u32 path, u32 length, u32 buffer, u32 size, u32 to) {
    W2E_UNINITIALIZED struct host_path p;
    long r = resolve(directory, path, length, &p);
    return wasi_count(r ? r : at_call(SYS_readlinkat, p.directory, own_text(p.path), guest_buffer(buffer, size), size, 0), to);
}
