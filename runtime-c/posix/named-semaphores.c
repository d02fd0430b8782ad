// Named semaphores: files under /dev/shm, a semaphore (posix/semaphores.c) in each, mapped shared into linear memory.
// After musl: a new one is made under a temporary name and linked, so that nobody sees it half-made; opening the same
// one again gives the same address. The files hold the module's sem_t: they are not the host C library's semaphores.
#include "guest-space.h"
#include "guest.h"
#include "hold.h"
#include "imports.gen.h"
#include "kernel.h"
#include "opened.h"
#include "semaphores.h"
#include "system-call.h"
#include "text.h"

enum { OPEN_MAX = 256, NAME_SIZE = 256, ATTEMPTS = 100 };

struct shm_path { char text[NAME_SIZE + 16]; };
static const char folder[] = "/dev/shm/sem.";

// Changed while held only. A slot without users is free.
static struct open_semaphore { u64 device, inode; u32 address, users; } open_semaphores[OPEN_MAX];

static long path_of(u32 name, struct shm_path *path) {
    char copy[NAME_SIZE + 1], *s = copy;
    long length = guest_text(name, copy, sizeof copy);
    if (length < 0) return length;
    while (*s == '/') s++;
    u64 n = text_length(s);
    if (n == 0) return -EINVAL;
    if (n > NAME_SIZE - 6) return -ENAMETOOLONG;
    for (u64 i = 0; i < n; i++)
        if (s[i] == '/') return -EINVAL;
    memcpy(path->text, folder, sizeof folder - 1);
    memcpy(path->text + sizeof folder - 1, s, n + 1);
    return 0;
}

static long create(const struct shm_path *path, u32 mode, u32 value) {
    static const char digits[] = "0123456789abcdef";
    char temporary[] = "/dev/shm/w2e-0123456789abcdef";
    u32 contents[SEM_SIZE / 4] = {value};
    u8 random[8];
    if (value > SEM_VALUE_MAX) return -EINVAL;
    sys(SYS_getrandom, own(&random), sizeof random, 0);
    for (u32 i = 0; i < 16; i++) temporary[sizeof temporary - 2 - i] = digits[random[i / 2] >> 4 * (i % 2) & 15];
    long fd = open_file(AT_FDCWD, own(&temporary), arch_open_flags(O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW) | O_CLOEXEC, mode & 0666);
    if (fd < 0) return fd;
    long r = sys(SYS_write, fd, own(&contents), SEM_SIZE);
    if (r == SEM_SIZE) r = sys(SYS_linkat, AT_FDCWD, own(&temporary), AT_FDCWD, own(&path->text), 0);
    sys(SYS_unlinkat, AT_FDCWD, own(&temporary), 0);
    if (r == 0) return fd;
    sys(SYS_close, fd);
    return r < 0 ? r : -EIO;
}

static long open_or_create(const struct shm_path *path, u32 flags, u32 mode, u32 value) {
    long fd = -EEXIST;
    // Between the two steps somebody else may create or remove it.
    for (u32 i = 0; i < ATTEMPTS; i++) {
        bool only_new = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
        if (!only_new) fd = open_file(AT_FDCWD, own(&path->text), arch_open_flags(O_RDWR | O_NOFOLLOW | O_NONBLOCK) | O_CLOEXEC, 0);
        if (!only_new && (fd != -ENOENT || !(flags & O_CREAT))) return fd;
        fd = create(path, mode, value);
        if (fd != -EEXIST || only_new) return fd;
    }
    return fd;
}

// One user more of the semaphore that is mapped from a file; its address or 0.
static u32 use_again(const struct kernel_stat *s) {
    u32 address = 0;
    hold();
    for (u32 i = 0; i < OPEN_MAX && !address; i++) {
        struct open_semaphore *o = &open_semaphores[i];
        if (!o->users || o->inode != s->ino || o->device != s->dev) continue;
        o->users++;
        address = o->address;
    }
    release();
    return address;
}

static bool note_first_use(const struct kernel_stat *s, u32 address) {
    bool noted = false;
    hold();
    for (u32 i = 0; i < OPEN_MAX && !noted; i++) {
        if (open_semaphores[i].users) continue;
        open_semaphores[i] = (struct open_semaphore){s->dev, s->ino, address, 1};
        noted = true;
    }
    release();
    return noted;
}

// The address of the semaphore in a file, which may be mapped already. Calls the module, which may map it meanwhile.
static long map_semaphore(long fd) {
    struct kernel_stat s;
    long r = sys(SYS_fstat, fd, own(&s));
    if (r < 0) return r;
    u32 known = use_again(&s);
    if (known) return known;
    if (s.size < SEM_SIZE) return -EINVAL;
    long address = map_guest_space((u32)HOST_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, (i32)fd);
    if (address < 0) return address;
    known = use_again(&s);
    if (!known && note_first_use(&s, (u32)address)) return address;
    give_back_guest_space((u32)address, (u32)HOST_PAGE);
    return known ? (long)known : -ENOMEM;
}

// SEM_FAILED is 0. Mode and value are read only if there is something to create.
u32 w2e_env_sem_open(u32 name, u32 flags, u32 va) {
    struct shm_path path;
    const u8 *p = flags & O_CREAT ? guest_range(va, 8) : NULL;
    long r = flags & O_CREAT && !p ? -EFAULT : path_of(name, &path);
    if (r == 0) r = open_or_create(&path, flags, p ? load32(p) : 0, p ? load32(p + 4) : 0);
    if (r >= 0) {
        long fd = r;
        r = map_semaphore(fd);
        sys(SYS_close, fd);
    }
    if (r >= 0) return (u32)r;
    guest_set_errno(-r);
    return 0;
}

u32 w2e_env_sem_close(u32 address) {
    bool found = false, last = false;
    hold();
    for (u32 i = 0; i < OPEN_MAX && !found; i++) {
        found = open_semaphores[i].users && open_semaphores[i].address == address;
        if (found) last = --open_semaphores[i].users == 0;
    }
    release();
    return libc_result(!found ? -EINVAL : last ? give_back_guest_space(address, (u32)HOST_PAGE) : 0);
}

u32 w2e_env_sem_unlink(u32 name) {
    struct shm_path path;
    long r = path_of(name, &path);
    return libc_result(r ? r : sys(SYS_unlinkat, AT_FDCWD, own(&path.text), 0));
}
