// utimes(2) and utime(2), which Emscripten up to 2.0.x left to its JavaScript.
#include "guest.h"
#include "imports.gen.h"
#include "path-call.h"
#include "time-layout.h"

static u32 set_times(u32 path, const struct kernel_timespec *times) {
    struct kernel_timespec both[2];
    if (times) both[0] = times[0], both[1] = times[1];
    return libc_result(at_call(SYS_utimensat, AT_FDCWD, guest_path(path), times ? own(&both) : NO_ADDRESS, 0, 0));
}

u32 w2e_env_utimes(u32 path, u32 times) {
    if (!times) return set_times(path, NULL);
    u32 size = guest_time_size();
    const u8 *p = guest_range(times, 2ul * size);
    if (!p) return libc_result(-EFAULT);
    struct kernel_timespec both[2] = {get_time(p), get_time(p + size)};
    for (u32 i = 0; i < 2; i++) {
        if (both[i].nsec < 0 || both[i].nsec >= 1000000) return libc_result(-EINVAL);
        both[i].nsec *= 1000;
    }
    return set_times(path, both);
}

u32 w2e_env_utime(u32 path, u32 times) {
    if (!times) return set_times(path, NULL);
    const u8 *p = guest_range(times, 8);
    if (!p) return libc_result(-EFAULT);
    struct kernel_timespec both[2] = {{(i32)load32(p), 0}, {(i32)load32(p + 4), 0}};
    return set_times(path, both);
}
