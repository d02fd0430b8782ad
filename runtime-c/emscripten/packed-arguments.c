// What compiled code needs for imports that have the arguments of present ones in another form (codegen/emit/bridges.ts, tables/old-imports.ts).
#include "guest-calls.h"
#include "guest.h"

// An argument that lies in the module's memory.
u32 w2e_packed_argument(u32 address, u32 index) {
    const u8 *p = guest_range(address, 4ul * index + 4);
    if (!p) w2e_trap_out_of_bounds_memory_access();
    return load32(p + 4 * index);
}

// -1 with an error in errno as a negative error number, as it is in the module. Calls the module.
u32 w2e_negative_errno(u32 result) {
    if (result != (u32)-1) return result;
    const u8 *location = guest_errno_location();
    return location ? -load32(location) : result;
}
