// setfsuid(2). Later releases of Emscripten have no such header.
#ifndef W2E_SYS_FSUID_H
#define W2E_SYS_FSUID_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

int setfsuid(uid_t uid);
int setfsgid(gid_t gid);

#ifdef __cplusplus
}
#endif

#endif
