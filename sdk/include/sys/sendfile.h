// sendfile(2), which Emscripten's headers leave out.
#ifndef W2E_SYS_SENDFILE_H
#define W2E_SYS_SENDFILE_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

ssize_t sendfile(int out, int in, off_t *offset, size_t count);

#ifdef __cplusplus
}
#endif

#endif
