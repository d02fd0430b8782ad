// Programs with --dir: their descriptors are those in one table, with WASI's rights, and paths stay beneath the directory that they
// start at. For WASI's files confined.c and confined-descriptors.c, which only such programs have. They have no threads and no signal handlers.
#ifndef W2E_CONFINED_H
#define W2E_CONFINED_H

#include "types.h"
#include "wasi.h"

// The bytes of section .w2e.capabilities (tables/capabilities.ts).
extern const char w2e_capabilities[] W2E_WEAK;

// Bits of wasi_snapshot_preview1.witx.
#define RIGHT(bit) (1ul << (bit))
enum {
    FD_DATASYNC, FD_READ, FD_SEEK, FD_FDSTAT_SET_FLAGS, FD_SYNC, FD_TELL, FD_WRITE, FD_ADVISE, FD_ALLOCATE, PATH_CREATE_DIRECTORY, PATH_CREATE_FILE,
    PATH_LINK_SOURCE, PATH_LINK_TARGET, PATH_OPEN, FD_READDIR, PATH_READLINK, PATH_RENAME_SOURCE, PATH_RENAME_TARGET, PATH_FILESTAT_GET,
    PATH_FILESTAT_SET_SIZE, PATH_FILESTAT_SET_TIMES, FD_FILESTAT_GET, FD_FILESTAT_SET_SIZE, FD_FILESTAT_SET_TIMES, PATH_SYMLINK,
    PATH_REMOVE_DIRECTORY, PATH_UNLINK_FILE, POLL_FD_READWRITE, SOCK_SHUTDOWN, SOCK_ACCEPT, RIGHTS,
};

struct confined {
    struct wasi_rights rights;
    const char *preopened; // its name, or NULL
    bool open;
};

// 0 where the module has the descriptor with all these rights, else WASI's error.
u32 confined_lacks(u32 fd, u64 rights);
// The entry of a descriptor that it has.
const struct confined *confined_entry(u32 fd);
// A new descriptor becomes the module's, with those of the rights that its kind has, and its number is stored; or an error, which is returned.
u32 confined_adopt(long fd, struct wasi_rights wanted, u32 to);

#endif
