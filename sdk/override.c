// What the generated part of the override object cannot say: second names of overridden functions, and sysconf,
// which answers one question itself. Linked first, so that libc.a's fakes of these are never pulled in.
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// The mark by which wasm2elf knows these modules: memcpy and memset of no bytes do nothing there, as natively, and records
// are laid out as in this release of Emscripten (W2E_EMSCRIPTEN, from build.sh).
__asm__(".section .custom_section.w2e.sdk,\"\",@\n.ascii \"" W2E_EMSCRIPTEN "\"\n");

int __sigaction(int signal, const struct sigaction *restrict action, struct sigaction *restrict old) {
  return sigaction(signal, action, old);
}

int __clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *remaining) {
  return clock_nanosleep(clock, flags, request, remaining);
}

#ifdef W2E_LATER // than 3.1.6, where this is JavaScript
int __clock_gettime(clockid_t clock, struct timespec *time) {
  return clock_gettime(clock, time);
}
#endif

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

static long limit(int resource) {
  struct rlimit value;
  return getrlimit(resource, &value) || value.rlim_cur == RLIM_INFINITY ? -1 : (long)value.rlim_cur;
}

// Emscripten answers these with constants: its page size is WebAssembly's 65536, its limits are invented.
long __real_sysconf(int name);
long __wrap_sysconf(int name) {
  switch (name) {
  case _SC_PAGESIZE: return getpagesize();
  case _SC_OPEN_MAX: return limit(RLIMIT_NOFILE);
  case _SC_CHILD_MAX: return limit(RLIMIT_NPROC);
  default: return __real_sysconf(name);
  }
}
