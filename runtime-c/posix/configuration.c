// sysconf(3) and pathconf(3), which Emscripten up to 2.0.x left to its JavaScript. The numbers of names are musl's.
#include "guest.h"
#include "imports.gen.h"

struct setting { u32 name; i32 value; };

static const struct setting settings[] = {
    {0, 131072}, // ARG_MAX
    {1, -1}, // CHILD_MAX
    {2, 100}, // CLK_TCK
    {3, 32}, // NGROUPS_MAX
    {4, 1024}, // OPEN_MAX
    {5, -1}, // STREAM_MAX
    {6, 6}, // TZNAME_MAX
    {7, 1}, {8, 1}, // JOB_CONTROL, SAVED_IDS
    {29, 200809}, // VERSION
    {30, 4096}, // PAGE_SIZE
    {60, 1024}, // IOV_MAX
    {69, 1024}, {70, 1024}, // GETGR_R_SIZE_MAX, GETPW_R_SIZE_MAX
    {71, 256}, {72, 256}, // LOGIN_NAME_MAX, TTY_NAME_MAX
    {149, 200809}, // MONOTONIC_CLOCK
    {180, 255}, // HOST_NAME_MAX
};

u32 w2e_env_sysconf(u32 name) {
    enum { NPROCESSORS_CONF = 83, NPROCESSORS_ONLN, PHYS_PAGES, AVPHYS_PAGES };
    switch (name) {
    case NPROCESSORS_CONF:
    case NPROCESSORS_ONLN: return w2e_env_emscripten_num_logical_cores();
    case PHYS_PAGES:
    case AVPHYS_PAGES: return w2e_env_emscripten_get_heap_max() / 4096; // what the module can have
    }
    for (u32 i = 0; i < W2E_COUNT(settings); i++)
        if (settings[i].name == name) return (u32)settings[i].value;
    return libc_result(-EINVAL);
}

u32 w2e_env_pathconf(u32 path, u32 name) {
    static const i32 limits[] = {127, 255, 255, 255, 4096, 4096, 1, 0, 1, -1, -1, -1, -1, 64, 4096, 4096, 4096, 4096, -1, 4096, 1};
    (void)path;
    return name < W2E_COUNT(limits) ? (u32)limits[name] : libc_result(-EINVAL);
}
