// What is done around a fork in a foreign program. include/executable/run.h and launcher/run.h are the other ones.
#ifndef W2E_RUN_H
#define W2E_RUN_H

static inline long before_fork(void) { return 0; }
// Notes, in the child, that this process is the module's; its exit is then the process's. Returns pid.
long forked(long pid);

#endif
