// Whole files into private mappings, and the initial environment.
#include "files.h"
#include "opened.h"
#include "runtime.h"
#include "system-call.h"
#include "text.h"

enum { FIRST_SIZE = 16384 };
// The mapping's size is kept in front of the text.
enum { MAPPING_HEADER = 16 };

static char *map_text(u64 size) {
    long p = sys(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sys_failed(p)) return NULL;
    *(u64 *)p = size;
    return (char *)p + MAPPING_HEADER;
}

void free_file_text(struct file_text *file) {
    u64 *base = (u64 *)(file->text - MAPPING_HEADER);
    sys(SYS_munmap, own_bytes(base, *base), *base);
    file->text = NULL;
}

bool read_whole_file(const char *path, struct file_text *file) {
    u64 room = FIRST_SIZE;
    long fd = open_file(AT_FDCWD, own_text(path), O_RDONLY | O_CLOEXEC, 0);
    if (sys_failed(fd)) return false;
    *file = (struct file_text){map_text(room), 0};
    while (file->text) {
        if (file->length + MAPPING_HEADER + 1 == room) {
            struct file_text bigger = {map_text(2 * room), file->length};
            if (bigger.text) memcpy(bigger.text, file->text, file->length);
            free_file_text(file);
            *file = bigger;
            room *= 2;
            continue;
        }
        u64 left = room - MAPPING_HEADER - 1 - file->length;
        long n = sys(SYS_read, fd, own_bytes(file->text + file->length, left), left);
        if (n == -EINTR) continue;
        if (n < 0) free_file_text(file);
        if (n <= 0) break;
        file->length += (u64)n;
    }
    sys(SYS_close, fd);
    return file->text != NULL;
}

const char *host_environment(const char *name) {
    u64 n = text_length(name);
    for (char **e = w2e_process.environ; *e; e++)
        if (text_length(*e) > n && memcmp(*e, name, n) == 0 && (*e)[n] == '=') return *e + n + 1;
    return NULL;
}
