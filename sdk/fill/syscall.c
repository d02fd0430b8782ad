// syscall: the functions of libc behind the numbers of sys/syscall.h; every other number fails with ENOSYS.
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

int capget(void *header, void *data);
int capset(void *header, const void *data);
pid_t gettid(void);

// What was not passed is not read: there may be no memory behind the last argument.
#define CALL(name, count, value) \
  case SYS_##name: \
    for (int k = 0; k < (count); k++) arguments[k] = va_arg(rest, long); \
    result = (value); \
    break

long syscall(long number, ...) {
  long arguments[3] = {0}, result = -1;
  va_list rest;
  va_start(rest, number);
  switch (number) {
    CALL(capget, 2, capget((void *)arguments[0], (void *)arguments[1]));
    CALL(capset, 2, capset((void *)arguments[0], (void *)arguments[1]));
    CALL(eventfd2, 2, eventfd(arguments[0], arguments[1]));
    CALL(getpid, 0, getpid());
    CALL(getrandom, 3, getrandom((void *)arguments[0], arguments[1], arguments[2]));
    CALL(gettid, 0, gettid());
    CALL(memfd_create, 2, memfd_create((const char *)arguments[0], arguments[1]));
    default: errno = ENOSYS;
  }
  va_end(rest);
  return result;
}
