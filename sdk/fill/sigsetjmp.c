// The signal mask of sigsetjmp and siglongjmp (see include/setjmp.h), kept in the fields of jmp_buf that musl has for it.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>

void w2e_save_mask(sigjmp_buf buffer, int save) {
  buffer->__fl = save != 0;
  if (save) sigprocmask(SIG_SETMASK, 0, (sigset_t *)buffer->__ss);
}

void w2e_restore_mask(sigjmp_buf buffer) {
  if (buffer->__fl) sigprocmask(SIG_SETMASK, (sigset_t *)buffer->__ss, 0);
}
