// What the generated part of the override object cannot say: second names of overridden functions, and sysconf,
// which answers one question itself. Linked first, so that libc.a's fakes of these are never pulled in.
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int __sigaction(int signal, const struct sigaction *restrict action, struct sigaction *restrict old) {
  return sigaction(signal, action, old);
}

int __clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *remaining) {
  return clock_nanosleep(clock, flags, request, remaining);
}

void __block_all_sigs(void *saved) {
  sigset_t all;
  memset(&all, -1, sizeof all);
  sigprocmask(SIG_BLOCK, &all, saved);
}

void __block_app_sigs(void *saved) {
  __block_all_sigs(saved);
}

void __restore_sigs(void *saved) {
  sigprocmask(SIG_SETMASK, saved, 0);
}

// libc's page size is WebAssembly's 65536; what mmap users want is the host's.
long __real_sysconf(int name);
long __wrap_sysconf(int name) {
  return name == _SC_PAGESIZE ? getpagesize() : __real_sysconf(name);
}
