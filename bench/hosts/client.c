// What a server costs: client http PORT PATH COUNT asks for a file over one connection, client stat PATH COUNT for the status of one. Prints
// the nanoseconds of each request that this process did not use itself: with one processor these are the server's and the kernel's.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int connection;
static char request[256], answer[65536];

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(const char *what) {
  perror(what);
  exit(1);
}

static void http(void) {
  size_t length = strlen(request), got = 0, want = 0;
  if (write(connection, request, length) != (ssize_t)length) fail("write");
  while (want == 0 || got < want) {
    ssize_t n = read(connection, answer + got, sizeof answer - 1 - got);
    if (n <= 0) fail("read");
    got += (size_t)n;
    answer[got] = 0;
    const char *body = strstr(answer, "\r\n\r\n"), *size = strstr(answer, "Content-Length: ");
    if (body && size) want = (size_t)(body + 4 - answer) + strtoul(size + 16, 0, 10);
  }
}

static const char *path;
static void status(void) {
  struct stat s;
  if (stat(path, &s)) fail(path);
}

int main(int argc, char **argv) {
  void (*call)(void) = status;
  if (argc == 5 && !strcmp(argv[1], "http")) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&to, sizeof to)) fail("connect");
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", argv[3]);
    call = http;
  } else if (argc == 4 && !strcmp(argv[1], "stat")) {
    path = argv[2];
  } else {
    return 2;
  }
  int count = atoi(argv[argc - 1]);
  for (int pass = 0; pass < 2; pass++) {
    double start = seconds(CLOCK_MONOTONIC), own = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < count; i++) call();
    own = seconds(CLOCK_PROCESS_CPUTIME_ID) - own;
    if (pass == 1) printf("%.1f\n", (seconds(CLOCK_MONOTONIC) - start - own) * 1e9 / count);
  }
  return 0;
}
