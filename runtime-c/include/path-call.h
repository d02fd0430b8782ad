// Calls on paths. What answers imports with one goes through here, so that files inside the executable (posix/embedded.c) are seen by all
// of them. Programs without such files make the system call and nothing else.
#ifndef W2E_PATH_CALL_H
#define W2E_PATH_CALL_H

#include "system-call.h"
#include <files-linked.h>

// Numbers of calls stand where they are made, so that it can be seen which ones a file makes.
// A system call on a path, relative to a directory's descriptor or (`named`) without one, and what follows the path.
struct path_call {
    long number;
    bool named;
    i32 directory;
    struct kernel_address path;
    long a, b, c, d;
};
// All of these answer as the system calls do. Weak: who calls them does not link them.
long w2e_files_call(const struct path_call *call) W2E_WEAK;
long w2e_files_open(i32 directory, struct kernel_address path, u32 flags, u32 mode) W2E_WEAK;
long w2e_files_rename(long number, i32 from_directory, struct kernel_address from, i32 to_directory, struct kernel_address to, u32 flags) W2E_WEAK;
long w2e_files_status(i32 fd, struct kernel_stat *to) W2E_WEAK;
long w2e_files_records(i32 fd, struct kernel_address buffer, u32 size) W2E_WEAK;
long w2e_files_enter(i32 fd) W2E_WEAK;
long w2e_files_working_directory(struct kernel_address buffer, u32 size) W2E_WEAK;

// The *at calls, with three arguments behind the path, 0 where there are fewer.
#define at_call(number, directory, path, a, b, c) make_at_call((number), (directory), (path), SYS_ARGUMENT(a), SYS_ARGUMENT(b), SYS_ARGUMENT(c))
static inline long make_at_call(long number, i32 directory, struct kernel_address path, long a, long b, long c) {
    if (has_files()) return w2e_files_call(&(struct path_call){number, false, directory, path, a, b, c, 0});
    return sys(number, directory, path, a, b, c);
}
// symlinkat, in the order of its own arguments; `a` is what the link says.
static inline long symlink_call(long number, struct kernel_address target, i32 directory, struct kernel_address path) {
    if (has_files()) return w2e_files_call(&(struct path_call){number, false, directory, path, (long)target.value, 0, 0, 0});
    return sys(number, target, directory, path);
}
// Calls that begin with a path, with four arguments behind it.
#define named_call(number, path, a, b, c, d) make_named_call((number), (path), SYS_ARGUMENT(a), SYS_ARGUMENT(b), SYS_ARGUMENT(c), SYS_ARGUMENT(d))
static inline long make_named_call(long number, struct kernel_address path, long a, long b, long c, long d) {
    if (has_files()) return w2e_files_call(&(struct path_call){number, true, AT_FDCWD, path, a, b, c, d});
    return sys(number, path, a, b, c, d);
}
// renameat2 and linkat.
static inline long rename_call(long number, i32 from_directory, struct kernel_address from, i32 to_directory, struct kernel_address to, u32 flags) {
    if (has_files()) return w2e_files_rename(number, from_directory, from, to_directory, to, flags);
    return sys(number, from_directory, from, to_directory, to, flags);
}
// fstat, getdents64, fchdir, getcwd: an embedded directory has a descriptor, and may be the working directory.
static inline long status_call(long number, i32 fd, struct kernel_stat *to) {
    return has_files() ? w2e_files_status(fd, to) : sys(number, fd, own(to));
}
static inline long records_call(long number, i32 fd, struct kernel_address buffer, u32 size) {
    return has_files() ? w2e_files_records(fd, buffer, size) : sys(number, fd, buffer, size);
}
static inline long enter_call(long number, i32 fd) { return has_files() ? w2e_files_enter(fd) : sys(number, fd); }
static inline long working_directory_call(long number, struct kernel_address buffer, u32 size) {
    return has_files() ? w2e_files_working_directory(buffer, size) : sys(number, buffer, size);
}

#endif
