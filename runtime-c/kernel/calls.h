// The system calls that a program in ring 0 makes without leaving it: those of the files of the runtime that are compiled for ring 0
// (build.sh). None of them goes on by restart_syscall(2) after a signal.
#ifndef W2E_CALLS_H
#define W2E_CALLS_H

// number, function
#define W2E_CALLS(X) \
    X(openat, openat) \
    X(close, close) \
    X(lseek, lseek) \
    X(readv, readv) \
    X(writev, writev) \
    X(pread64, pread64) \
    X(pwrite64, pwrite64) \
    X(preadv, preadv) \
    X(pwritev, pwritev) \
    X(read, read) \
    X(write, write) \
    X(fstat, newfstat) \
    X(newfstatat, newfstatat) \
    X(faccessat, faccessat) \
    X(faccessat2, faccessat2) \
    X(mkdirat, mkdirat) \
    X(unlinkat, unlinkat) \
    X(renameat2, renameat2) \
    X(linkat, linkat) \
    X(symlinkat, symlinkat) \
    X(readlinkat, readlinkat) \
    X(truncate, truncate) \
    X(getcwd, getcwd) \
    X(umask, umask) \
    X(getdents64, getdents64) \
    X(sendto, sendto) \
    X(recvfrom, recvfrom) \
    X(accept4, accept4) \
    X(getsockname, getsockname) \
    X(getpeername, getpeername) \
    X(ppoll, ppoll) \
    X(epoll_ctl, epoll_ctl) \
    X(epoll_pwait, epoll_pwait) \
    X(sendfile, sendfile64) \
    X(splice, splice) \
    X(vmsplice, vmsplice) \
    X(tee, tee) \
    X(copy_file_range, copy_file_range) \
    X(clock_gettime, clock_gettime) \
    X(getpid, getpid) \
    X(gettid, gettid) \
    X(getppid, getppid) \
    X(getuid, getuid) \
    X(geteuid, geteuid) \
    X(getgid, getgid) \
    X(getegid, getegid) \
    X(getresuid, getresuid) \
    X(getresgid, getresgid) \
    X(getgroups, getgroups)

#endif
