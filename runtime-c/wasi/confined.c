// Paths of programs with --dir: none leads out of the directory that it starts at, whatever is renamed meanwhile. Files are opened by
// openat2(2) beneath that directory. All other calls are made in the directory that the last name lies in, which is opened the same
// way, on that name alone, and follow no link: a link in the last place is read and its text put in its place, a step at a time.
// Kernels without openat2 get the same by a walk, name by name, that follows no link itself and goes up by starting again.
#include "confined.h"
#include "guest.h"
#include "imports.gen.h"
#include "opened.h"
#include "system-call.h"
#include "text.h"

enum {
    PATH_SIZE = 4096, NAME_SIZE = 256, MOST_LINKS = 40, MOST_TRIES = 64, O_PATH = 010000000,
    RESOLVE_NO_MAGICLINKS = 2, RESOLVE_BENEATH = 8, S_IFDIR = 0040000, NOT_RESOLVED = 1,
};

struct kernel_open_how { u64 flags, mode, resolve; };

// Of path resolution: what leads out of the directory is -EXDEV.
static u32 resolution_error(long r) { return r == -EXDEV ? WASI_NOTCAPABLE : error_number(r); }

static void close_other(long fd, i32 than) {
    if (fd >= 0 && fd != than) sys(SYS_close, fd);
}

static bool is_dot(const char *name) { return name[0] == '.' && !name[1]; }
static bool is_dots(const char *name) { return name[0] == '.' && name[1] == '.' && !name[2]; }

// The first name of a path, NUL behind it, and where the next begins; NULL if there is none.
static char *first_name(char *path, char **rest) {
    while (*path == '/') path++;
    if (!*path) return NULL;
    char *end = path;
    while (*end && *end != '/') end++;
    *rest = *end ? end + 1 : end;
    *end = 0;
    return path;
}

// ---- the walk

struct walk {
    char pending[2 * PATH_SIZE]; // what is left to walk
    char done[PATH_SIZE];        // the names that lead from the root to `at`, with a slash behind each
    u32 done_length, links;
    i32 root;
    long at;
};

static long enter(i32 directory, const char *name) {
    return sys(SYS_openat, directory, own_text(name), O_PATH | arch_open_flags(O_DIRECTORY | O_NOFOLLOW) | O_CLOEXEC, 0);
}

static long move_to(struct walk *w, long fd) {
    if (fd < 0) return fd;
    close_other(w->at, w->root);
    w->at = fd;
    return 0;
}

// To where the path was before its last name: from the root again, as what is above may have moved out of it.
static long go_up(struct walk *w) {
    if (!w->done_length) return -EXDEV;
    u32 end = w->done_length - 1;
    while (end && w->done[end - 1] != '/') end--;
    w->done_length = end;
    w->done[end] = 0;
    long r = move_to(w, w->root);
    for (u32 begin = 0, i = 0; r == 0 && i < end; i++) {
        if (w->done[i] != '/') continue;
        w->done[i] = 0;
        r = move_to(w, enter((i32)w->at, w->done + begin));
        w->done[i] = '/';
        begin = i + 1;
    }
    return r;
}

// Puts a link's text in front of what is left.
static long insert_link(struct walk *w, const char *name, const char *rest) {
    W2E_UNINITIALIZED char text[PATH_SIZE];
    long n = sys(SYS_readlinkat, (i32)w->at, own_text(name), own(&text), sizeof text);
    if (n < 0) return n == -EINVAL ? -ENOTDIR : n;
    if (++w->links > MOST_LINKS) return -ELOOP;
    u64 left = text_length(rest) + 1;
    if ((u64)n == sizeof text || (u64)n + 1 + left > sizeof w->pending) return -ENAMETOOLONG;
    if (n && text[0] == '/') return -EXDEV;
    memmove(w->pending + n + 1, rest, left);
    memcpy(w->pending, text, (u64)n);
    w->pending[n] = '/';
    return 0;
}

static long step(struct walk *w, const char *name, const char *rest) {
    if (is_dots(name)) return go_up(w);
    u64 length = text_length(name);
    if (w->done_length + length + 2 > sizeof w->done) return -ENAMETOOLONG;
    long fd = enter((i32)w->at, name);
    if (fd == -ENOTDIR || fd == -ELOOP) return insert_link(w, name, rest);
    long r = move_to(w, fd);
    if (r) return r;
    memcpy(w->done + w->done_length, name, length);
    w->done_length += (u32)length;
    w->done[w->done_length++] = '/';
    return NOT_RESOLVED;
}

// The directory of a path, for the *at calls.
static long walk_to(i32 root, const char *path) {
    W2E_UNINITIALIZED struct walk w;
    char *next = w.pending, *name;
    memcpy(w.pending, path, text_length(path) + 1);
    w.done_length = w.links = 0;
    w.root = root, w.at = root;
    while ((name = first_name(next, &next))) {
        if (is_dot(name)) continue;
        long r = step(&w, name, next);
        if (r < 0) return close_other(w.at, root), r;
        if (r == 0 && !is_dots(name)) next = w.pending;
    }
    return w.at == root ? enter(root, ".") : w.at;
}

// Whether the kernel's way is not to be had: another one is tried then.
static bool is_without(long r) { return r == -ENOSYS || r == -EPERM || r == -EAGAIN; }

static long open_directory(i32 root, const char *path) {
    struct kernel_open_how how = {O_PATH | arch_open_flags(O_DIRECTORY) | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = -EAGAIN;
    for (u32 i = 0; fd == -EAGAIN && i < MOST_TRIES; i++) fd = sys(SYS_openat2, root, own_text(path), own(&how), sizeof how);
    return is_without(fd) ? walk_to(root, path) : fd;
}

// ---- the place of a path: a directory, and one name in it

struct place {
    i32 start;      // the module's descriptor
    long directory; // the same, or one to be closed
    bool slash;     // the path says that it is a directory
    char name[NAME_SIZE];
};

static void leave(const struct place *p) { close_other(p->directory, p->start); }
static u32 leaving(const struct place *p, long r) {
    leave(p);
    return error_number(r);
}

static long copy_path(u32 path, u32 length, char text[PATH_SIZE]) {
    const u8 *from = guest_range(path, length);
    if (!from) return -EFAULT;
    if (!length) return -ENOENT;
    if (length >= PATH_SIZE) return -ENAMETOOLONG;
    memcpy(text, from, length);
    text[length] = 0;
    if (text_length(text) != length) return -EINVAL;
    return text[0] == '/' ? -EXDEV : 0;
}

// Divides a path into the directory of its last name and that name; "." is the name of a path that ends with "." or "..".
static long divide(char *path, struct place *to, const char **directory) {
    u64 end = text_length(path);
    while (end && path[end - 1] == '/') path[--end] = 0, to->slash = true;
    u64 begin = end;
    while (begin && path[begin - 1] != '/') begin--;
    const char *name = path + begin;
    bool whole = is_dot(name) || is_dots(name);
    if (end - begin >= sizeof to->name) return -ENAMETOOLONG;
    memcpy(to->name, whole ? "." : name, whole ? 2 : end - begin + 1);
    if (!whole && begin) path[begin - 1] = 0;
    *directory = whole ? path : begin ? path : "";
    return 0;
}

// The text of a link in the last place, behind its directory: NOT_RESOLVED; 0 where there is no link.
static long substitute(const struct place *at, char *path) {
    W2E_UNINITIALIZED char text[PATH_SIZE];
    long n = sys(SYS_readlinkat, (i32)at->directory, own_text(at->name), own(&text), sizeof text);
    if (n == -EINVAL || n == -ENOENT) return 0;
    if (n < 0) return n;
    u64 front = text_length(path);
    if (front + (u64)n + 2 > PATH_SIZE) return -ENAMETOOLONG;
    if (n && text[0] == '/') return -EXDEV;
    if (front) path[front++] = '/';
    memcpy(path + front, text, (u64)n);
    path[front + (u64)n] = 0;
    return n ? NOT_RESOLVED : -ENOENT;
}

static bool says_directory(const struct place *p) {
    struct kernel_stat s;
    long r = p->slash ? sys(SYS_newfstatat, (i32)p->directory, own_text(p->name), own(&s), AT_SYMLINK_NOFOLLOW) : -ENOENT;
    return r || (s.mode & S_IFMT) == S_IFDIR;
}

enum following { NEVER, IF_SLASH, ALWAYS };

static long place_of(i32 start, char *path, enum following follow, struct place *to) {
    *to = (struct place){.start = start, .directory = start};
    for (u32 links = 0; links <= MOST_LINKS; links++) {
        const char *directory;
        long r = divide(path, to, &directory);
        if (r) return r;
        to->directory = *directory ? open_directory(start, directory) : start;
        if (to->directory < 0) return to->directory;
        bool follows = (follow == ALWAYS || (follow == IF_SLASH && to->slash)) && !is_dot(to->name);
        if (!*directory) path[0] = 0;
        r = follows ? substitute(to, path) : 0;
        if (r == 0 && says_directory(to)) return 0;
        leave(to);
        if (r != NOT_RESOLVED) return r ? r : -ENOTDIR;
    }
    return -ELOOP;
}

// The place of a path that starts at a descriptor with such rights: 0, or WASI's error.
static u32 locate(u32 fd, u64 rights, u32 path, u32 length, enum following follow, struct place *to) {
    W2E_UNINITIALIZED char text[PATH_SIZE];
    u32 lacking = confined_lacks(fd, rights);
    if (lacking) return lacking;
    long r = copy_path(path, length, text);
    return resolution_error(r ? r : place_of((i32)fd, text, follow, to));
}

static enum following following(u32 lookup) { return lookup & WASI_SYMLINK_FOLLOW ? ALWAYS : IF_SLASH; }

// ---- the imports

static long open_by_walk(u32 directory, char *path, u32 lookup, u32 how, u32 flags) {
    W2E_UNINITIALIZED struct place p;
    long r = place_of((i32)directory, path, following(lookup), &p);
    if (r) return r;
    if (p.slash && how & WASI_CREATE) r = -EISDIR;
    else r = open_file((i32)p.directory, own_text(p.name), flags | arch_open_flags(O_NOFOLLOW | (p.slash ? O_DIRECTORY : 0)), 0666);
    leave(&p);
    return r;
}

u32 w2e_confined_path_open(u32 directory, u32 lookup, u32 path, u32 length, u32 how, u64 rights, u64 inheriting, u32 flags, u32 to) {
    W2E_UNINITIALIZED char text[PATH_SIZE];
    u64 needed = RIGHT(PATH_OPEN) | (how & WASI_CREATE ? RIGHT(PATH_CREATE_FILE) : 0) | (how & WASI_TRUNCATE ? RIGHT(PATH_FILESTAT_SET_SIZE) : 0);
    struct wasi_rights wanted = {rights & (RIGHT(RIGHTS) - 1), inheriting & (RIGHT(RIGHTS) - 1)};
    u32 lacking = confined_lacks(directory, needed);
    if (lacking) return lacking;
    if ((wanted.base | wanted.inheriting) & ~confined_entry(directory)->rights.inheriting) return WASI_NOTCAPABLE;
    if (!guest_range(to, 4)) return error_number(-EFAULT);
    long r = copy_path(path, length, text);
    if (r) return resolution_error(r);
    u32 host = wasi_open_flags(lookup, how, rights, flags);
    r = -EAGAIN;
    for (u32 i = 0; r == -EAGAIN && i < MOST_TRIES; i++) r = open_file_beneath((i32)directory, own_text(text), host, 0666);
    if (is_without(r)) r = open_by_walk(directory, text, lookup, how, host);
    return r < 0 ? resolution_error(r) : confined_adopt(r, wanted, to);
}

static u32 filestat_get(enum wasi_snapshot snapshot, u32 directory, u32 lookup, u32 path, u32 length, u32 to) {
    W2E_UNINITIALIZED struct place p;
    struct kernel_stat s;
    u32 r = locate(directory, RIGHT(PATH_FILESTAT_GET), path, length, following(lookup), &p);
    if (r == 0) r = leaving(&p, sys(SYS_newfstatat, (i32)p.directory, own_text(p.name), own(&s), AT_SYMLINK_NOFOLLOW));
    return r ? r : put_filestat(snapshot, to, &s, -1) ? 0 : error_number(-EFAULT);
}
u32 w2e_confined_path_filestat_get(u32 directory, u32 lookup, u32 path, u32 length, u32 to) {
    return filestat_get(PREVIEW1, directory, lookup, path, length, to);
}
u32 w2e_confined_path_filestat_get_snapshot0(u32 directory, u32 lookup, u32 path, u32 length, u32 to) {
    return filestat_get(SNAPSHOT0, directory, lookup, path, length, to);
}
u32 w2e_confined_path_filestat_set_times(u32 directory, u32 lookup, u32 path, u32 length, u64 accessed, u64 modified, u32 flags) {
    W2E_UNINITIALIZED struct place p;
    struct kernel_timespec times[2];
    if (!wasi_times(accessed, modified, flags, times)) return error_number(-EINVAL);
    u32 r = locate(directory, RIGHT(PATH_FILESTAT_SET_TIMES), path, length, following(lookup), &p);
    return r ? r : leaving(&p, sys(SYS_utimensat, (i32)p.directory, own_text(p.name), own(&times), AT_SYMLINK_NOFOLLOW));
}

u32 w2e_confined_path_create_directory(u32 directory, u32 path, u32 length) {
    W2E_UNINITIALIZED struct place p;
    u32 r = locate(directory, RIGHT(PATH_CREATE_DIRECTORY), path, length, NEVER, &p);
    return r ? r : leaving(&p, sys(SYS_mkdirat, (i32)p.directory, own_text(p.name), 0777));
}
u32 w2e_confined_path_unlink_file(u32 directory, u32 path, u32 length) {
    W2E_UNINITIALIZED struct place p;
    u32 r = locate(directory, RIGHT(PATH_UNLINK_FILE), path, length, NEVER, &p);
    return r ? r : leaving(&p, sys(SYS_unlinkat, (i32)p.directory, own_text(p.name), 0));
}
u32 w2e_confined_path_remove_directory(u32 directory, u32 path, u32 length) {
    W2E_UNINITIALIZED struct place p;
    u32 r = locate(directory, RIGHT(PATH_REMOVE_DIRECTORY), path, length, NEVER, &p);
    return r ? r : leaving(&p, sys(SYS_unlinkat, (i32)p.directory, own_text(p.name), AT_REMOVEDIR));
}

struct two_places { struct place from, to; };
static u32 locate_two(u32 from_directory, u64 from_right, u32 from, u32 from_length, enum following follow, u32 to_directory, u64 to_right, u32 to,
                      u32 to_length, struct two_places *places) {
    u32 r = locate(from_directory, from_right, from, from_length, follow, &places->from);
    if (r) return r;
    r = locate(to_directory, to_right, to, to_length, NEVER, &places->to);
    if (r) leave(&places->from);
    return r;
}
static u32 leaving_two(const struct two_places *places, long r) {
    leave(&places->to);
    return leaving(&places->from, r);
}

// A path that says that it is a directory names one: of what is renamed the same holds for both.
static bool may_rename(const struct two_places *p) {
    struct kernel_stat s;
    if (!p->to.slash) return true;
    return sys(SYS_newfstatat, (i32)p->from.directory, own_text(p->from.name), own(&s), AT_SYMLINK_NOFOLLOW) || (s.mode & S_IFMT) == S_IFDIR;
}
u32 w2e_confined_path_rename(u32 from_directory, u32 from, u32 from_length, u32 to_directory, u32 to, u32 to_length) {
    W2E_UNINITIALIZED struct two_places p;
    u32 r = locate_two(from_directory, RIGHT(PATH_RENAME_SOURCE), from, from_length, NEVER, to_directory, RIGHT(PATH_RENAME_TARGET), to, to_length, &p);
    if (r) return r;
    return leaving_two(&p, may_rename(&p) ? sys(SYS_renameat2, (i32)p.from.directory, own_text(p.from.name), (i32)p.to.directory, own_text(p.to.name), 0)
                                          : -ENOTDIR);
}
u32 w2e_confined_path_link(u32 from_directory, u32 lookup, u32 from, u32 from_length, u32 to_directory, u32 to, u32 to_length) {
    W2E_UNINITIALIZED struct two_places p;
    u32 r = locate_two(from_directory, RIGHT(PATH_LINK_SOURCE), from, from_length, following(lookup), to_directory, RIGHT(PATH_LINK_TARGET), to, to_length, &p);
    if (r) return r;
    // A directory is what a name with a slash says, and of these there are no links.
    return leaving_two(&p, p.to.slash ? -ENOENT : sys(SYS_linkat, (i32)p.from.directory, own_text(p.from.name), (i32)p.to.directory, own_text(p.to.name), 0));
}

// What the link says is not a path yet; it will not lead out of a directory that it is reached from. WASI has no absolute ones.
u32 w2e_confined_path_symlink(u32 target, u32 target_length, u32 directory, u32 path, u32 length) {
    W2E_UNINITIALIZED struct place p;
    W2E_UNINITIALIZED char text[PATH_SIZE];
    long copied = copy_path(target, target_length, text);
    u32 r = copied ? resolution_error(copied) : locate(directory, RIGHT(PATH_SYMLINK), path, length, NEVER, &p);
    return r ? r : leaving(&p, p.slash ? -ENOENT : sys(SYS_symlinkat, own_text(text), (i32)p.directory, own_text(p.name)));
}
u32 w2e_confined_path_readlink(u32 directory, u32 path, u32 length, u32 buffer, u32 size, u32 to) {
    W2E_UNINITIALIZED struct place p;
    u32 r = locate(directory, RIGHT(PATH_READLINK), path, length, IF_SLASH, &p);
    if (r) return r;
    long n = sys(SYS_readlinkat, (i32)p.directory, own_text(p.name), guest_buffer(buffer, size), size);
    leave(&p);
    return wasi_count(n, to);
}
