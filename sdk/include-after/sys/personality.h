// personality(2). Later releases of Emscripten have no such header.
#ifndef W2E_SYS_PERSONALITY_H
#define W2E_SYS_PERSONALITY_H

#ifdef __cplusplus
extern "C" {
#endif

#define ADDR_NO_RANDOMIZE 0x0040000
#define PER_LINUX 0
#define PER_LINUX32 8

int personality(unsigned long persona);

#ifdef __cplusplus
}
#endif

#endif
