// The name of the calling thread, by prctl. Others have their numbers in the kernel, which libc does not know: refused.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>

enum { name_bytes = 16 }; // with the zero at the end, as prctl(2) has it

int pthread_setname_np(pthread_t thread, const char *name) {
  if (strnlen(name, name_bytes) >= name_bytes) return ERANGE;
  if (!pthread_equal(thread, pthread_self())) return ENOTSUP;
  return prctl(PR_SET_NAME, name) ? errno : 0;
}

int pthread_getname_np(pthread_t thread, char *name, size_t bytes) {
  if (bytes < name_bytes) return ERANGE;
  if (!pthread_equal(thread, pthread_self())) return ENOTSUP;
  return prctl(PR_GET_NAME, name) ? errno : 0;
}
