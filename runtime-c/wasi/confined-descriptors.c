// Programs with --dir: which descriptors the module has, and with which rights. At the start these are the three standard streams, as
// streams, and the preopened directories from 3 on; what else the process was given is closed. An import on a descriptor checks here
// and goes on as in other programs.
#include "confined.h"
#include "guest.h"
#include "imports.gen.h"
#include "message.h"
#include "printable.h"
#include "system-call.h"
#include "text.h"

enum { MOST_DESCRIPTORS = 4096, FIRST_PREOPENED = 3, FDSTAT_SIZE = 24 };
// Of the standard streams no path starts, whatever they are.
#define STREAM_RIGHTS \
    (RIGHT(FD_DATASYNC) | RIGHT(FD_READ) | RIGHT(FD_SEEK) | RIGHT(FD_FDSTAT_SET_FLAGS) | RIGHT(FD_SYNC) | RIGHT(FD_TELL) | RIGHT(FD_WRITE) | \
     RIGHT(FD_ADVISE) | RIGHT(FD_ALLOCATE) | RIGHT(FD_FILESTAT_GET) | RIGHT(FD_FILESTAT_SET_SIZE) | RIGHT(FD_FILESTAT_SET_TIMES) | \
     RIGHT(POLL_FD_READWRITE) | RIGHT(SOCK_SHUTDOWN) | RIGHT(SOCK_ACCEPT))

static struct confined confined_table[MOST_DESCRIPTORS];

static struct confined *entry(u32 fd) { return fd < MOST_DESCRIPTORS && confined_table[fd].open ? &confined_table[fd] : NULL; }
const struct confined *confined_entry(u32 fd) { return entry(fd); }

u32 confined_lacks(u32 fd, u64 rights) {
    const struct confined *e = entry(fd);
    if (!e) return error_number(-EBADF);
    return rights & ~e->rights.base ? WASI_NOTCAPABLE : 0;
}

static long take(long fd, struct wasi_rights wanted, const char *preopened) {
    struct wasi_rights has;
    long r = fd < MOST_DESCRIPTORS ? wasi_rights((u32)fd, &has) : -EMFILE;
    if (r) return r;
    confined_table[fd] = (struct confined){{has.base & wanted.base, has.inheriting & wanted.inheriting}, preopened, true};
    return 0;
}

u32 confined_adopt(long fd, struct wasi_rights wanted, u32 to) {
    long r = fd < 0 ? fd : take(fd, wanted, NULL);
    if (fd >= 0 && r) sys(SYS_close, fd);
    return r ? error_number(r) : wasi_count(fd, to);
}

static W2E_NORETURN void refuse(const char *host, long error) {
    struct message m;
    message_start(&m);
    message_text(&m, "wasm2elf: --dir: ");
    message_printable(&m, host);
    message_text(&m, error == -ENOENT ? ": there is no such directory\n" : error == -ENOTDIR ? ": is not a directory\n" : ": cannot be opened\n");
    message_write(&m, STDERR);
    w2e_exit_process(1);
}

static void preopen(const char *host, const char *guest, long at) {
    long fd = sys(SYS_openat, AT_FDCWD, own_text(host), arch_open_flags(O_DIRECTORY) | O_CLOEXEC, 0), r = fd;
    if (fd >= 0 && fd != at) {
        r = sys(SYS_dup3, fd, at, O_CLOEXEC);
        sys(SYS_close, fd);
    }
    if (r >= 0) r = take(at, (struct wasi_rights){~0ul, ~0ul}, guest);
    if (r) refuse(host, r);
}

static void close_from(long first) {
    enum { OFTEN_THE_LIMIT = 1024 };
    if (sys(SYS_close_range, first, 0xffffffffu, 0) == 0) return;
    for (long fd = first; fd < OFTEN_THE_LIMIT; fd++) sys(SYS_close, fd);
}

void w2e_confine(void) {
    long at = FIRST_PREOPENED;
    for (u32 fd = 0; fd < FIRST_PREOPENED; fd++) take(fd, (struct wasi_rights){STREAM_RIGHTS, 0}, NULL);
    for (const char *p = w2e_capabilities; *p;) {
        char letter = *p++;
        const char *first = p, *second = p += text_length(p) + 1;
        if (letter != 'd') continue;
        p += text_length(p) + 1;
        preopen(first, second, at++);
    }
    close_from(at);
}

u32 w2e_confined_fd_prestat_get(u32 fd, u32 to) {
    const struct confined *e = entry(fd);
    u8 *p = guest_range(to, 8);
    if (!e || !e->preopened) return error_number(-EBADF);
    if (!p) return error_number(-EFAULT);
    store32(p, 0);
    store32(p + 4, (u32)text_length(e->preopened));
    return 0;
}
u32 w2e_confined_fd_prestat_dir_name(u32 fd, u32 path, u32 length) {
    const struct confined *e = entry(fd);
    if (!e || !e->preopened) return error_number(-EBADF);
    u64 n = text_length(e->preopened);
    u8 *p = guest_range(path, n);
    if (length < n) return error_number(-ENAMETOOLONG);
    if (!p) return error_number(-EFAULT);
    memcpy(p, e->preopened, n);
    return 0;
}

u32 w2e_confined_fd_fdstat_get(u32 fd, u32 to) {
    const struct confined *e = entry(fd);
    u32 r = e ? w2e_wasi_fd_fdstat_get(fd, to) : error_number(-EBADF);
    if (r) return r;
    u8 *p = guest_range(to, FDSTAT_SIZE);
    store64(p + 8, e->rights.base);
    store64(p + 16, e->rights.inheriting);
    return 0;
}
u32 w2e_confined_fd_fdstat_set_rights(u32 fd, u64 base, u64 inheriting) {
    struct confined *e = entry(fd);
    if (!e) return error_number(-EBADF);
    if (base & ~e->rights.base || inheriting & ~e->rights.inheriting) return WASI_NOTCAPABLE;
    e->rights = (struct wasi_rights){base, inheriting};
    return 0;
}

u32 w2e_confined_fd_close(u32 fd) {
    struct confined *e = entry(fd);
    if (!e) return error_number(-EBADF);
    *e = (struct confined){0};
    return w2e_wasi_fd_close(fd);
}
u32 w2e_confined_fd_renumber(u32 from, u32 to) {
    struct confined *e = entry(from), *f = entry(to);
    if (!e || !f) return error_number(-EBADF);
    if (from == to) return 0;
    u32 r = w2e_wasi_fd_renumber(from, to);
    if (r) return r;
    *f = *e;
    *e = (struct confined){0};
    return 0;
}

#define GUARDED(name, rights, parameters, ...) \
    u32 w2e_confined_##name parameters { \
        u32 lacking = confined_lacks(fd, rights); \
        return lacking ? lacking : w2e_wasi_##name(__VA_ARGS__); \
    }

GUARDED(fd_read, RIGHT(FD_READ), (u32 fd, u32 vector, u32 count, u32 to), fd, vector, count, to)
GUARDED(fd_write, RIGHT(FD_WRITE), (u32 fd, u32 vector, u32 count, u32 to), fd, vector, count, to)
GUARDED(fd_pread, RIGHT(FD_READ) | RIGHT(FD_SEEK), (u32 fd, u32 vector, u32 count, u64 offset, u32 to), fd, vector, count, offset, to)
GUARDED(fd_pwrite, RIGHT(FD_WRITE) | RIGHT(FD_SEEK), (u32 fd, u32 vector, u32 count, u64 offset, u32 to), fd, vector, count, offset, to)
GUARDED(fd_pread_split, RIGHT(FD_READ) | RIGHT(FD_SEEK), (u32 fd, u32 vector, u32 count, u32 low, u32 high, u32 to), fd, vector, count, low, high, to)
GUARDED(fd_pwrite_split, RIGHT(FD_WRITE) | RIGHT(FD_SEEK), (u32 fd, u32 vector, u32 count, u32 low, u32 high, u32 to), fd, vector, count, low, high, to)
GUARDED(fd_tell, RIGHT(FD_TELL), (u32 fd, u32 to), fd, to)
GUARDED(fd_sync, RIGHT(FD_SYNC), (u32 fd), fd)
GUARDED(fd_datasync, RIGHT(FD_DATASYNC), (u32 fd), fd)
GUARDED(fd_advise, RIGHT(FD_ADVISE), (u32 fd, u64 offset, u64 length, u32 advice), fd, offset, length, advice)
GUARDED(fd_allocate, RIGHT(FD_ALLOCATE), (u32 fd, u64 offset, u64 length), fd, offset, length)
GUARDED(fd_readdir, RIGHT(FD_READDIR), (u32 fd, u32 buffer, u32 size, u64 cookie, u32 to), fd, buffer, size, cookie, to)
GUARDED(fd_fdstat_set_flags, RIGHT(FD_FDSTAT_SET_FLAGS), (u32 fd, u32 flags), fd, flags)
GUARDED(fd_filestat_get, RIGHT(FD_FILESTAT_GET), (u32 fd, u32 to), fd, to)
GUARDED(fd_filestat_get_snapshot0, RIGHT(FD_FILESTAT_GET), (u32 fd, u32 to), fd, to)
GUARDED(fd_filestat_set_size, RIGHT(FD_FILESTAT_SET_SIZE), (u32 fd, u64 size), fd, size)
GUARDED(fd_filestat_set_times, RIGHT(FD_FILESTAT_SET_TIMES), (u32 fd, u64 accessed, u64 modified, u32 flags), fd, accessed, modified, flags)
GUARDED(sock_recv, RIGHT(FD_READ), (u32 fd, u32 vector, u32 count, u32 flags, u32 to, u32 flags_to), fd, vector, count, flags, to, flags_to)
GUARDED(sock_send, RIGHT(FD_WRITE), (u32 fd, u32 vector, u32 count, u32 flags, u32 to), fd, vector, count, flags, to)
GUARDED(sock_shutdown, RIGHT(SOCK_SHUTDOWN), (u32 fd, u32 how), fd, how)

// To ask for the position is not to move it.
static u64 seek_right(u64 offset, bool from_here) { return from_here && !offset ? RIGHT(FD_TELL) : RIGHT(FD_SEEK); }
GUARDED(fd_seek, seek_right(offset, whence == 1), (u32 fd, u64 offset, u32 whence, u32 to), fd, offset, whence, to)
GUARDED(fd_seek_split, seek_right(low | high, whence == 1), (u32 fd, u32 low, u32 high, u32 whence, u32 to), fd, low, high, whence, to)
GUARDED(fd_seek_snapshot0, seek_right(offset, whence == 0), (u32 fd, u64 offset, u32 whence, u32 to), fd, offset, whence, to)

u32 w2e_confined_sock_accept(u32 fd, u32 flags, u32 to) {
    u32 lacking = confined_lacks(fd, RIGHT(SOCK_ACCEPT));
    u32 r = lacking ? lacking : w2e_wasi_sock_accept(fd, flags, to);
    return r ? r : confined_adopt((long)load32(guest_range(to, 4)), (struct wasi_rights){STREAM_RIGHTS, 0}, to);
}

// Of others nothing is told: there are none (close_from).
static u32 polled_lacks(u32 subscriptions, u32 count, u32 size) {
    enum { CLOCK = 0, TYPE_OFFSET = 8, FD_OFFSET = 16 };
    const u8 *p = guest_range(subscriptions, (u64)count * size);
    for (u32 i = 0; p && i < count; i++, p += size) {
        const struct confined *e = p[TYPE_OFFSET] == CLOCK ? NULL : entry(load32(p + FD_OFFSET));
        if (e && !(e->rights.base & RIGHT(POLL_FD_READWRITE))) return WASI_NOTCAPABLE;
    }
    return 0;
}
u32 w2e_confined_poll_oneoff(u32 subscriptions, u32 events, u32 count, u32 to) {
    u32 lacking = polled_lacks(subscriptions, count, WASI_SUBSCRIPTION_SIZE);
    return lacking ? lacking : w2e_wasi_poll_oneoff(subscriptions, events, count, to);
}
u32 w2e_confined_poll_oneoff_snapshot0(u32 subscriptions, u32 events, u32 count, u32 to) {
    u32 lacking = polled_lacks(subscriptions, count, SNAPSHOT0_SUBSCRIPTION_SIZE);
    return lacking ? lacking : w2e_wasi_poll_oneoff_snapshot0(subscriptions, events, count, to);
}
