// The index of files inside the executable: nodes by their paths. Lookups and changes are made while something is held (hold.h).
#ifndef W2E_EMBEDDED_H
#define W2E_EMBEDDED_H

#include "kernel.h"
#include "types.h"

enum { EMBEDDED_PATH = 4096, NO_NODE = -1, NO_COPY = -1 };

enum node_kind {
    IMAGE_FILE, // contents in the executable
    GUEST_FILE, // contents in linear memory
    EMPTY_FILE, // contents in the copy only
    DIRECTORY_NODE,
    DELETED, // hides what the file system has under the name
};

struct node {
    const char *path; // absolute, normal: no slash at the end but of the root
    const u8 *data;   // of IMAGE_FILE
    u64 size;         // bytes of data, or at `address`
    u64 copy_inode;   // of the memfd that `copy` was
    u32 address;      // of GUEST_FILE, in linear memory
    i32 copy;         // memfd with changed contents, or NO_COPY
    u8 kind;
};

// All state of this part of the runtime. Nodes keep their numbers; `order` has them sorted by path, in which what is in a directory
// follows it.
struct embedded_files {
    struct node *nodes;
    u32 *order;
    u32 count, room;
    char *names;     // the latest room for paths
    u32 names_used;  // bytes of it
    i32 directory;           // the working directory, if it is one that only exists here
    bool filled;             // with what the executable brings
};
extern struct embedded_files w2e_files;

// Makes a path absolute and normal: "..", "." and repeated slashes are taken out by name. False if it is too long.
bool join_path(const char *base, const char *path, char to[EMBEDDED_PATH]);

// The node of a normal path, NO_NODE if there is none.
i32 find_node(const char *path);
// Enters a path, with the directories above it; the node that is there, if one is: NO_NODE without memory.
i32 add_node(const char *path, enum node_kind kind);
// The node of the directory that a path is in.
i32 parent_node(const char *path);
// The next node in a directory behind one (or behind the directory itself) that is not DELETED, by place in `order`; `count` at the end.
u32 next_child(const struct node *directory, u32 place);
u32 place_of(i32 node);

#endif
