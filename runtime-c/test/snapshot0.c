// WASI's snapshot 0 by its own records and numbers: the file `ten` has ten bytes. The exit status is the number of the first thing that is wrong.
typedef unsigned u32;
typedef unsigned long long u64;
#define WASI(name) __attribute__((import_module("wasi_unstable"), import_name(#name))) u32 name
WASI(path_open)(u32, u32, const char *, u32, u32, u64, u64, u32, u32 *);
WASI(fd_seek)(u32, u64, u32, u64 *);
WASI(fd_filestat_get)(u32, void *);
WASI(path_filestat_get)(u32, u32, const char *, u32, void *);
WASI(poll_oneoff)(const void *, void *, u32, u32 *);
__attribute__((import_module("wasi_unstable"), import_name("proc_exit"), noreturn)) void proc_exit(u32);

struct filestat { u64 device, inode; unsigned char type; u32 links; u64 size, accessed, modified, changed; };
struct clock { u64 user; unsigned char type; u64 identifier; u32 clock; u64 timeout, precision; unsigned short flags; };
_Static_assert(sizeof(struct filestat) == 56 && sizeof(struct clock) == 56, "as in wasi_unstable.witx");

enum { CUR, END, SET, PREOPENED = 3, REGULAR_FILE = 4, MARK = 0x5a };
static void expect(int number, int truth) {
    if (!truth) proc_exit((u32)number);
}

void _start(void) {
    static struct { struct filestat s; unsigned char behind; } stat;
    static unsigned char event[32];
    static const struct clock sleep = {7, 0, 0, 1, 1000000, 0, 0};
    u32 fd, n = 0;
    u64 at = 99;
    stat.behind = MARK;
    expect(1, path_open(PREOPENED, 0, "ten", 3, 0, 1u << 1 | 1u << 2 | 1u << 5 | 1u << 21, 0, 0, &fd) == 0);
    expect(2, fd_seek(fd, 4, SET, &at) == 0 && at == 4);
    expect(3, fd_seek(fd, 3, CUR, &at) == 0 && at == 7);
    expect(4, fd_seek(fd, (u64)-1, END, &at) == 0 && at == 9);
    expect(5, fd_seek(fd, 0, 3, &at) != 0);
    expect(6, fd_filestat_get(fd, &stat.s) == 0 && stat.s.size == 10 && stat.s.links == 1 && stat.s.type == REGULAR_FILE && stat.behind == MARK);
    stat.s.size = 0;
    expect(7, path_filestat_get(PREOPENED, 0, "ten", 3, &stat.s) == 0 && stat.s.size == 10 && stat.s.modified > 0 && stat.behind == MARK);
    expect(8, poll_oneoff(&sleep, event, 1, &n) == 0 && n == 1 && event[0] == 7);
    proc_exit(0);
}
