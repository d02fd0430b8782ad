// Adds to Emscripten's setjmp.h what it leaves out: sigsetjmp saves the signal mask and siglongjmp restores it.
// setjmp itself must stay a direct call, which is all that LLVM's rewriting recognizes.
#ifndef W2E_SETJMP_H
#define W2E_SETJMP_H

#include_next <setjmp.h>

#ifdef sigsetjmp
#ifdef __cplusplus
extern "C" {
#endif

void w2e_save_mask(sigjmp_buf buffer, int save);
void w2e_restore_mask(sigjmp_buf buffer);

#ifdef __cplusplus
}
#endif

#undef sigsetjmp
#undef siglongjmp
#define sigsetjmp(buffer, save) (w2e_save_mask(buffer, save), setjmp(buffer))
#define siglongjmp(buffer, value) (w2e_restore_mask(buffer), longjmp(buffer, value))
#endif

#endif
