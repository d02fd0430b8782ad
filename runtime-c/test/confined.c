// A WASI module that tries to leave its directories: each line of output is a case and WASI's error number, 0 for what succeeded.
// Its preopens are /in (with what the test made there) and /other. With an argument it opens one path over and over instead.
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

enum { IN = 3, OTHER = 4 };
static const __wasi_rights_t READ = __WASI_RIGHTS_FD_READ, ALL = ~0ull;

static void say(const char *what, int error) { printf("%s %d\n", what, error); }

static int open_at(int directory, const char *path, int follow, int how, __wasi_rights_t rights, int *fd) {
    return __wasi_path_open((__wasi_fd_t)directory, follow ? __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW : 0, path, (__wasi_oflags_t)how, rights, rights, 0, (__wasi_fd_t *)fd);
}
static void try_open(int directory, const char *path) {
    int fd = -1, r = open_at(directory, path, 1, 0, READ, &fd);
    printf("open %s %d\n", path, r);
    if (!r) __wasi_fd_close((__wasi_fd_t)fd);
}
static int status(int directory, const char *path, int follow) {
    __wasi_filestat_t s;
    return __wasi_path_filestat_get((__wasi_fd_t)directory, follow ? __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW : 0, path, &s);
}

static void paths(void) {
    static const char *const each[] = {"file", "./file", "sub/../file", "sub//deep/../../file", "link-in", "sub/link-up-in", "loop", "dangling", "nothing", "",
                                       "..", "../other/secret", "sub/../../other/secret", "/file", "/etc/passwd", "link-out", "link-absolute", "sub/link-up-out",
                                       "link-dir-out/secret", "link-dir-absolute/passwd", "file/", "sub/", "file/x", "sub/."};
    for (unsigned i = 0; i < sizeof each / sizeof *each; i++) try_open(IN, each[i]);
}

// Every other call on a way out: through a link to a directory outside, and up.
static void calls(void) {
    static const char out[] = "link-dir-out/made", up[] = "../made";
    int fd;
    const char *const ways[] = {out, up};
    for (int i = 0; i < 2; i++) {
        const char *p = ways[i];
        say("create", open_at(IN, p, 0, __WASI_OFLAGS_CREAT, READ, &fd));
        say("mkdir", __wasi_path_create_directory(IN, p));
        say("stat", status(IN, p, 0));
        say("times", __wasi_path_filestat_set_times(IN, 0, p, 0, 0, __WASI_FSTFLAGS_MTIM_NOW));
        say("unlink", __wasi_path_unlink_file(IN, p));
        say("rmdir", __wasi_path_remove_directory(IN, p));
        say("rename from", __wasi_path_rename(IN, p, IN, "x"));
        say("rename to", __wasi_path_rename(IN, "file", IN, p));
        say("link from", __wasi_path_link(IN, 0, p, IN, "x"));
        say("link to", __wasi_path_link(IN, 0, "file", IN, p));
        say("symlink", __wasi_path_symlink("file", IN, p));
    }
    say("stat of a link out", status(IN, "link-out", 1));
    say("stat of the link", status(IN, "link-out", 0));
    say("stat of a link out with a slash", status(IN, "link-dir-out/", 0));
    say("link of what a link out means", __wasi_path_link(IN, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "link-out", IN, "x"));
    say("times of what a link out means", __wasi_path_filestat_set_times(IN, 1, "link-out", 0, 0, __WASI_FSTFLAGS_MTIM_NOW));
    say("absolute symlink", __wasi_path_symlink("/etc", IN, "new-link"));
    say("symlink up", __wasi_path_symlink("../other", IN, "new-link"));
    try_open(IN, "new-link/secret");
    say("unlink", __wasi_path_unlink_file(IN, "new-link"));
}

static void descriptors(void) {
    int sub = -1, r;
    __wasi_fdstat_t s;
    __wasi_prestat_t p;
    __wasi_size_t n;
    char c;
    __wasi_iovec_t v = {(uint8_t *)&c, 1};
    say("standard input is no directory", open_at(0, "passwd", 0, 0, READ, &sub));
    say("what was inherited", __wasi_fd_read(9, &v, 1, &n));
    say("nor its name", __wasi_fd_prestat_get(9, &p));
    say("sub", open_at(IN, "sub", 0, __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_PATH_OPEN | READ | __WASI_RIGHTS_FD_READDIR, &sub));
    try_open(sub, "../file");
    try_open(sub, "deep");
    say("more rights than its directory's", open_at(sub, "deep", 0, 0, READ | __WASI_RIGHTS_PATH_UNLINK_FILE, &r));
    say("a right that was not asked for", __wasi_path_create_directory((__wasi_fd_t)sub, "new"));
    __wasi_fd_fdstat_get((__wasi_fd_t)sub, &s);
    say("to take a right away", __wasi_fd_fdstat_set_rights((__wasi_fd_t)sub, s.fs_rights_base & ~(__wasi_rights_t)__WASI_RIGHTS_PATH_OPEN, s.fs_rights_inheriting));
    try_open(sub, "deep");
    say("to get it back", __wasi_fd_fdstat_set_rights((__wasi_fd_t)sub, s.fs_rights_base, s.fs_rights_inheriting));
    say("all rights", open_at(IN, "sub", 0, __WASI_OFLAGS_DIRECTORY, ALL & ~(__wasi_rights_t)(__WASI_RIGHTS_FD_WRITE | 1 | 1 << 8 | 1 << 22), &r));
    __wasi_fd_close((__wasi_fd_t)r);
    say("rename across", __wasi_path_rename(IN, "movable", OTHER, "moved"));
    say("and back", __wasi_path_rename(OTHER, "moved", IN, "movable"));
    say("link across", __wasi_path_link(IN, 0, "movable", OTHER, "linked"));
    say("unlink", __wasi_path_unlink_file(OTHER, "linked"));
    say("renumber onto a preopen", __wasi_fd_renumber((__wasi_fd_t)sub, OTHER));
    say("which is none then", __wasi_fd_prestat_get(OTHER, &p));
    try_open(OTHER, "secret");
    say("renumber to nothing", __wasi_fd_renumber(OTHER, 77));
    say("close a preopen", __wasi_fd_close(IN));
    say("which is gone then", __wasi_fd_prestat_get(IN, &p));
    try_open(IN, "file");
}

// Opens it until it has been the file inside and refused often enough, or says what else it was.
static int race(const char *path) {
    unsigned inside = 0;
    for (unsigned i = 0; i < 20000; i++) {
        int fd;
        char text[16] = "";
        __wasi_iovec_t v = {(uint8_t *)text, sizeof text - 1};
        __wasi_size_t n = 0;
        if (open_at(IN, path, 1, 0, READ, &fd)) continue;
        if (__wasi_fd_read((__wasi_fd_t)fd, &v, 1, &n) == 0 && !strncmp(text, "secret", 6)) return puts("escaped"), 1;
        inside++;
        __wasi_fd_close((__wasi_fd_t)fd);
    }
    printf("stayed inside: %s\n", inside ? "yes" : "never opened");
    return 0;
}

int main(int argc, char **argv) {
    if (argc > 1) return race(argv[1]);
    paths();
    calls();
    descriptors();
    return 0;
}
