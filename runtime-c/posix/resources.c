// Resource use, limits, priorities, scheduling, system information.
#include "commands.h"
#include "imports.gen.h"
#include "opened.h"
#include "process-records.h"
#include "system-call.h"
#include "time-layout.h"

// The kernel's record for 32 bits in all releases: libc converts its times where time_t has 64.
bool put_usage(u32 to, const struct kernel_rusage *usage) {
    enum { times = 16, counters = 14, reserved = 64 };
    u8 *p = guest_range(to, times + 4 * counters + reserved);
    if (!p) return false;
    memset(p, 0, times + 4 * counters + reserved);
    store32(p, (u32)usage->utime.sec), store32(p + 4, (u32)usage->utime.usec);
    store32(p + 8, (u32)usage->stime.sec), store32(p + 12, (u32)usage->stime.usec);
    for (u32 i = 0; i < counters; i++) store32(p + times + 4 * i, (u32)usage->counters[i]);
    return true;
}

u32 w2e_env___syscall_getrusage(u32 who, u32 to) {
    struct kernel_rusage usage;
    long r = sys(SYS_getrusage, who, own(&usage));
    return syscall_result(r == 0 && !put_usage(to, &usage) ? -EFAULT : r);
}

// struct rlimit is 16 bytes on both sides.
u32 w2e_env___syscall_prlimit64(u32 pid, u32 resource, u32 new, u32 old) {
    return syscall_result(sys(SYS_prlimit64, pid, resource, guest_buffer_or_null(new, 16), guest_buffer_or_null(old, 16)));
}
u32 w2e_env___syscall_ugetrlimit(u32 resource, u32 to) { return w2e_env___syscall_prlimit64(0, resource, 0, to); }
u32 w2e_env___syscall_setrlimit(u32 resource, u32 from) { return w2e_env___syscall_prlimit64(0, resource, from, 0); }

u32 w2e_env___syscall_getpriority(u32 which, u32 who) { return syscall_result(sys(SYS_getpriority, which, who)); }
u32 w2e_env___syscall_setpriority(u32 which, u32 who, u32 priority) { return syscall_result(sys(SYS_setpriority, which, who, (i32)priority)); }
u32 w2e_env___syscall_nice(u32 increment) {
    enum { PRIO_PROCESS = 0 };
    long now = sys(SYS_getpriority, PRIO_PROCESS, 0);
    return syscall_result(now < 0 ? now : sys(SYS_setpriority, PRIO_PROCESS, 0, 20 - now + (i32)increment));
}

u32 w2e_env_sched_yield(void) { return libc_result(sys(SYS_sched_yield)); }
u32 w2e_env_sched_get_priority_max(u32 policy) { return libc_result(sys(SYS_sched_get_priority_max, policy)); }
u32 w2e_env_sched_get_priority_min(u32 policy) { return libc_result(sys(SYS_sched_get_priority_min, policy)); }
u32 w2e_env_sched_getscheduler(u32 pid) { return libc_result(sys(SYS_sched_getscheduler, pid)); }
u32 w2e_env_sched_setscheduler(u32 pid, u32 policy, u32 parameter) {
    return libc_result(WITH_FLAGS(policy, SCHED_FLAGS, sys(SYS_sched_setscheduler, pid, policy, guest_buffer(parameter, 4))));
}
u32 w2e_env_sched_getparam(u32 pid, u32 parameter) { return libc_result(sys(SYS_sched_getparam, pid, guest_buffer(parameter, 4))); }
u32 w2e_env_sched_setparam(u32 pid, u32 parameter) { return libc_result(sys(SYS_sched_setparam, pid, guest_buffer(parameter, 4))); }
u32 w2e_env_sched_setaffinity(u32 pid, u32 size, u32 set) { return libc_result(sys(SYS_sched_setaffinity, pid, size, guest_buffer(set, size))); }
// The kernel returns how much it wrote; the C function clears the rest and returns 0.
u32 w2e_env_sched_getaffinity(u32 pid, u32 size, u32 set) {
    u8 *to = guest_range(set, size);
    long r = to ? sys(SYS_sched_getaffinity, pid, size & ~7u, guest_buffer(set, size)) : -EFAULT;
    if (r < 0) return libc_result(r);
    memset(to + r, 0, size - (u64)r);
    return 0;
}
u32 w2e_env___sched_cpucount(u32 size, u32 set) {
    const u8 *p = guest_range(set, size);
    u32 count = 0;
    for (u32 i = 0; p && i < size; i++) count += (u32)__builtin_popcount(p[i]);
    return count;
}
u32 w2e_env_emscripten_num_logical_cores(void) {
    u64 set[16] = {0};
    u32 count = 0;
    sys(SYS_sched_getaffinity, 0, sizeof set, own(&set));
    for (u32 i = 0; i < W2E_COUNT(set); i++)
        for (u64 word = set[i]; word; word &= word - 1) count++;
    return count ? count : 1;
}

u32 w2e_env___syscall_uname(u32 to) { return syscall_result(sys(SYS_uname, guest_buffer(to, 390))); }
u32 w2e_env_sched_getcpu(void) {
    u32 processor = 0;
    long r = sys(SYS_getcpu, own(&processor), NO_ADDRESS, NO_ADDRESS);
    return libc_result(r ? r : (long)processor);
}
u32 w2e_env_sched_rr_get_interval(u32 pid, u32 to) {
    struct kernel_timespec t;
    u8 *p = guest_range(to, guest_time_size());
    long r = p ? sys(SYS_sched_rr_get_interval, pid, own(&t)) : -EFAULT;
    if (r == 0) put_time(p, t.sec, t.nsec);
    return libc_result(r);
}

u32 w2e_env___syscall_setdomainname(u32 name, u32 length) {
    return syscall_result(sys(SYS_setdomainname, guest_buffer(name, length), length));
}
u32 w2e_env_sethostname(u32 name, u32 length) { return libc_result(sys(SYS_sethostname, guest_buffer(name, length), length)); }
// Nothing that makes memory executable or moves mappings of programs to come.
u32 w2e_env_personality(u32 persona) {
    const u32 query = 0xffffffff;
    return libc_result(persona == query ? sys(SYS_personality, persona) : WITH_FLAGS(persona, PERSONALITY_FLAGS, sys(SYS_personality, persona)));
}
u32 w2e_env_reboot(u32 command) {
    return libc_result(find_command(w2e_reboot_commands, command) ? sys(SYS_reboot, 0xfee1dead, 0x28121969, command, 0) : -EINVAL);
}
u32 w2e_env_unshare(u32 flags) { return libc_result(WITH_FLAGS(flags, UNSHARE_FLAGS, MOVING(sys(SYS_unshare, flags)))); }
u32 w2e_env_setns(u32 fd, u32 type) { return libc_result(WITH_FLAGS(type, SETNS_FLAGS, MOVING(sys(SYS_setns, fd, type)))); }
u32 w2e_env_capget(u32 header, u32 data) { return libc_result(sys(SYS_capget, guest_buffer_or_null(header, 8), guest_buffer_or_null(data, 24))); }
u32 w2e_env_capset(u32 header, u32 data) {
    return libc_result(MOVING(sys(SYS_capset, guest_buffer_or_null(header, 8), guest_buffer_or_null(data, 24))));
}
u32 w2e_env_klogctl(u32 type, u32 buffer, u32 size) {
    const struct command *c = find_command(w2e_klogctl_commands, type);
    if (!c) return libc_result(-EINVAL);
    return libc_result(sys(SYS_syslog, type, c->layout == LAYOUT_OUT ? guest_buffer(buffer, size) : NO_ADDRESS, size));
}
u32 w2e_env_swapon(u32 path, u32 flags) { return libc_result(WITH_FLAGS(flags, SWAPON_FLAGS, sys(SYS_swapon, guest_path(path), flags))); }
u32 w2e_env_swapoff(u32 path) { return libc_result(sys(SYS_swapoff, guest_path(path))); }
u32 w2e_env_vhangup(void) { return libc_result(sys(SYS_vhangup)); }

// The host's page: what mmap is aligned to here.
u32 w2e_env_getpagesize(void) { return HOST_PAGE; }

struct kernel_sysinfo {
    i64 uptime;
    u64 loads[3], total, free, shared, buffer, swap_total, swap_free;
    u16 processes, pad;
    u64 high_total, high_free;
    u32 unit;
};

// struct sysinfo of the module: longs are 32 bits, so memory is counted in units that make it fit.
u32 w2e_env_sysinfo(u32 to) {
    struct kernel_sysinfo s;
    u8 *p = guest_range(to, 312);
    long r = p ? sys(SYS_sysinfo, own(&s)) : -EFAULT;
    if (r) return libc_result(r);
    u64 unit = s.unit ? s.unit : 1, scale = 1;
    while (s.total * unit / scale > 0xffffffff || s.swap_total * unit / scale > 0xffffffff) scale *= 2;
    const u64 sizes[] = {s.total, s.free, s.shared, s.buffer, s.swap_total, s.swap_free};
    memset(p, 0, 312);
    store32(p, (u32)s.uptime);
    for (u32 i = 0; i < 3; i++) store32(p + 4 + 4 * i, (u32)s.loads[i]);
    for (u32 i = 0; i < 6; i++) store32(p + 16 + 4 * i, (u32)(sizes[i] * unit / scale));
    store16(p + 40, s.processes);
    store32(p + 52, (u32)scale);
    return 0;
}

u32 w2e_env_getloadavg(u32 to, u32 count) {
    struct kernel_sysinfo s;
    if (count > 3) count = 3;
    double loads[3];
    if (sys(SYS_sysinfo, own(&s))) return (u32)-1;
    for (u32 i = 0; i < count; i++) loads[i] = (double)s.loads[i] / 65536.0;
    return guest_copy_out(to, &loads, 8 * count, 8 * count) ? count : (u32)-1;
}
