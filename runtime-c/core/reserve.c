// Address space for what may grow. It is reserved once, so that nothing in it ever moves: a signal handler may make a
// memory or a table grow while the code that it interrupted has the address in a register.
#include "reserve.h"
#include "host.h"

u64 whole_host_pages(u64 bytes) { return (bytes + HOST_PAGE - 1) & ~(u64)(HOST_PAGE - 1); }

u8 *reserve_space(u64 least, u64 most, u32 protection, u64 *reserved) {
    least = whole_host_pages(least);
    for (u64 size = whole_host_pages(most); size && size >= least; size = whole_host_pages(size / 2)) {
        long p = host_map(size, protection, MAP_NORESERVE);
        *reserved = size;
        if (!sys_failed(p)) return (u8 *)p;
        if (size == least || size == HOST_PAGE) break;
        if (size / 2 < least) size = 2 * least;
    }
    *reserved = 0;
    return NULL;
}
