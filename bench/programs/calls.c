// System calls: nanoseconds of process time each. Arguments: how many rounds. The second of two passes is printed, when all is in its place.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int ends[2], epoll, null;
static char block[4096];

static void nothing(void) { getppid(); }
static void by_the_launcher(void) { getpgid(0); }
static void pipe_bytes(size_t size) {
    if (write(ends[1], block, size) != (ssize_t)size || read(ends[0], block, size) != (ssize_t)size) abort();
}
static void pipe_1(void) { pipe_bytes(1); }
static void pipe_4096(void) { pipe_bytes(sizeof block); }
static void write_1(void) {
    if (write(null, block, 1) != 1) abort();
}
static void wait_ready(void) {
    struct epoll_event event;
    if (epoll_wait(epoll, &event, 1, 0) != 1) abort();
}
static void status(void) {
    struct stat s;
    if (stat("/dev/null", &s)) abort();
}
static void now(void) {
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t)) abort();
}

static const struct {
    const char *name;
    void (*call)(void);
} rows[] = {{"null", nothing},     {"pipe-1", pipe_1}, {"pipe-4096", pipe_4096}, {"write-1", write_1},
            {"epoll", wait_ready}, {"stat", status},   {"clock", now},           {"launcher", by_the_launcher}};

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 100000;
    struct epoll_event event = {.events = EPOLLOUT};
    null = open("/dev/null", O_WRONLY);
    epoll = epoll_create1(0);
    if (pipe(ends) || null < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, ends[1], &event)) return 1;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            double start = seconds();
            for (int n = 0; n < count; n++) rows[i].call();
            if (pass == 1) printf("%s %.1f\n", rows[i].name, (seconds() - start) * 1e9 / count);
        }
    return 0;
}
