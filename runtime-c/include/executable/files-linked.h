// Whether the program has files inside, and so posix/embedded.c, which is linked by whoever brings them: the linker's object of files
// or the import of Emscripten's. embed/files-linked.h and ring0/files-linked.h are the others.
#ifndef W2E_FILES_LINKED_H
#define W2E_FILES_LINKED_H

#include "types.h"

struct path_call;
long w2e_files_call(const struct path_call *call) W2E_WEAK;
#define has_files() (&w2e_files_call != NULL)

#endif
