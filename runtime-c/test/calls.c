// A module written in C against the object contract (as module.c), for calls that multiplex, what they copy out, and
// what may be opened. The first argument selects a check; results are lines of numbers.
#include "test-module.h"

enum { VA = 1536, AREA = 2 * PAGE, AREA_SIZE = PAGE, PATTERN = 0x5a, POISON = 0xa7 };

static u32 number_of(const char *s) {
    u32 n = 0;
    while (is_digit(*s)) n = 10 * n + (u32)(*s++ - '0');
    return n;
}
static u32 va(u32 value) {
    memset(at(VA), 0, 16);
    store32(at(VA), value);
    return VA;
}
static i32 error(void) { return (i32)load32(at(1016)); }
static i32 ioctl(u32 fd, u32 request, u32 argument) { return (i32)w2e_env___syscall_ioctl(fd, request, va(argument)); }
static i32 open(const char *path, u32 flags) { return (i32)w2e_env___syscall_openat((u32)-100, put(8192, path), flags, va(0644)); }
// The C library's form of a result: 0, or minus the error.
static i32 result(u32 r) { return r == (u32)-1 ? -error() : (i32)r; }

enum { NO_FD = 999 };
// A call with a command number, on nothing that exists: what is not in the table fails in another way than what is.
static i32 attempt(const char *call, u32 n) {
    if (text_equal(call, "ioctl")) return ioctl(NO_FD, n, AREA);
    if (text_equal(call, "fcntl")) return (i32)w2e_env___syscall_fcntl64(NO_FD, n, va(AREA));
    if (text_equal(call, "getsockopt")) return (i32)w2e_env___syscall_getsockopt(NO_FD, n >> 16, n & 0xffff, AREA, put(AREA + 4096, "\377\3"), 0);
    if (text_equal(call, "setsockopt")) return (i32)w2e_env___syscall_setsockopt(NO_FD, n >> 16, n & 0xffff, AREA, 512, 0);
    if (text_equal(call, "madvise")) return (i32)w2e_env___syscall_madvise(AREA, 0, n);
    if (text_equal(call, "prctl")) return result(w2e_env_prctl(n, va(AREA)));
    if (text_equal(call, "klogctl")) return result(w2e_env_klogctl(n, AREA, 0));
    if (text_equal(call, "family")) {
        i32 fd = (i32)w2e_env___syscall_socket(n, 1, 0, 0, 0, 0);
        if (fd >= 0) w2e_wasi_fd_close((u32)fd);
        return fd;
    }
    return 0;
}
// sweep CALL FIRST LAST ERROR: the numbers that fail otherwise.
static u32 check_sweep(u32 argv) {
    const char *call = at(load32(at(argv + 8)));
    u32 first = number_of(at(load32(at(argv + 12)))), last = number_of(at(load32(at(argv + 16)))), refusal = number_of(at(load32(at(argv + 20))));
    for (u32 n = first; n <= last; n++)
        if (attempt(call, n) != -(i32)refusal) say(n);
    return 0;
}

static u32 check_terminal(void) {
    enum { TCGETS = 0x5401, TCSETS = 0x5402, TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414, TIOCSTI = 0x5412, TIOCSPTLCK = 0x40045431 };
    u32 pts = (u32)open("/dev/ptmx", 2 | 0400);
    store32(at(AREA), 0);
    say(ioctl(pts, TIOCSPTLCK, AREA));
    say(ioctl(pts, 0x80045430, AREA)); // TIOCGPTN
    char path[32] = "/dev/pts/";
    text_of_number(path + 9, load32(at(AREA)));
    u32 tty = (u32)open(path, 2 | 0400);
    store64(at(AREA), 40 | 100 << 16);
    say(ioctl(pts, TIOCSWINSZ, AREA));
    memset(at(AREA), 0, 8);
    say(ioctl(tty, TIOCGWINSZ, AREA));
    say(load16(at(AREA)));
    say(load16(at(AREA + 2)));
    memset(at(AREA), PATTERN, 60);
    say(ioctl(tty, TCGETS, AREA));
    say(load32(at(AREA + 36)) == 0x5a5a5a5a);
    store32(at(AREA + 12), load32(at(AREA + 12)) & ~8u); // ECHO
    say(ioctl(tty, TCSETS, AREA));
    say(ioctl(tty, TCGETS, AREA + 100));
    say(load32(at(AREA + 112)) & 8);
    say(ioctl(tty, TIOCSTI, AREA));
    return 0;
}

static u32 check_descriptors(void) {
    enum { F_GETFL = 3, F_SETFL = 4, F_SETLK64 = 13, F_GETLK64 = 12, F_DUPFD_CLOEXEC = 1030, F_GETOWNER_UIDS = 17, FIONBIO = 0x5421, FS_IOC_GETFLAGS = 0x80046601 };
    u32 fd = result(w2e_env_memfd_create(put(8192, "test"), 3));
    say(w2e_env___syscall_fcntl64(fd, F_DUPFD_CLOEXEC, va(50)));
    say(w2e_env___syscall_fcntl64(fd, F_GETFL, va(0)) & 3);
    say((i32)w2e_env___syscall_fcntl64(fd, F_SETFL, va(04000)));
    say((i32)w2e_env___syscall_fcntl64(fd, F_SETFL, va(0x80000000)));
    memset(at(AREA), 0, 32);
    store16(at(AREA), 1);
    say((i32)w2e_env___syscall_fcntl64(fd, F_SETLK64, va(AREA)));
    say((i32)w2e_env___syscall_fcntl64(fd, F_GETLK64, va(AREA)));
    say(load16(at(AREA)));
    say((i32)w2e_env___syscall_fcntl64(fd, F_GETOWNER_UIDS, va(0xfffffff0)));
    store32(at(AREA), 0);
    say(ioctl(fd, FIONBIO, AREA));
    say(result(w2e_env_memfd_create(8192, 4))); // MFD_HUGETLB
    i32 here = open(".", 0200000);
    say(ioctl((u32)here, FS_IOC_GETFLAGS, AREA) <= 0);
    say(ioctl((u32)here, FS_IOC_GETFLAGS, AREA) == 0 ? ioctl((u32)here, FS_IOC_GETFLAGS, (u32)w2e_memory_size - 4) : -21); // says 8 bytes
    return 0;
}

static u32 option_set(u32 fd, u32 level, u32 option, u32 length) { return w2e_env___syscall_setsockopt(fd, level, option, AREA, length, 0); }
static u32 option_get(u32 fd, u32 level, u32 option, u32 length) {
    store32(at(AREA + 1024), length);
    return w2e_env___syscall_getsockopt(fd, level, option, AREA, AREA + 1024, 0);
}
static u32 check_options(void) {
    enum { LINGER = 13, PEERCRED = 17, RCVTIMEO = 20, RCVTIMEO_NEW = 66, ATTACH_FILTER = 26, TCP = 6, TCP_INFO = 11, ZEROCOPY_RECEIVE = 35 };
    const u32 time = ABI_FLAGS & 1 ? 16 : 8;
    u32 tcp = w2e_env___syscall_socket(2, 1, 0, 0, 0, 0), udp = w2e_env___syscall_socket(2, 2, 0, 0, 0, 0);
    store64(at(AREA), 1 | 7l << 32);
    say((i32)option_set(tcp, 1, LINGER, 8));
    store64(at(AREA), 0);
    say((i32)option_get(tcp, 1, LINGER, 8));
    say(load32(at(AREA + 4)));
    memset(at(AREA), 0xff, 32);
    store32(at(AREA), 3);
    if (time == 16) store32(at(AREA + 4), 0);
    store32(at(AREA + time / 2), 0);
    say((i32)option_set(udp, 1, RCVTIMEO_NEW, time));
    say((i32)option_get(udp, 1, RCVTIMEO, time));
    say(load32(at(AREA)));
    say(load32(at(AREA + 1024)));
    say((i32)option_get(tcp, TCP, TCP_INFO, 104));
    say(load32(at(AREA + 1024)));
    say((i32)option_get(tcp, TCP, ZEROCOPY_RECEIVE, 40));
    say((i32)option_get(tcp, 1, ATTACH_FILTER, 8));
    // A filter that keeps nothing: a datagram to oneself does not arrive.
    store16(at(AREA), 2);
    store16(at(AREA + 2), 0);
    store32(at(AREA + 4), 0x0100007f);
    store64(at(AREA + 8), 0);
    say((i32)w2e_env___syscall_bind(udp, AREA, 16, 0, 0, 0));
    store32(at(AREA + 512), 6);
    say((i32)w2e_env___syscall_getsockname(udp, AREA + 256, AREA + 512, 0, 0, 0));
    say(load32(at(AREA + 512)));
    say(load32(at(AREA + 260)) & 0xffff); // beyond the room: the third pair of bytes, then nothing
    say(load16(at(AREA + 262)));
    store32(at(AREA + 512), 16);
    w2e_env___syscall_getsockname(udp, AREA, AREA + 512, 0, 0, 0);
    say((i32)w2e_env___syscall_connect(udp, AREA, 16, 0, 0, 0));
    say((i32)w2e_env___syscall_sendto(udp, AREA, 3, 0, 0, 0));
    say((i32)w2e_env___syscall_recvfrom(udp, AREA, 100, 0x40, 0, 0));
    store64(at(AREA + 64), 6); // BPF_RET | BPF_K, 0
    store64(at(AREA), 1 | (u64)(AREA + 64) << 32);
    say((i32)option_set(udp, 1, ATTACH_FILTER, 8));
    store64(at(AREA), 1 | 0xfffffff8ul << 32);
    say((i32)option_set(udp, 1, ATTACH_FILTER, 8));
    say((i32)w2e_env___syscall_sendto(udp, AREA, 3, 0, 0, 0));
    say((i32)w2e_env___syscall_recvfrom(udp, AREA, 100, 0x40, 0, 0));
    say((i32)w2e_env___syscall_sendto(udp, AREA, 3, 0x10000000, 0, 0));
    say((i32)w2e_env___syscall_socket(38, 5, 0, 0, 0, 0)); // AF_ALG
    say((i32)w2e_env___syscall_socket(16, 3, 6, 0, 0, 0)); // NETLINK_XFRM
    u32 netlink = w2e_env___syscall_socket(16, 3, 0, 0, 0, 0);
    say((i32)netlink >= 0);
    // Interfaces
    memset(at(AREA), 0, 32);
    put(AREA, "lo");
    say(ioctl(udp, 0x8933, AREA)); // SIOCGIFINDEX
    say(load32(at(AREA + 16)));
    say(ioctl(udp, 0x8970, AREA)); // SIOCGIFMAP
    say(ioctl(udp, 0x8946, AREA)); // SIOCETHTOOL
    store64(at(AREA), AREA_SIZE / 2 | (u64)(AREA + 64) << 32);
    say(ioctl(udp, 0x8912, AREA)); // SIOCGIFCONF
    say(load32(at(AREA)) % 32 == 0 && load32(at(AREA)) > 0);
    return 0;
}

// A message of one byte with control data at AREA + 256.
static u32 message(u32 control_length) {
    memset(at(AREA), 0, 28);
    store32(at(AREA + 8), AREA + 32);
    store32(at(AREA + 12), 1);
    store32(at(AREA + 16), control_length ? AREA + 256 : 0);
    store32(at(AREA + 20), control_length);
    store64(at(AREA + 32), (AREA + 64) | 1l << 32);
    return AREA;
}
static void control(u32 level, u32 type, u32 size, u32 value) {
    store32(at(AREA + 256), 12 + size);
    store32(at(AREA + 260), level);
    store32(at(AREA + 264), type);
    store32(at(AREA + 268), value);
}
static u32 check_control(void) {
    enum { UNIX = 1, DGRAM = 2, PASSCRED = 16, TIMESTAMP = 29 };
    w2e_env___syscall_socketpair(UNIX, DGRAM, 0, AREA + 2048, 0, 0);
    u32 a = load32(at(AREA + 2048)), b = load32(at(AREA + 2052));
    control(1, 1, 4, 1);
    say((i32)w2e_env___syscall_sendmsg(a, message(16), 0, 0, 0, 0));
    memset(at(AREA + 256), 0, 64);
    say((i32)w2e_env___syscall_recvmsg(b, message(64), 0, 0, 0, 0));
    say(load32(at(AREA + 20)));
    say(load32(at(AREA + 268)) > b);
    control(1, 99, 4, 1);
    say((i32)w2e_env___syscall_sendmsg(a, message(16), 0, 0, 0, 0));
    control(279, 1, 4, 1); // SOL_ALG
    say((i32)w2e_env___syscall_sendmsg(a, message(16), 0, 0, 0, 0));
    store32(at(AREA), 1);
    say((i32)option_set(b, 1, TIMESTAMP, 4));
    say((i32)w2e_env___syscall_sendmsg(a, message(0), 0, 0, 0, 0));
    memset(at(AREA + 256), 0, 64);
    say((i32)w2e_env___syscall_recvmsg(b, message(64), 0, 0, 0, 0));
    say(load32(at(AREA + 256)));
    say(load32(at(AREA + 268)) > 1700000000);
    say((i32)w2e_env___syscall_sendmsg(a, message(0), 0x80000000, 0, 0, 0));
    return 0;
}

// received FD...: each is sent to ourselves; the flags that it comes with, the length of its control message, the next descriptor.
static u32 check_received(u32 argc, u32 argv) {
    w2e_env___syscall_socketpair(1, 2, 0, AREA + 2048, 0, 0);
    u32 a = load32(at(AREA + 2048)), b = load32(at(AREA + 2052));
    for (u32 i = 2; i < argc; i++) {
        control(1, 1, 4, number_of(at(load32(at(argv + 4 * i)))));
        w2e_env___syscall_sendmsg(a, message(16), 0, 0, 0, 0);
        memset(at(AREA + 256), 0, 64);
        w2e_env___syscall_recvmsg(b, message(64), 0, 0, 0, 0);
        say(load32(at(AREA + 24)));
        say(load32(at(AREA + 20)));
        u32 next = w2e_env___syscall_dup(0);
        say(next - b);
        w2e_wasi_fd_close(next);
    }
    return 0;
}

static u32 check_system(void) {
    enum { READ_IMPLIES_EXEC = 0x400000, COMPAT_LAYOUT = 0x200000, DONTNEED = 4, DONTFORK = 10 };
    u64 before = w2e_memory_size;
    say(result(w2e_env_personality(READ_IMPLIES_EXEC)));
    say(result(w2e_env_personality(COMPAT_LAYOUT)));
    say(result(w2e_env_personality(0xffffffff)) >= 0);
    say(result(w2e_env_prctl(25, va(AREA)))); // PR_GET_TSC
    say(result(w2e_env_prctl(35, va(8))));    // PR_SET_MM
    say(result(w2e_env_prctl(0x53564d41, va(0))));
    say(result(w2e_env_prctl(15, va(put(8192, "renamed")))));
    say(result(w2e_env_prctl(16, va(AREA))));
    print(at(AREA));
    print("\n");
    say(result(w2e_env_prctl(38, va(1))));
    say(result(w2e_env_prctl(39, va(0))));
    say((i32)w2e_env___syscall_madvise(0, 0x0fffffff, DONTNEED));
    say((i32)w2e_env___syscall_madvise(0xfffff000, PAGE, DONTNEED));
    say((i32)w2e_env___syscall_madvise(AREA, PAGE, DONTFORK));
    *at(AREA) = 7;
    say((i32)w2e_env___syscall_madvise(AREA, PAGE, DONTNEED));
    say(*at(AREA));
    say((i32)w2e_env___syscall_mmap2(AREA, 4096, 3, 0x32 | 0x40000, (u32)-1, 0));  // MAP_HUGETLB
    say((i32)w2e_env___syscall_mmap2(AREA, 4096, 3, 0x32 | 0x100, (u32)-1, 0));    // MAP_GROWSDOWN
    say((i32)w2e_env___syscall_mmap2(AREA, 4096, 3 | 0x1000000, 0x32, (u32)-1, 0)); // PROT_GROWSDOWN
    say(w2e_env___syscall_mmap2(AREA, 4096, 7, 0x32 | 0x800, (u32)-1, 0));
    say(result(w2e_env_shmget(0, 4096, 0600 | 01000 | 04000))); // SHM_HUGETLB
    say(result(w2e_env_reboot(1)));
    say(result(w2e_env_unshare(0x100))); // CLONE_VM
    say(result(w2e_env_mount(put(8192, "none"), put(8300, "/nowhere"), put(8400, "tmpfs"), 1u << 22, 0)));
    say(before == w2e_memory_size);
    return 0;
}

static u32 check_groups(void) {
    enum { LIST = AREA, ROOM = 8192 };
    memset(at(LIST), PATTERN, 4 * ROOM);
    store32(at(AREA - 4), ROOM);
    say((i32)w2e_env_getgrouplist(put(8192, "nobody"), 12345, LIST, AREA - 4));
    u32 changed = 0;
    for (u32 i = load32(at(AREA - 4)); i < ROOM; i++) changed += load32(at(LIST + 4 * i)) != 0x5a5a5a5a;
    say(changed);
    return 0;
}

// Leaves a pattern all over the part of the native stack that calls will use.
__attribute__((noinline)) static void poison(void) {
    volatile u8 stack[60000];
    for (u32 i = 0; i < sizeof stack; i++) stack[i] = POISON;
}
// Runs of four bytes of the pattern in what the call may have written.
static u32 leaked(void) {
    u32 n = 0;
    for (u32 i = 0; i + 4 <= AREA_SIZE; i++) n += load32(at(AREA + i)) == 0xa7a7a7a7;
    return n;
}
#define LEAKS(call) do { memset(at(AREA), PATTERN, AREA_SIZE); poison(); call; if (leaked()) { print(#call); print("\n"); } } while (0)
static u32 check_leaks(void) {
    u32 udp = w2e_env___syscall_socket(2, 2, 0, 0, 0, 0), id = w2e_env_shmget(0, 4096, 0600 | 01000), set = w2e_env_semget(0, 3, 0600 | 01000);
    u32 queue = w2e_env_msgget(0, 0600 | 01000);
    LEAKS(w2e_env_sysinfo(AREA));
    LEAKS(w2e_env___syscall_uname(AREA));
    LEAKS(w2e_env___syscall_statfs64(put(8192, "/"), 64, AREA));
    LEAKS(w2e_env___syscall_stat64(put(8192, "/"), AREA));
    LEAKS(w2e_wasi_fd_filestat_get(0, AREA));
    LEAKS(w2e_wasi_fd_fdstat_get(0, AREA));
    LEAKS(w2e_env_getitimer(0, AREA));
    LEAKS(w2e_env_getitimer(99, AREA));
    LEAKS(w2e_env_setitimer(99, 0, AREA));
    LEAKS(w2e_env_timer_gettime(99, AREA));
    LEAKS(w2e_env_timerfd_gettime(99, AREA));
    LEAKS(w2e_env_clock_getres(99, AREA));
    LEAKS(w2e_env_clock_gettime(99, AREA));
    LEAKS(w2e_env_sched_rr_get_interval(0xfffffff, AREA));
    LEAKS(w2e_env_times(AREA));
    LEAKS(w2e_env_sigaction(10, 0, AREA));
    LEAKS(w2e_env_waitid(0, 0, AREA, 5));
    LEAKS(w2e_env_wait4((u32)-1, AREA, 1, AREA + 16));
    LEAKS(w2e_env___syscall_getrusage(99, AREA));
    LEAKS(w2e_env_adjtimex((memset(at(AREA), 0, 144), AREA)));
    LEAKS(w2e_env_getgrouplist(put(8192, "root"), 1, AREA, (store32(at(8300), 8192), 8300)));
    LEAKS((store64(at(AREA), 60000 | (u64)(AREA + 64) << 32), ioctl(udp, 0x8912, AREA)));
    LEAKS((memset(at(AREA), 0, 32), put(AREA, "lo"), ioctl(udp, 0x8913, AREA)));
    LEAKS((memset(at(AREA), 0, 32), put(AREA, "lo"), ioctl(udp, 0x8970, AREA)));
    LEAKS((store32(at(AREA), 100), w2e_env___syscall_getsockname(udp, AREA + 8, AREA, 0, 0, 0)));
    LEAKS((store32(at(AREA), 1000), w2e_env___syscall_getsockopt(udp, 1, 20, AREA + 8, AREA, 0)));
    LEAKS(w2e_env_shmctl(id, 2, AREA));
    LEAKS(w2e_env_semctl(set, 0, 2, va(AREA)));
    LEAKS(w2e_env_semctl(set, 0, 13, va(AREA)));
    LEAKS(w2e_env_msgctl(queue, 2, AREA));
    LEAKS(w2e_env_msgrcv(queue, AREA, 60000, 0, 04000));
    LEAKS(w2e_wasi_fd_readdir((u32)open("/", 0200000), AREA, 60000, 0, 8300));
    LEAKS(w2e_env_capget(AREA, AREA + 8));
    w2e_env_shmctl(id, 0, 0);
    w2e_env_semctl(set, 0, 0, va(0));
    w2e_env_msgctl(queue, 0, 0);
    print("done\n");
    return 0;
}

// open PATH...: for each, 0 or minus the error. A path with a colon is a directory and a name in it; `+` in front opens
// without access first and the result again through its descriptor; `=` opens by WASI.
static i32 open_in(const char *path) {
    char folder[256];
    u32 n = 0;
    while (path[n] && path[n] != ':') n++;
    if (*path == '+') {
        i32 fd = open(path + 1, 010000000);
        if (fd < 0) return fd;
        char link[40] = "/proc/self/fd/";
        text_of_number(link + 14, (u32)fd);
        return open(link, 0);
    }
    if (*path == '=') {
        u32 length = (u32)text_length(path + 1);
        for (u32 fd = 3;; fd++) {
            if (w2e_wasi_fd_prestat_get(fd, AREA)) return -99;
            if (load32(at(AREA)) == 0) return -(i32)w2e_wasi_path_open(fd, 1, put(8192, path + 1), length, 0, 2, 2, 0, AREA);
        }
    }
    if (!path[n]) return open(path, 0);
    memcpy(folder, path, n);
    folder[n] = 0;
    i32 fd = open(folder, 0200000);
    return fd < 0 ? -98 : (i32)w2e_env___syscall_openat((u32)fd, put(8192, path + n + 1), 0, va(0));
}
static u32 check_open(u32 argc, u32 argv) {
    for (u32 i = 2; i < argc; i++) {
        i32 fd = open_in(at(load32(at(argv + 4 * i))));
        say(fd < 0 ? fd : 0);
    }
    return 0;
}

// A handler that reads the image through every descriptor that is there, while the program opens /proc/self/mem.
static volatile u32 read_through, handled;
static void on_alarm(void) {
    handled++;
    for (u32 fd = 3; fd < 12; fd++) {
        store32(at(1100), 1200);
        store32(at(1104), 8);
        if (w2e_wasi_fd_pread(fd, 1100, 1, 0x200000, 1108) == 0 && load32(at(1108))) read_through++;
    }
}
// Ways to make paths start in procfs: after the program has opened other files.
static u32 check_start(void) {
    say(open("/etc/passwd", 0) >= 0);
    say((i32)w2e_env___syscall_chdir(put(8192, "/proc/self")));
    say(open("mem", 0));
    say(open("status", 0) >= 0);
    say((i32)w2e_env___syscall_chdir(put(8192, "/")));
    say(open("etc/passwd", 0) >= 0);
    i32 fd = open("/proc/self", 0200000);
    say((i32)w2e_env___syscall_fchdir((u32)fd));
    say(open("mem", 0));
    say(open("/etc/passwd", 0) >= 0);
    if (result(w2e_env_chroot(put(8192, "/proc"))) == 0) say(open("/self/mem", 0));
    return 0;
}

static const char *fifo;
static u32 waiting_socket;
void w2e_call_vi(u32 index, u32 signal) {
    (void)signal;
    if (index == 1) on_alarm();
    else if (waiting_socket) w2e_env___syscall_sendto(waiting_socket, AREA, 1, 0, 0, 0);
    else if (fifo) w2e_env___syscall_openat((u32)-100, put(9000, fifo), 2 | 04000, va(0)); // lets the reader go on
}
void w2e_call_viii(u32 index, u32 signal, u32 info, u32 context) { (void)index, (void)signal, (void)info, (void)context; }

static void set_alarm(u32 handler, u32 microseconds, u32 interval) {
    const u32 time = ABI_FLAGS & 1 ? 16 : 8;
    w2e_env_signal(14, handler);
    memset(at(AREA), 0, 32);
    store32(at(AREA + time / 2), interval);
    store32(at(AREA + time + time / 2), microseconds);
    w2e_env_setitimer(0, AREA, 0);
}
// One alarm for each open, after different times.
static u32 check_race(void) {
    for (u32 i = 0; i < 10000; i++) {
        set_alarm(1, 1 + i % 32, 0);
        if (open("/proc/self/mem", 0) != -2) return 1;
        w2e_env___syscall_chdir(put(8192, i % 2 ? "/" : "/proc/self"));
        if (open("mem", 0) >= 0) return 1;
    }
    set_alarm(1, 0, 0);
    say(handled > 100);
    say(read_through);
    return 0;
}
static u32 check_fifo(u32 argv) {
    fifo = at(load32(at(argv + 8)));
    set_alarm(2, 50000, 50000);
    say(open(fifo, 0) >= 0);
    return 0;
}

static u32 check_waiting_receiver(void) {
    w2e_env___syscall_socketpair(1, 2, 0, AREA + 2048, 0, 0);
    u32 b = load32(at(AREA + 2052));
    set_alarm(2, 50000, 0);
    waiting_socket = load32(at(AREA + 2048));
    say((i32)w2e_env___syscall_recvmsg(b, message(64), 0, 0, 0, 0));
    return 0;
}

u32 w2e_export_main(u32 argc, u32 argv) {
    const char *what = argc > 1 ? at(load32(at(argv + 4))) : "";
    if (text_equal(what, "sweep")) return check_sweep(argv);
    if (text_equal(what, "terminal")) return check_terminal();
    if (text_equal(what, "descriptors")) return check_descriptors();
    if (text_equal(what, "options")) return check_options();
    if (text_equal(what, "control")) return check_control();
    if (text_equal(what, "received")) return check_received(argc, argv);
    if (text_equal(what, "waiting-receiver")) return check_waiting_receiver();
    if (text_equal(what, "system")) return check_system();
    if (text_equal(what, "groups")) return check_groups();
    if (text_equal(what, "leaks")) return check_leaks();
    if (text_equal(what, "open")) return check_open(argc, argv);
    if (text_equal(what, "start")) return check_start();
    if (text_equal(what, "race")) return check_race();
    if (text_equal(what, "fifo")) return check_fifo(argv);
    return 99;
}
