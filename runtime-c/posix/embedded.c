// Files inside the executable, as calls on paths see them. Of two files of one name the embedded one is meant; a directory shows what
// either has. An opened file is a kernel object of its own, a memfd with the contents, so that dup, fork, exec, mmap, sendfile and poll
// need nothing from here; the name of a memfd says which node it is of. Contents that change are a memfd that stays open, which children
// share. An opened directory is a memfd with its records. docs/embedded-files.md has the rules.
#include "embedded.h"
#include "guest.h"
#include "hold.h"
#include "imports.gen.h"
#include "message.h"
#include "opened.h"
#include "path-call.h"
#include "text.h"

enum {
    FILE_MODE = 0100644, DIRECTORY_MODE = 0040755, S_IFREG = 0100000, O_PATH = 010000000,
    MFD_CLOEXEC = 1, MFD_ALLOW_SEALING = 2, F_DUPFD = 0, F_DUPFD_CLOEXEC = 1030, F_ADD_SEALS = 1033, ALL_SEALS = 15,
    SEEK_SET = 0, SEEK_CUR = 1, X_OK = 1,
    MADE = 315532800, // when every embedded file was made: 1 January 1980, which all archives can say
    DEVICE = 0xffe2e, // st_dev of what is embedded: anonymous, and no number that the kernel reaches
    COPIES = 512,     // first descriptor that copies get, where the limit lets them
    MOST_LINKS = 8,
    DT_DIR = 4, DT_REG = 8, RECORD_HEAD = 19, RECORDS_SIZE = 8192,
};

// ---- descriptors

static const char file_mark[] = "w2e-file:", directory_mark[] = "w2e-directory:";

// A number behind a mark, to the end of the word; NO_NODE for another text.
static i32 number_behind(const char *text, const char *mark) {
    u64 number = 0;
    while (*mark)
        if (*text++ != *mark++) return NO_NODE;
    if (!is_digit(*text)) return NO_NODE;
    for (; is_digit(*text) && number < 1u << 30; text++) number = 10 * number + (u64)(*text - '0');
    return *text == ' ' || !*text ? (i32)number : NO_NODE;
}

// What a descriptor refers to, as procfs calls it: its length, or -errno.
static long description(i32 fd, char *to, u64 room) {
    struct descriptor_link link = link_to(fd);
    long n = fd < 0 ? -EBADF : sys(SYS_readlinkat, AT_FDCWD, own(&link.text), own_bytes(to, room - 1), room - 1);
    to[n < 0 ? 0 : n] = 0;
    return n;
}

// The node that a description is of, if it is one of these kinds.
static i32 node_of(const char *description, bool directory) {
    i32 node = NO_NODE;
    static const char memfd[] = "/memfd:";
    for (u32 i = 0; i < sizeof memfd - 1; i++)
        if (description[i] != memfd[i]) return NO_NODE;
    node = number_behind(description + sizeof memfd - 1, directory ? directory_mark : file_mark);
    if (node < 0 || (u32)node >= w2e_files.count) return NO_NODE;
    return (w2e_files.nodes[node].kind == DIRECTORY_NODE) == directory ? node : NO_NODE;
}

static i32 directory_of_descriptor(i32 fd) {
    char text[64];
    if (description(fd, text, sizeof text) < 0) return NO_NODE;
    hold();
    i32 node = node_of(text, true);
    release();
    return node;
}

static void set_directory(i32 node) {
    hold();
    w2e_files.directory = node;
    release();
}

static long make_memfd(i32 node, const char *mark, u32 flags) {
    char name[sizeof directory_mark + 10];
    u64 n = text_length(mark);
    memcpy(name, mark, n);
    text_of_number(name + n, (u32)node);
    return sys(SYS_memfd_create, own_text(name), MFD_CLOEXEC | flags);
}

// A descriptor with flags and an offset of its own in the place of a memfd. Without procfs it is the memfd's.
static long reopen(long fd, u32 flags) {
    long r = reopen_memfd(fd, flags & ~(arch_open_flags(O_NOFOLLOW | O_DIRECTORY) | O_CREAT | O_EXCL));
    return r == -ENOENT ? sys(SYS_fcntl, fd, flags & O_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0) : r;
}
// The memfd had the lowest descriptor that was free, which is open(2)'s result.
static long reopened(long fd, u32 flags) {
    if (fd < 0) return fd;
    long high = reopen(fd, flags);
    long r = high < 0 ? high : sys(SYS_dup3, high, fd, flags & O_CLOEXEC);
    if (r < 0) sys(SYS_close, fd);
    if (high >= 0) sys(SYS_close, high);
    return r;
}

static long write_all(long fd, struct kernel_address from, u64 size, u64 at) {
    for (u64 done = 0; done < size;) {
        long n = sys(SYS_pwrite64, fd, from.value + done, size - done, at + done);
        if (n <= 0) return n ? n : -EIO;
        done += (u64)n;
    }
    return 0;
}

// ---- files

static long filled(i32 number) {
    const struct node *node = &w2e_files.nodes[number];
    struct kernel_timespec times[2] = {{MADE, 0}, {MADE, 0}};
    long fd = make_memfd(number, file_mark, 0), r = 0;
    if (fd < 0) return fd;
    if (node->kind == IMAGE_FILE) r = write_all(fd, own_bytes(node->data, node->size), node->size, 0);
    if (node->kind == GUEST_FILE) r = write_all(fd, guest_buffer(node->address, node->size), node->size, 0);
    if (!r) r = sys(SYS_fchmod, fd, FILE_MODE & 0777);
    if (!r && node->kind != EMPTY_FILE) r = sys(SYS_utimensat, fd, NO_ADDRESS, own(&times), 0);
    if (r) sys(SYS_close, fd);
    return r ? r : fd;
}

// Whether a node has a copy. The module may have closed its descriptor: then the contents are the original ones again.
static bool has_copy(struct node *node) {
    struct kernel_stat s;
    if (node->copy >= 0 && (sys(SYS_fstat, node->copy, own(&s)) || s.ino != node->copy_inode)) node->copy = NO_COPY;
    return node->copy >= 0;
}

static long copy_of(i32 number) {
    struct node *node = &w2e_files.nodes[number];
    struct kernel_stat s;
    if (has_copy(node)) return node->copy;
    long fd = filled(number);
    if (fd < 0) return fd;
    long high = sys(SYS_fcntl, fd, F_DUPFD_CLOEXEC, COPIES);
    if (high >= 0) {
        sys(SYS_close, fd);
        fd = high;
    }
    if (sys(SYS_fstat, fd, own(&s))) return -EIO;
    node->copy = (i32)fd;
    node->copy_inode = s.ino;
    return fd;
}

static void drop_copy(struct node *node) {
    if (has_copy(node)) sys(SYS_close, node->copy);
    node->copy = NO_COPY;
}

static bool is_file(const struct node *node) { return node->kind != DIRECTORY_NODE && node->kind != DELETED; }

static void mark_as_embedded(struct kernel_stat *s, i32 number) {
    s->dev = DEVICE;
    s->ino = (u64)number + 1;
    s->nlink = 1;
}

static long real_status(const char *path, struct kernel_stat *s) { return sys(SYS_newfstatat, AT_FDCWD, own_text(path), own(s), 0); }
static bool really_exists(const char *path) {
    struct kernel_stat s;
    long r = real_status(path, &s);
    return r != -ENOENT && r != -ENOTDIR;
}

static long node_status(i32 number, struct kernel_stat *s) {
    struct node *node = &w2e_files.nodes[number];
    if (node->kind == DIRECTORY_NODE && real_status(node->path, s) == 0) return 0;
    if (is_file(node) && has_copy(node)) {
        long r = sys(SYS_fstat, node->copy, own(s));
        mark_as_embedded(s, number);
        return r;
    }
    bool directory = node->kind == DIRECTORY_NODE;
    memset(s, 0, sizeof *s);
    mark_as_embedded(s, number);
    s->nlink = directory ? 2 : 1;
    s->mode = directory ? DIRECTORY_MODE : FILE_MODE;
    s->uid = (u32)sys(SYS_geteuid);
    s->gid = (u32)sys(SYS_getegid);
    s->size = directory ? 0 : (i64)node->size;
    s->blksize = 4096;
    s->blocks = (s->size + 511) / 512;
    s->atime = s->mtime = s->ctime = MADE;
    return 0;
}

// ---- directories

struct records {
    long fd, error;
    u64 written, used;
    u8 bytes[RECORDS_SIZE];
};

static void flush(struct records *records) {
    if (!records->error) records->error = write_all(records->fd, own_bytes(records->bytes, records->used), records->used, records->written);
    records->written += records->used;
    records->used = 0;
}

// struct linux_dirent64: u64 inode, u64 next offset, u16 record length, u8 type, name.
static void put_record(struct records *records, u64 inode, u8 type, const char *name) {
    u64 length = text_length(name), size = (RECORD_HEAD + length + 1 + 7) / 8 * 8;
    if (records->used + size > RECORDS_SIZE) flush(records);
    u8 *p = records->bytes + records->used;
    memset(p, 0, size);
    records->used += size;
    store64(p, inode);
    store64(p + 8, records->written + records->used);
    store16(p + 16, (u16)size);
    p[18] = type;
    memcpy(p + RECORD_HEAD, name, length);
}

// What the file system has in a directory, but for names that are embedded or deleted.
static long put_real_records(struct records *records, const char *path) {
    W2E_UNINITIALIZED u8 bytes[RECORDS_SIZE];
    W2E_UNINITIALIZED char joined[EMBEDDED_PATH];
    long fd = open_in_file_system(AT_FDCWD, own_text(path), arch_open_flags(O_DIRECTORY) | O_CLOEXEC, 0), n = 0;
    if (fd < 0) return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
    while (n >= 0 && (n = sys(SYS_getdents64, fd, own(&bytes), sizeof bytes)) > 0) {
        for (const u8 *p = bytes; p < bytes + n; p += load16(p + 16)) {
            const char *name = (const char *)p + RECORD_HEAD;
            bool dots = name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
            if (!dots && join_path(path, name, joined) && find_node(joined) < 0) put_record(records, load64(p), p[18], name);
        }
    }
    sys(SYS_close, fd);
    return n;
}

static long open_directory(i32 number, u32 flags) {
    W2E_UNINITIALIZED struct records records;
    if (flags & (O_ACCMODE | O_CREAT | O_TRUNC)) return -EISDIR;
    records.written = records.used = 0;
    records.error = 0;
    records.fd = make_memfd(number, directory_mark, MFD_ALLOW_SEALING);
    if (records.fd < 0) return records.fd;
    const char *path = w2e_files.nodes[number].path;
    put_record(&records, (u64)number + 1, DT_DIR, ".");
    i32 parent = parent_node(path);
    put_record(&records, parent < 0 ? (u64)number + 1 : (u64)parent + 1, DT_DIR, "..");
    u64 length = text_length(path);
    for (u32 place = place_of(number); (place = next_child(&w2e_files.nodes[number], place)) < w2e_files.count;) {
        u32 child = w2e_files.order[place];
        const struct node *node = &w2e_files.nodes[child];
        put_record(&records, (u64)child + 1, node->kind == DIRECTORY_NODE ? DT_DIR : DT_REG, node->path + length + (length > 1));
    }
    long r = put_real_records(&records, path);
    flush(&records);
    if (r >= 0) r = records.error;
    if (r < 0) {
        sys(SYS_close, records.fd);
        return r;
    }
    // Only to be written, and sealed: read(2) fails, where it would give records.
    sys(SYS_fcntl, records.fd, F_ADD_SEALS, ALL_SEALS);
    return reopened(records.fd, (flags & ~(u32)O_ACCMODE) | O_WRONLY);
}

// ---- paths

struct sought {
    i32 node;
    bool is_moved; // `text` is the path, not what the call has
    bool wants_directory;
    char text[EMBEDDED_PATH];
};

// A copy of a path: its length or -errno.
static long read_path(struct kernel_address path, char to[EMBEDDED_PATH]) {
    u64 offset = path.value - (u64)w2e_memory;
    if (offset < w2e_memory_size) return guest_text((u32)offset, to, EMBEDDED_PATH);
    if (!path.value || path.value == REFUSED_ADDRESS.value) return -EFAULT;
    u64 length = text_length((const char *)path.value);
    if (length >= EMBEDDED_PATH) return -ENAMETOOLONG;
    memcpy(to, (const char *)path.value, length + 1);
    return (long)length;
}

static bool ends_as_directory(const char *path, u64 length) {
    if (path[length - 1] == '/') return true;
    if (path[length - 1] != '.') return false;
    return length == 1 || path[length - 2] == '/' || (path[length - 2] == '.' && (length == 2 || path[length - 3] == '/'));
}

// A directory that only the executable has.
static bool is_only_here(i32 number) {
    return number >= 0 && w2e_files.nodes[number].kind == DIRECTORY_NODE && !really_exists(w2e_files.nodes[number].path);
}

static bool is_below_file(const struct sought *sought) {
    i32 parent = parent_node(sought->text);
    return parent >= 0 && is_file(&w2e_files.nodes[parent]);
}

// Emscripten's programs begin in the root: a relative path means what is embedded there, too, if nothing else is meant.
static void seek_under_root(struct sought *sought, const char *path) {
    W2E_UNINITIALIZED char text[EMBEDDED_PATH];
    if (!join_path("/", path, text) || text_equal(text, sought->text)) return;
    i32 node = find_node(text);
    bool taken = node >= 0 && w2e_files.nodes[node].kind != DIRECTORY_NODE;
    if (!taken && node >= 0) taken = is_only_here(node) && !really_exists(sought->text);
    i32 parent = node < 0 ? parent_node(text) : NO_NODE;
    if (!taken && parent >= 0) taken = (is_file(&w2e_files.nodes[parent]) || is_only_here(parent)) && !really_exists(sought->text);
    if (!taken) return;
    memcpy(sought->text, text, text_length(text) + 1);
    sought->node = node;
    sought->is_moved = true;
}

// Finds the node of a path of `length` bytes, not 0.
static void seek(struct sought *sought, i32 directory, const char *path, u64 length) {
    W2E_UNINITIALIZED char base[EMBEDDED_PATH];
    base[0] = 0;
    sought->node = NO_NODE;
    sought->text[0] = 0;
    sought->is_moved = false;
    sought->wants_directory = ends_as_directory(path, length);
    find_node("/"); // the nodes are there
    if (*path != '/') {
        i32 from = directory == AT_FDCWD ? w2e_files.directory : NO_NODE;
        long n = 0;
        if (from < 0 && directory == AT_FDCWD) n = sys(SYS_getcwd, own(&base), sizeof base);
        if (from < 0 && directory != AT_FDCWD) n = description(directory, base, sizeof base);
        if (n <= 0 || base[0] != '/') base[0] = 0;
        if (directory != AT_FDCWD) from = node_of(base, true);
        if (from >= 0) memcpy(base, w2e_files.nodes[from].path, text_length(w2e_files.nodes[from].path) + 1);
        else if (!base[0]) return;
        sought->is_moved = from >= 0;
    }
    if (!join_path(base, path, sought->text)) {
        sought->text[0] = 0;
        sought->is_moved = false;
        return;
    }
    sought->node = find_node(sought->text);
    if (*path != '/' && directory == AT_FDCWD && !sought->is_moved && (sought->node < 0 || w2e_files.nodes[sought->node].kind == DIRECTORY_NODE))
        seek_under_root(sought, path);
}

// Whether a link of the file system on the way leads to what is embedded: then `sought` is that.
static bool follow_links(struct sought *sought) {
    W2E_UNINITIALIZED char base[EMBEDDED_PATH], target[EMBEDDED_PATH], rest[EMBEDDED_PATH];
    for (u32 links = 0; links < MOST_LINKS && sought->text[0]; links++) {
        u64 length = text_length(sought->text), end = length;
        long n = -ENOENT;
        memcpy(base, sought->text, length + 1);
        while (end > 1) {
            base[end] = 0;
            n = sys(SYS_readlinkat, AT_FDCWD, own_text(base), own_bytes(target, sizeof target - 1), sizeof target - 1);
            if (n != -ENOENT && n != -ENOTDIR) break;
            while (end > 1 && base[--end] != '/') {}
        }
        if (n < 0) return false;
        target[n] = 0;
        u64 skipped = end + (sought->text[end] == '/');
        memcpy(rest, sought->text + skipped, length - skipped + 1);
        while (end > 0 && base[--end] != '/') {}
        base[end] = 0;
        if (!join_path(base, target, sought->text)) return false;
        memcpy(base, sought->text, text_length(sought->text) + 1);
        if (!join_path(base, rest, sought->text)) return false;
        sought->node = find_node(sought->text);
        sought->is_moved = true;
        if (sought->node >= 0) return true;
    }
    return false;
}

// ---- calls

static long kernel_call(const struct path_call *call, const char *moved) {
    declare_again(call->path.value);
    declare_again((u64)call->a);
    struct kernel_address path = moved ? own_text(moved) : call->path;
    if (call->named) return sys(call->number, path, call->a, call->b, call->c, call->d);
    i32 directory = moved ? AT_FDCWD : call->directory;
    if (call->number == SYS_symlinkat) return sys(SYS_symlinkat, call->a, directory, path);
    return sys(call->number, directory, path, call->a, call->b, call->c);
}

static long enter_node(i32 number) {
    long r = sys(SYS_chdir, own_text(w2e_files.nodes[number].path));
    if (r && r != -ENOENT && r != -ENOTDIR) return r;
    w2e_files.directory = r ? number : NO_NODE;
    return 0;
}

static long describe_file_system(struct kernel_statfs *s) {
    memset(s, 0, sizeof *s);
    s->type = TMPFS_MAGIC;
    s->bsize = s->frsize = 4096;
    s->namelen = 255;
    return 0;
}

// With the descriptor of a node's changed contents.
static long with_copy(i32 number, const struct path_call *call) {
    long fd = copy_of(number);
    if (fd < 0) return fd;
    switch (call->number) {
    case SYS_truncate: return sys(SYS_ftruncate, fd, call->a);
    case SYS_fchmodat: return sys(SYS_fchmod, fd, call->a);
    case SYS_fchownat: return sys(SYS_fchown, fd, call->a, call->b);
    default: declare_again((u64)call->a); return sys(SYS_utimensat, fd, NO_ADDRESS, call->a, 0);
    }
}

static long file_call(const struct sought *sought, const struct path_call *call) {
    struct node *node = &w2e_files.nodes[sought->node];
    if (sought->wants_directory) return -ENOTDIR;
    switch (call->number) {
    case SYS_newfstatat: return node_status(sought->node, (struct kernel_stat *)call->a);
    case SYS_statfs: return describe_file_system((struct kernel_statfs *)call->a);
    case SYS_faccessat:
    case SYS_faccessat2: return call->a & X_OK ? -EACCES : 0;
    case SYS_readlinkat: return -EINVAL;
    case SYS_chdir: return -ENOTDIR;
    case SYS_mkdirat:
    case SYS_mknodat:
    case SYS_symlinkat: return -EEXIST;
    case SYS_unlinkat:
        if (call->a & AT_REMOVEDIR) return -ENOTDIR;
        drop_copy(node);
        node->kind = DELETED;
        return 0;
    case SYS_truncate:
    case SYS_fchmodat:
    case SYS_fchownat:
    case SYS_utimensat: return with_copy(sought->node, call);
    default: return -EOPNOTSUPP;
    }
}

// Of a directory that only the executable has.
static long directory_call(const struct sought *sought, const struct path_call *call) {
    struct node *node = &w2e_files.nodes[sought->node];
    switch (call->number) {
    case SYS_newfstatat: return node_status(sought->node, (struct kernel_stat *)call->a);
    case SYS_statfs: return describe_file_system((struct kernel_statfs *)call->a);
    case SYS_faccessat:
    case SYS_faccessat2: return 0;
    case SYS_readlinkat: return -EINVAL;
    case SYS_chdir: return enter_node(sought->node);
    case SYS_mkdirat:
    case SYS_mknodat:
    case SYS_symlinkat: return -EEXIST;
    case SYS_truncate: return -EISDIR;
    case SYS_unlinkat:
        if (!(call->a & AT_REMOVEDIR)) return -EISDIR;
        if (next_child(node, place_of(sought->node)) < w2e_files.count) return -ENOTEMPTY;
        node->kind = DELETED;
        return 0;
    case SYS_fchmodat:
    case SYS_fchownat:
    case SYS_utimensat: return -EROFS;
    default: return -EOPNOTSUPP;
    }
}

static long deleted_call(const struct sought *sought, const struct path_call *call) {
    if (call->number != SYS_mkdirat) return -ENOENT;
    w2e_files.nodes[sought->node].kind = DIRECTORY_NODE;
    return 0;
}

// Whether the call is about an embedded file, or a directory that only exists here. While something is held.
static bool answer(const struct sought *sought, const struct path_call *call, long *result) {
    if (sought->node < 0) return false;
    switch ((enum node_kind)w2e_files.nodes[sought->node].kind) {
    case IMAGE_FILE:
    case GUEST_FILE:
    case EMPTY_FILE: *result = file_call(sought, call); return true;
    case DELETED: *result = deleted_call(sought, call); return true;
    case DIRECTORY_NODE:
        if (!is_only_here(sought->node)) return false;
        *result = directory_call(sought, call);
        return true;
    }
    return false;
}

static bool creates(const struct path_call *call) {
    return call->number == SYS_mkdirat || call->number == SYS_mknodat || call->number == SYS_symlinkat;
}

// A name that the file system has no directory for, but the executable has.
static long create(const struct sought *sought, const struct path_call *call) {
    if (!is_only_here(parent_node(sought->text))) return -ENOENT;
    if (call->number != SYS_mkdirat) return -EPERM;
    return add_node(sought->text, DIRECTORY_NODE) < 0 ? -ENOMEM : 0;
}

long w2e_files_call(const struct path_call *call) {
    W2E_UNINITIALIZED char path[EMBEDDED_PATH];
    W2E_UNINITIALIZED struct sought sought;
    long length = read_path(call->path, path), r = 0;
    if (length == 0 && call->number == SYS_newfstatat && call->b & AT_EMPTY_PATH && call->directory != AT_FDCWD)
        return w2e_files_status(call->directory, (struct kernel_stat *)call->a);
    if (length <= 0) return kernel_call(call, NULL);
    hold();
    seek(&sought, call->directory, path, (u64)length);
    bool answered = answer(&sought, call, &r);
    release();
    if (answered) return r;
    r = kernel_call(call, sought.is_moved ? sought.text : NULL);
    if (r == 0 && call->number == SYS_chdir) set_directory(NO_NODE);
    if (r != -ENOENT || !sought.text[0]) return r;
    hold();
    if (is_below_file(&sought)) r = -ENOTDIR;
    else if (creates(call)) r = create(&sought, call);
    else if (call->number != SYS_readlinkat && call->number != SYS_unlinkat && follow_links(&sought)) answer(&sought, call, &r);
    release();
    return r;
}

static long open_node(const struct sought *sought, u32 flags) {
    i32 number = sought->node;
    struct node *node = &w2e_files.nodes[number];
    if (node->kind == DIRECTORY_NODE) return open_directory(number, flags);
    if (node->kind == DELETED) {
        if (!(flags & O_CREAT)) return -ENOENT;
        node->kind = EMPTY_FILE;
        flags &= ~(u32)O_EXCL;
    }
    if (flags & O_CREAT && flags & O_EXCL) return -EEXIST;
    if (sought->wants_directory || flags & arch_open_flags(O_DIRECTORY)) return -ENOTDIR;
    bool changes = !(flags & O_PATH) && (flags & O_ACCMODE || flags & O_TRUNC);
    if (!changes && !has_copy(node) && node->kind != EMPTY_FILE) return reopened(filled(number), flags);
    long copy = copy_of(number);
    return copy < 0 ? copy : reopen(copy, flags);
}

long w2e_files_open(i32 directory, struct kernel_address path, u32 flags, u32 mode) {
    W2E_UNINITIALIZED char text[EMBEDDED_PATH];
    W2E_UNINITIALIZED struct sought sought;
    long length = read_path(path, text), fd = -ENOENT;
    if (length <= 0) return open_in_file_system(directory, path, flags, mode);
    hold();
    seek(&sought, directory, text, (u64)length);
    if (sought.node >= 0) fd = open_node(&sought, flags);
    release();
    if (sought.node >= 0) return fd;
    declare_again(path.value);
    fd = sought.is_moved ? open_in_file_system(AT_FDCWD, own_text(sought.text), flags, mode) : open_in_file_system(directory, path, flags, mode);
    if (fd != -ENOENT || !sought.text[0]) return fd;
    hold();
    if (is_below_file(&sought)) {
        fd = -ENOTDIR;
    } else if (flags & O_CREAT && !sought.wants_directory && is_only_here(parent_node(sought.text))) {
        sought.node = add_node(sought.text, EMPTY_FILE);
        fd = sought.node < 0 ? -ENOMEM : open_node(&sought, flags & ~(u32)O_EXCL);
    } else if (follow_links(&sought)) {
        fd = open_node(&sought, flags);
    }
    release();
    return fd;
}

// Inside of what is only here, contents change their name; everything else is another file system's.
static long rename_node(const struct sought *from, struct sought *to) {
    struct node *source = &w2e_files.nodes[from->node];
    if (source->kind == DELETED) return -ENOENT;
    if (source->kind == DIRECTORY_NODE) return -EXDEV;
    if (to->node >= 0 && w2e_files.nodes[to->node].kind == DIRECTORY_NODE) return -EISDIR;
    if (from->wants_directory || to->wants_directory) return -ENOTDIR;
    if (to->node < 0 && !is_only_here(parent_node(to->text))) return -EXDEV;
    if (to->node == from->node) return 0;
    if (to->node < 0) to->node = add_node(to->text, EMPTY_FILE);
    if (to->node < 0) return -ENOMEM;
    source = &w2e_files.nodes[from->node]; // nodes may have moved
    struct node *target = &w2e_files.nodes[to->node];
    drop_copy(target);
    const char *name = target->path;
    *target = *source;
    target->path = name;
    source->kind = DELETED;
    source->copy = NO_COPY;
    return 0;
}

long w2e_files_rename(long number, i32 from_directory, struct kernel_address from, i32 to_directory, struct kernel_address to, u32 flags) {
    W2E_UNINITIALIZED char text[EMBEDDED_PATH];
    W2E_UNINITIALIZED struct sought source, target;
    bool answered = false;
    long from_length = read_path(from, text), to_length, r = 0;
    if (from_length <= 0) return sys(number, from_directory, from, to_directory, to, flags);
    hold();
    seek(&source, from_directory, text, (u64)from_length);
    to_length = read_path(to, text);
    if (to_length > 0) {
        seek(&target, to_directory, text, (u64)to_length);
        bool is_ours = source.node >= 0 && (w2e_files.nodes[source.node].kind != DIRECTORY_NODE || is_only_here(source.node));
        bool to_ours = target.node >= 0 && (w2e_files.nodes[target.node].kind != DIRECTORY_NODE || is_only_here(target.node));
        answered = is_ours || to_ours || (target.node < 0 && target.text[0] && is_only_here(parent_node(target.text)));
        if (answered) r = is_ours && number == SYS_renameat2 ? rename_node(&source, &target) : -EXDEV;
    }
    release();
    if (answered) return r;
    bool moved = to_length > 0 && target.is_moved;
    declare_again(from.value);
    declare_again(to.value);
    return sys(number, source.is_moved ? AT_FDCWD : from_directory, source.is_moved ? own_text(source.text) : from, moved ? AT_FDCWD : to_directory,
               moved ? own_text(target.text) : to, flags);
}

long w2e_files_status(i32 fd, struct kernel_stat *to) {
    char text[64];
    long r = sys(SYS_fstat, fd, own(to));
    if (r || (to->mode & S_IFMT) != S_IFREG || to->nlink || description(fd, text, sizeof text) < 0) return r;
    hold();
    i32 file = node_of(text, false), directory = node_of(text, true);
    if (file >= 0) mark_as_embedded(to, file);
    if (directory >= 0) r = node_status(directory, to);
    release();
    return r;
}

long w2e_files_records(i32 fd, struct kernel_address buffer, u32 size) {
    long r = sys(SYS_getdents64, fd, buffer, size);
    if (r != -ENOTDIR || directory_of_descriptor(fd) < 0) return r;
    long at = sys(SYS_lseek, fd, 0, SEEK_CUR), records = reopen_memfd(fd, O_RDONLY | O_CLOEXEC), whole = 0;
    if (records < 0) return records;
    declare_again(buffer.value);
    long n = sys(SYS_pread64, records, buffer, size, at);
    sys(SYS_close, records);
    while (n - whole > RECORD_HEAD) {
        u32 length = load16((const u8 *)buffer.value + whole + 16);
        if (length <= RECORD_HEAD || length > n - whole) break;
        whole += length;
    }
    if (n > 0 && !whole) return -EINVAL;
    if (whole) sys(SYS_lseek, fd, at + whole, SEEK_SET);
    return n < 0 ? n : whole;
}

long w2e_files_enter(i32 fd) {
    long r = sys(SYS_fchdir, fd);
    if (r == 0) set_directory(NO_NODE);
    i32 node = r == -ENOTDIR ? directory_of_descriptor(fd) : NO_NODE;
    if (node < 0) return r;
    hold();
    r = enter_node(node);
    release();
    return r;
}

long w2e_files_working_directory(struct kernel_address buffer, u32 size) {
    hold();
    const char *path = w2e_files.directory < 0 ? NULL : w2e_files.nodes[w2e_files.directory].path; // stays where it is
    release();
    if (!path) return sys(SYS_getcwd, buffer, size);
    u64 length = text_length(path) + 1;
    if (buffer.value == REFUSED_ADDRESS.value) return -EFAULT;
    if (length > size) return -ERANGE;
    memcpy((void *)buffer.value, path, length);
    return (long)length;
}

// The table of Emscripten's --embed-file: name, length and contents of each file, then zeros.
void w2e_files_load(u32 table) {
    enum { ROW = 12 };
    W2E_UNINITIALIZED char name[EMBEDDED_PATH], path[EMBEDDED_PATH];
    const u8 *row;
    hold();
    for (; (row = guest_range(table, ROW)) && load32(row); table += ROW) {
        u32 length = load32(row + 4), data = load32(row + 8);
        if (guest_text(load32(row), name, sizeof name) < 0 || !guest_range(data, length) || !join_path("/", name, path))
            w2e_fatal("wasm2elf: the table of the module's embedded files is not one", 1);
        i32 known = find_node(path), node = known < 0 ? add_node(path, GUEST_FILE) : NO_NODE;
        if (node < 0) continue; // --embed has the name already
        w2e_files.nodes[node].address = data;
        w2e_files.nodes[node].size = length;
    }
    release();
}
