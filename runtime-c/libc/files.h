// Host files and environment that the runtime reads for itself: zone files, /etc databases.
#ifndef W2E_FILES_H
#define W2E_FILES_H

#include "types.h"

struct file_text {
    char *text; // followed by a NUL
    u64 length;
};
// Reads a file of any kind and size into memory of its own.
bool read_whole_file(const char *path, struct file_text *file);
void free_file_text(struct file_text *file);

// The value of a variable in the environment that the process started with, or NULL.
const char *host_environment(const char *name);

#endif
