// A program for WASI and for the host alike, one command per call: files and directories through the C library. What
// it prints does not depend on the system, so that the two builds can be compared.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int failed(const char *what) {
    printf("%s: %s\n", what, strerror(errno));
    return 1;
}

static int hello(int argc, char **argv) {
    printf("hello from %d arguments, GREETING=%s\n", argc, getenv("GREETING"));
    for (int i = 0; i < argc; i++) puts(argv[i]);
    return 3;
}

static int copy_stream(FILE *from, FILE *to) {
    char buffer[5000];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, from))) fwrite(buffer, 1, n, to);
    return ferror(from) || ferror(to);
}

static int cat(int argc, char **argv) {
    if (argc == 0) return copy_stream(stdin, stdout);
    for (int i = 0; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");
        if (!f) return failed(argv[i]);
        copy_stream(f, stdout);
        fclose(f);
    }
    return 0;
}

static int copy(int argc, char **argv) {
    FILE *from = fopen(argv[0], "r"), *to = argc > 1 ? fopen(argv[1], "w") : NULL;
    if (!from || !to) return failed("copy");
    int r = copy_stream(from, to);
    return fclose(to) || r;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int list(int argc, char **argv) {
    static char *lines[20000];
    size_t n = 0;
    DIR *directory = opendir(argc ? argv[0] : ".");
    if (!directory) return failed("list");
    for (struct dirent *e; (e = readdir(directory)) && n < 20000;) {
        const char *type = e->d_type == DT_DIR ? "d" : e->d_type == DT_LNK ? "l" : e->d_type == DT_REG ? "-" : "?";
        lines[n] = malloc(strlen(e->d_name) + 4);
        sprintf(lines[n++], "%s %s", e->d_name, type);
    }
    closedir(directory);
    qsort(lines, n, sizeof *lines, by_name);
    for (size_t i = 0; i < n; i++) puts(lines[i]);
    return 0;
}

static int status(int argc, char **argv) {
    struct stat s;
    for (int i = 0; i < argc; i++) {
        if (lstat(argv[i], &s)) return failed(argv[i]);
        printf("%s size=%ld links=%ld dir=%d link=%d file=%d mtime=%ld\n", argv[i], S_ISDIR(s.st_mode) ? 0l : (long)s.st_size,
               S_ISDIR(s.st_mode) ? 0l : (long)s.st_nlink, S_ISDIR(s.st_mode), S_ISLNK(s.st_mode), S_ISREG(s.st_mode),
               S_ISREG(s.st_mode) ? (long)s.st_mtime : 0l);
    }
    return 0;
}

// Every operation on names, in the folder given.
static int names(int argc, char **argv) {
    char a[300], b[300], text[300];
    struct timespec times[2] = {{1000000000, 0}, {1234567890, 0}};
    (void)argc;
    snprintf(a, sizeof a, "%s/new", argv[0]);
    if (mkdir(a, 0777)) return failed("mkdir");
    printf("again: %d\n", mkdir(a, 0777) ? errno == EEXIST : -1);
    snprintf(a, sizeof a, "%s/new/first", argv[0]);
    int fd = open(a, O_CREAT | O_EXCL | O_RDWR, 0666);
    if (fd < 0 || write(fd, "0123456789", 10) != 10) return failed("create");
    printf("exclusive: %d\n", open(a, O_CREAT | O_EXCL | O_RDWR, 0666) < 0 && errno == EEXIST);
    if (ftruncate(fd, 7) || lseek(fd, -3, SEEK_END) != 4 || read(fd, text, 10) != 3) return failed("truncate");
    if (pwrite(fd, "AB", 2, 1) != 2 || pread(fd, text, 7, 0) != 7) return failed("pwrite");
    printf("%.7s\n", text);
    if (futimens(fd, times) || fsync(fd) || fdatasync(fd) || close(fd)) return failed("futimens");
    snprintf(b, sizeof b, "%s/new/second", argv[0]);
    if (link(a, b) || status(1, (char *[]){b})) return failed("link");
    times[1].tv_sec = 987654321;
    if (utimensat(AT_FDCWD, b, times, 0) || status(1, (char *[]){a})) return failed("utimensat");
    if (rename(b, a) || unlink(b) || rename(a, b)) return failed("rename");
    if (symlink("second", a)) return failed("symlink");
    ssize_t n = readlink(a, text, sizeof text);
    printf("link: %.*s\n", (int)n, text);
    printf("nofollow: %d\n", open(a, O_RDONLY | O_NOFOLLOW) < 0 && errno == ELOOP);
    if (cat(1, (char *[]){a})) return 1;
    puts("");
    fd = open(b, O_WRONLY | O_APPEND);
    if (fd < 0 || write(fd, "end", 3) != 3 || (fcntl(fd, F_GETFL) & O_APPEND) == 0 || close(fd)) return failed("append");
    fd = open(b, O_RDONLY);
    printf("read only: %d %d\n", write(fd, "x", 1) < 0, isatty(fd));
    snprintf(text, sizeof text, "%s/new", argv[0]);
    if (list(1, (char *[]){text})) return 1;
    printf("not empty: %d\n", rmdir(text) && errno == ENOTEMPTY);
    if (unlink(a) || unlink(b) || rmdir(text)) return failed("remove");
    printf("gone: %d\n", open(b, O_RDONLY) < 0 && errno == ENOENT);
    printf("bad descriptor: %d\n", close(99) && errno == EBADF);
    return 0;
}

static int waits(int argc, char **argv) {
    struct timespec before, after, pause = {0, 50000000};
    struct pollfd p = {0, POLLIN, 0};
    char byte;
    (void)argc, (void)argv;
    clock_gettime(CLOCK_MONOTONIC, &before);
    nanosleep(&pause, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    printf("slept: %d\n", ms >= 49 && ms < 5000);
    int ready = poll(&p, 1, 1000);
    printf("ready: %d %d\n", ready, (p.revents & POLLIN) != 0);
    while (read(0, &byte, 1) == 1) putchar(byte);
    clock_gettime(CLOCK_REALTIME, &after);
    printf("year: %d\n", after.tv_sec > 1700000000);
    return 0;
}

static const struct { const char *name; int (*run)(int, char **); } commands[] = {
    {"hello", hello}, {"cat", cat}, {"copy", copy}, {"list", list}, {"status", status}, {"names", names}, {"waits", waits},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 2, argv + 2);
    return 2;
}
