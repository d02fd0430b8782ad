// Opening files for the module. /proc/PID/mem and the like would be a way out of linear memory, so what was opened is
// judged, never its name: symbolic links, bind mounts, other mounts of procfs and races between names do not matter.
// The entry of procfs is found out by asking for the name of what was opened and walking to that name from procfs's root
// without leaving that mount: the same inode means that the name is procfs's own.
#include "opened.h"
#include "commands.h"
#include "hold.h"
#include "path-call.h"
#include "text.h"
#include "w2e.h"

enum {
    RESOLVE_BENEATH = 8,
    O_PATH = 010000000, PROC_ROOT_INODE = 1, ENTRY_MAX = 256,
    RESOLVE_NO_XDEV = 1, RESOLVE_NO_MAGICLINKS = 2, RESOLVE_NO_SYMLINKS = 4,
};

struct kernel_open_how { u64 flags, mode, resolve; };
static const char proc[] = "/proc";

// Holds from right in front of the system call on: handlers of the module wait until the descriptor has been judged.
long w2e_arch_open(long call, i32 directory, u64 path, u64 third, u64 fourth, u32 *held);

static u32 major_of(u64 device) { return (u32)(device >> 8) & 0xfff; }
static u32 minor_of(u64 device) { return (u32)(device & 0xff) | ((u32)(device >> 12) & 0xfff00); }

bool is_permitted_device(u64 device) {
    for (u32 i = 0; i < W2E_COUNT(w2e_devices); i++) {
        const struct device_range *d = &w2e_devices[i];
        if (d->major == major_of(device) && minor_of(device) >= d->first_minor && minor_of(device) <= d->last_minor) return true;
    }
    return false;
}

// `#` in a pattern is a number, `/**` a folder and what is in it.
static bool matches(const char *pattern, const char *entry) {
    for (; *pattern; pattern++) {
        if (*pattern == '*' || (*entry == 0 && *pattern == '/' && pattern[1] == '*')) return true;
        if (*pattern != '#') {
            if (*pattern != *entry++) return false;
            continue;
        }
        if (!is_digit(*entry)) return false;
        while (is_digit(*entry)) entry++;
    }
    return *entry == 0;
}

static bool is_permitted_entry(const char *entry) {
    if (!*entry) return true;
    for (const char *p = w2e_proc_entries + 1; *p; p += text_length(p) + 1)
        if (matches(p, entry)) return true;
    return false;
}

// A descriptor of an entry that shows what it is and no more. Kernels before 5.6 cannot forbid to cross mounts.
static long walk(long root, const char *entry) {
    struct kernel_open_how how = {O_PATH | arch_open_flags(O_NOFOLLOW) | O_CLOEXEC, 0, RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS};
    long fd = sys(SYS_openat2, root, own_text(entry), own(&how), sizeof how);
    return fd == -ENOSYS ? sys(SYS_openat, root, own_text(entry), how.flags, 0) : fd;
}

// The name of what a descriptor refers to, from procfs's root.
static bool name_of(long root, long fd, char name[ENTRY_MAX]) {
    char link[] = "thread-self/fd/0000000000";
    text_of_number(link + sizeof "thread-self/fd/" - 1, (u32)fd);
    long length = sys(SYS_readlinkat, root, own(&link), own_bytes(name, ENTRY_MAX), ENTRY_MAX - 1);
    if (length < (long)sizeof proc - 1 || memcmp(name, proc, sizeof proc - 1)) return false;
    name[length] = 0;
    u64 skipped = sizeof proc - 1 + (name[sizeof proc - 1] == '/');
    if (name[sizeof proc - 1] && name[sizeof proc - 1] != '/') return false;
    memmove(name, name + skipped, (u64)length + 1 - skipped);
    return true;
}

static bool is_same(long fd, const struct kernel_stat *file) {
    struct kernel_stat s;
    return sys(SYS_fstat, fd, own(&s)) == 0 && s.dev == file->dev && s.ino == file->ino && s.mode == file->mode;
}

static bool is_permitted_in_proc(long fd, const struct kernel_stat *file) {
    char name[ENTRY_MAX];
    struct kernel_stat s;
    bool permitted = false;
    long root = sys(SYS_openat, AT_FDCWD, own(&proc), O_PATH | arch_open_flags(O_DIRECTORY) | O_CLOEXEC, 0);
    if (root < 0) return false;
    if (sys(SYS_fstat, root, own(&s)) == 0 && s.dev == file->dev && s.ino == PROC_ROOT_INODE && name_of(root, fd, name) && is_permitted_entry(name)) {
        long walked = walk(root, *name ? name : ".");
        permitted = walked >= 0 && is_same(walked, file);
        if (walked >= 0) sys(SYS_close, walked);
    }
    sys(SYS_close, root);
    return permitted;
}

// procfs and hugetlbfs (whose mappings are larger than what was asked for) have no device.
bool is_permitted(long fd) {
    struct kernel_stat file;
    struct kernel_statfs system;
    if (sys(SYS_fstat, fd, own(&file))) return false;
    if ((file.mode & S_IFMT) == S_IFCHR) return is_permitted_device(file.rdev);
    if (major_of(file.dev)) return true;
    if (sys(SYS_fstatfs, fd, own(&system)) || system.type == HUGETLBFS_MAGIC) return false;
    return system.type != PROC_SUPER_MAGIC || is_permitted_in_proc(fd, &file);
}

// Where paths start: the root and the working directory. While neither is in procfs nor where devices are (/dev), what is on the
// same mount as where its path starts is not either; devices of memory do not open without CAP_SYS_RAWIO. So openat2 that does not
// cross mounts needs no judgement. After a miss the next opens do not try it.
enum { MISS_PAUSE = 64 };
// A state of the starting points has a number; two of them may be known. Handlers of the module run between any two steps.
volatile u32 w2e_start_state = 1, w2e_moves;
// Each thread has capabilities of its own.
static PER_THREAD volatile u32 trusted_state, other_state;
static PER_THREAD u32 pause;

// Whether the program has a way to change them: another thread may use it between a look at the state and the kernel's look.
#pragma weak starting_points_change
static bool may_move(void) { return starting_points_change != NULL; }

// devtmpfs says that it is tmpfs or ramfs.
static bool is_plain_start(const char *path) {
    enum { ST_NODEV = 4 };
    struct kernel_statfs s;
    if (sys(SYS_statfs, own_text(path), own(&s))) return false;
    bool devices = (s.type == TMPFS_MAGIC || s.type == RAMFS_MAGIC) && !(s.flags & ST_NODEV);
    return s.type != PROC_SUPER_MAGIC && !devices;
}

// Gives CAP_SYS_RAWIO away, with which devices of memory and ports open: whether the process is without it now.
static bool drop_raw_access(void) {
    enum { VERSION_3 = 0x20080522, CAP_SYS_RAWIO = 17 };
    struct { u32 version, pid; } header = {VERSION_3, 0};
    struct { u32 effective, permitted, inheritable; } sets[2];
    if (sys(SYS_capget, own(&header), own(&sets))) return false;
    if (!((sets[0].effective | sets[0].permitted) >> CAP_SYS_RAWIO & 1)) return true;
    sets[0].effective &= ~(1u << CAP_SYS_RAWIO);
    sets[0].permitted &= ~(1u << CAP_SYS_RAWIO);
    return sys(SYS_capset, own(&header), own(&sets)) == 0;
}

long receive_and_hold(u32 socket, struct kernel_address message, u32 flags) {
    return w2e_arch_open(SYS_recvmsg, (i32)socket, message.value, flags, 0, &w2e_held);
}

// A descriptor that may be handed out, or -EACCES; errors stay as they are.
static long judged(long fd, bool permitted) {
    if (fd >= 0 && !permitted) {
        sys(SYS_close, fd);
        fd = -EACCES;
    }
    release_own();
    return fd;
}

long judge_opened(long fd) { return judged(fd, is_permitted(fd)); }

// The descriptor, or an error that means that openat is to be asked: of this, and of what openat2 refuses but openat takes.
static long open_without_crossing(struct kernel_address path, u32 flags, u32 mode) {
    enum { O_TMPFILE_BIT = 020000000, MODE = 07777 };
    struct kernel_open_how how = {flags, flags & (O_CREAT | O_TMPFILE_BIT) ? mode & MODE : 0, RESOLVE_NO_XDEV};
    if (pause) {
        pause--;
        return -EXDEV;
    }
    u32 now = w2e_start_state;
    if (w2e_moves || now == other_state) return -EXDEV;
    if (now != trusted_state) {
        bool trusted = is_plain_start("/") && is_plain_start(".") && drop_raw_access();
        if (trusted) trusted_state = now;
        else other_state = now;
        if (!trusted) return -EXDEV;
    }
    declare_again(path.value); // a path of the runtime's own
    long fd = w2e_arch_open(SYS_openat2, AT_FDCWD, path.value, own(&how).value, sizeof how, &w2e_held);
    // A handler may have changed where paths start before the kernel looked.
    fd = judged(fd, fd < 0 || (now == w2e_start_state && !w2e_moves) || is_permitted(fd));
    if (fd == -EXDEV || fd == -ENOSYS || fd == -EPERM) pause = MISS_PAUSE;
    return fd;
}

long open_file(i32 directory, struct kernel_address path, u32 flags, u32 mode) {
    return has_files() ? w2e_files_open(directory, path, flags, mode) : open_in_file_system(directory, path, flags, mode);
}

struct descriptor_link link_to(long fd) {
    struct descriptor_link link = {DESCRIPTOR_LINK};
    text_of_number(link.text + sizeof DESCRIPTOR_LINK - 1, (u32)fd);
    return link;
}

long reopen_memfd(long fd, u32 flags) {
    struct descriptor_link link = link_to(fd);
    return sys(SYS_openat, AT_FDCWD, own(&link.text), flags, 0);
}

long open_in_file_system(i32 directory, struct kernel_address path, u32 flags, u32 mode) {
    bool at_start = directory == AT_FDCWD && !(WITH_THREADS && may_move());
    long fd = at_start ? open_without_crossing(path, flags, mode) : -EXDEV;
    if (fd != -EXDEV && fd != -ENOSYS && fd != -EPERM && fd != -EINVAL && fd != -EAGAIN) return fd;
    if (WITH_THREADS) return open_unseen(directory, path, flags, mode);
    declare_again(path.value);
    fd = w2e_arch_open(SYS_openat, directory, path.value, flags, mode, &w2e_held);
    return judged(fd, fd < 0 || is_permitted(fd));
}

long open_file_beneath(i32 directory, struct kernel_address path, u32 flags, u32 mode) {
    struct kernel_open_how how = {flags, flags & O_CREAT ? mode : 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = w2e_arch_open(SYS_openat2, directory, path.value, own(&how).value, sizeof how, &w2e_held);
    return judged(fd, fd < 0 || is_permitted(fd));
}
