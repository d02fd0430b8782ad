// The index of embedded files: an array of nodes that only grows, and their order by path for binary search.
#include "embedded.h"
#include "hold.h"
#include "system-call.h"
#include "text.h"
#include "w2e.h"

struct embedded_files w2e_files = {.directory = NO_NODE};

enum { FIRST_ROOM = 1024, NAMES_ROOM = 1 << 16 };

// What the linker has put together (linker/embedded-files.ts).
extern const struct w2e_embedded_files w2e_embedded W2E_WEAK;

bool join_path(const char *base, const char *path, char to[EMBEDDED_PATH]) {
    u64 n = 0;
    const char *parts[] = {*path == '/' ? "" : base, path};
    for (u32 i = 0; i < 2; i++) {
        for (const char *p = parts[i]; *p;) {
            while (*p == '/') p++;
            u64 length = 0;
            while (p[length] && p[length] != '/') length++;
            if (length == 2 && p[0] == '.' && p[1] == '.') {
                while (n && to[--n] != '/') {}
            } else if (length && !(length == 1 && *p == '.')) {
                if (n + length + 2 > EMBEDDED_PATH) return false;
                to[n++] = '/';
                memcpy(to + n, p, length);
                n += length;
            }
            p += length;
        }
    }
    if (!n) to[n++] = '/';
    to[n] = 0;
    return true;
}

// A slash is less than any other byte. The root is in front of all.
static int compare(const char *a, const char *b) {
    if (!a[1] || !b[1]) return (a[1] != 0) - (b[1] != 0);
    while (*a && *a == *b) a++, b++;
    u32 x = *a == '/' ? 1 : *a ? (u8)*a + 1u : 0, y = *b == '/' ? 1 : *b ? (u8)*b + 1u : 0;
    return x < y ? -1 : x > y;
}

// The first place whose path is not less.
static u32 lower_bound(const char *path) {
    u32 low = 0, high = w2e_files.count;
    if (high && compare(w2e_files.nodes[w2e_files.order[high - 1]].path, path) < 0) return high;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (compare(w2e_files.nodes[w2e_files.order[middle]].path, path) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool is_at(u32 place, const char *path) { return place < w2e_files.count && text_equal(w2e_files.nodes[w2e_files.order[place]].path, path); }

static void *pages(u64 size) {
    long p = sys(SYS_mmap, NO_ADDRESS, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return sys_failed(p) ? NULL : (void *)p;
}

static bool grow(void) {
    struct embedded_files *f = &w2e_files;
    if (f->count < f->room) return true;
    u32 room = f->room ? 2 * f->room : FIRST_ROOM;
    struct node *nodes = pages((u64)room * (sizeof *nodes + sizeof *f->order));
    if (!nodes) return false;
    u32 *order = (u32 *)(nodes + room);
    if (f->count) {
        memcpy(nodes, f->nodes, f->count * sizeof *nodes);
        memcpy(order, f->order, f->count * sizeof *order);
        sys(SYS_munmap, (u64)f->nodes, (u64)f->room * (sizeof *nodes + sizeof *order));
    }
    f->nodes = nodes;
    f->order = order;
    f->room = room;
    return true;
}

static const char *keep_name(const char *path) {
    u64 size = text_length(path) + 1;
    struct embedded_files *f = &w2e_files;
    if (!f->names || size > NAMES_ROOM - f->names_used) {
        char *p = pages(NAMES_ROOM);
        if (!p) return NULL;
        f->names = p;
        f->names_used = 0;
    }
    char *name = f->names + f->names_used;
    memcpy(name, path, size);
    f->names_used += (u32)size;
    return name;
}

// `kept`: the path stays where it is.
static i32 add(const char *path, enum node_kind kind, bool kept) {
    u32 place = lower_bound(path);
    if (is_at(place, path)) return (i32)w2e_files.order[place];
    const char *name = kept ? path : keep_name(path);
    if (!name || !grow()) return NO_NODE;
    struct embedded_files *f = &w2e_files;
    memmove(f->order + place + 1, f->order + place, (f->count - place) * sizeof *f->order);
    f->order[place] = f->count;
    f->nodes[f->count] = (struct node){.path = name, .copy = NO_COPY, .kind = (u8)kind};
    return (i32)f->count++;
}

static bool parent_path(const char *path, char to[EMBEDDED_PATH]) {
    u64 n = text_length(path);
    if (n <= 1 || n >= EMBEDDED_PATH) return false;
    memcpy(to, path, n + 1);
    while (to[n] != '/') n--;
    to[n ? n : 1] = 0;
    return true;
}

static i32 add_with_parents(const char *path, enum node_kind kind, bool kept) {
    W2E_UNINITIALIZED char above[EMBEDDED_PATH];
    memcpy(above, path, text_length(path) + 1);
    while (parent_path(above, above)) {
        u32 place = lower_bound(above);
        if (is_at(place, above)) break;
        if (add(above, DIRECTORY_NODE, false) < 0) return NO_NODE;
    }
    return add(path, kind, kept);
}

// The executable's own files, once.
static void fill(void) {
    if (w2e_files.filled) return;
    w2e_files.filled = true;
    if (&w2e_embedded == NULL) return;
    const u8 *base = (const u8 *)&w2e_embedded;
    const struct w2e_embedded_file *files = (const struct w2e_embedded_file *)(&w2e_embedded + 1);
    for (u64 i = 0; i < w2e_embedded.count; i++) {
        i32 node = add_with_parents((const char *)base + files[i].path, files[i].is_directory ? DIRECTORY_NODE : IMAGE_FILE, true);
        if (node < 0) return;
        w2e_files.nodes[node].data = base + files[i].data;
        w2e_files.nodes[node].size = files[i].size;
    }
}

i32 find_node(const char *path) {
    fill();
    u32 place = lower_bound(path);
    return is_at(place, path) ? (i32)w2e_files.order[place] : NO_NODE;
}

i32 add_node(const char *path, enum node_kind kind) {
    fill();
    return add_with_parents(path, kind, false);
}

i32 parent_node(const char *path) {
    W2E_UNINITIALIZED char above[EMBEDDED_PATH];
    return parent_path(path, above) ? find_node(above) : NO_NODE;
}

u32 place_of(i32 node) { return lower_bound(w2e_files.nodes[node].path); }

static bool starts_with(const char *path, const char *start, u64 length) {
    for (u64 i = 0; i < length; i++)
        if (path[i] != start[i]) return false;
    return true;
}

u32 next_child(const struct node *directory, u32 place) {
    u64 length = text_length(directory->path);
    if (length == 1) length = 0;
    for (u32 i = place + 1; i < w2e_files.count; i++) {
        const struct node *node = &w2e_files.nodes[w2e_files.order[i]];
        if (!starts_with(node->path, directory->path, length) || node->path[length] != '/') break;
        const char *name = node->path + length + 1;
        while (*name && *name != '/') name++;
        if (!*name && node->kind != DELETED) return i;
    }
    return w2e_files.count;
}
