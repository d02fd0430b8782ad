// clock_gettime without a system call: the kernel's shared object, found through auxv at the first use.
// Its dynamic symbol table is searched by name (ELF gABI; versions are ignored).
#include "clock.h"
#include "elf.h"
#include "host.h"
#include "runtime.h"
#include "text.h"

enum { AT_SYSINFO_EHDR = 33, DT_HASH = 4, DT_STRTAB = 5, DT_SYMTAB = 6 };

typedef long clock_function(u32 clock, struct kernel_timespec *to);

static long by_system_call(u32 clock, struct kernel_timespec *to) { return host_clock(clock, to); }

static clock_function *find(const u8 *image, const char *name) {
    const u8 *header = image + load64(image + 32);
    const u8 *dynamic = NULL, *strings = NULL, *symbols = NULL, *hash = NULL;
    const u8 *bias = NULL;
    for (u32 i = load16(image + 56); i; i--, header += 56) {
        if (load32(header) == PT_LOAD && !bias) bias = image - load64(header + 16) + load64(header + 8);
        if (load32(header) == PT_DYNAMIC) dynamic = image + load64(header + 8);
    }
    if (!dynamic || !bias) return NULL;
    for (; load64(dynamic); dynamic += 16) {
        const u8 *value = bias + load64(dynamic + 8);
        if (load64(dynamic) == DT_STRTAB) strings = value;
        if (load64(dynamic) == DT_SYMTAB) symbols = value;
        if (load64(dynamic) == DT_HASH) hash = value;
    }
    if (!strings || !symbols || !hash) return NULL;
    for (u32 i = 0, count = load32(hash + 4); i < count; i++) {
        const u8 *symbol = symbols + 24 * i;
        bool defined = load16(symbol + 6) != 0;
        if (defined && text_equal((const char *)strings + load32(symbol), name))
            return (clock_function *)(bias + load64(symbol + 8));
    }
    return NULL;
}

static clock_function *clock_now;

long w2e_clock_gettime(u32 clock, struct kernel_timespec *to) {
    if (!clock_now) {
        clock_function *found = NULL;
        for (const u64 *a = w2e_process.auxv; a[0]; a += 2)
            if (a[0] == AT_SYSINFO_EHDR) found = find((const u8 *)a[1], ARCH_VDSO_CLOCK_GETTIME);
        clock_now = found ? found : by_system_call;
    }
    declare_own(to, sizeof *to); // the vDSO makes the system call itself for the clocks that it cannot read
    return clock_now(clock, to);
}
