// The one way to open files for the module, and to receive descriptors: those of what a module may not have are closed before it sees them.
#ifndef W2E_OPENED_H
#define W2E_OPENED_H

#include "kernel.h"

// openat(2), flags in the architecture's numbers; -EACCES for what tables/files.ts does not permit.
long open_file(i32 directory, struct kernel_address path, u32 flags, u32 mode);
// The same without files inside the executable (path-call.h).
long open_in_file_system(i32 directory, struct kernel_address path, u32 flags, u32 mode);

// The same by openat2(2), never out of the directory: -EXDEV for what leads there, -EAGAIN where directories move meanwhile; -ENOSYS before Linux 5.6.
long open_file_beneath(i32 directory, struct kernel_address path, u32 flags, u32 mode);

// In programs with threads (threads/opening.c): the same by way of a descriptor table of its own, so that nothing has a number that is not judged.
long open_unseen(i32 directory, struct kernel_address path, u32 flags, u32 mode);

// What a descriptor refers to as a path, where the kernel is to look something up itself that has been judged.
#define DESCRIPTOR_LINK "/proc/thread-self/fd/" // `self` is the first thread, which may have ended
struct descriptor_link { char text[sizeof DESCRIPTOR_LINK "0000000000"]; };
struct descriptor_link link_to(long fd);
// What a memfd of the runtime refers to, opened with other flags: a descriptor, or -ENOENT without procfs.
long reopen_memfd(long fd, u32 flags);

// recvmsg(2), behind which signals wait until release_own() (hold.h): descriptors may have come that the module may not have.
long receive_and_hold(u32 socket, struct kernel_address message, u32 flags);
// Whether the module may have what a descriptor refers to.
bool is_permitted(long fd);

// A descriptor for which is held, as it may be handed out, or -EACCES: it is closed then. Releases.
long judge_opened(long fd);

// Whether a character device of that number may be opened.
bool is_permitted_device(u64 device);

// Around calls that change the root, the working directory, namespaces or the identity of the process: a handler of the
// module may open something before, while and after they take effect.
extern volatile u32 w2e_start_state, w2e_moves; // opened.c
void starting_points_change(void);
void starting_points_changed(void);
static inline long moved(long result) {
    starting_points_changed();
    return result;
}
#define MOVING(call) (starting_points_change(), moved(call))

#endif
