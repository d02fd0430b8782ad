// What a program made with --invoke-main and its generated table of exports expect of each other.
#ifndef W2E_INVOKE_H
#define W2E_INVOKE_H

#include "w2e.h"

// Before instantiation: finds the export that the command line names and reads its arguments, or ends with status 2.
void w2e_invoke_prepare(const struct w2e_callable *exports, u32 count);
// After it: calls the export and prints its results.
void w2e_invoke(void);

#endif
