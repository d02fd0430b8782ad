// Identifiers of the process, its users and groups. For ring 0, too.
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"

u32 w2e_env___syscall_getpid(void) { return syscall_result(sys(SYS_getpid)); }
u32 w2e_env_getpid(void) { return (u32)sys(SYS_getpid); }
u32 w2e_env_gettid(void) { return (u32)sys(SYS_gettid); }
u32 w2e_env___syscall_getppid(void) { return syscall_result(sys(SYS_getppid)); }
u32 w2e_env___syscall_getuid32(void) { return syscall_result(sys(SYS_getuid)); }
u32 w2e_env___syscall_geteuid32(void) { return syscall_result(sys(SYS_geteuid)); }
u32 w2e_env___syscall_getgid32(void) { return syscall_result(sys(SYS_getgid)); }
u32 w2e_env___syscall_getegid32(void) { return syscall_result(sys(SYS_getegid)); }
u32 w2e_env___syscall_getresuid32(u32 real, u32 effective, u32 saved) {
    return syscall_result(sys(SYS_getresuid, guest_buffer(real, 4), guest_buffer(effective, 4), guest_buffer(saved, 4)));
}
u32 w2e_env___syscall_getresgid32(u32 real, u32 effective, u32 saved) {
    return syscall_result(sys(SYS_getresgid, guest_buffer(real, 4), guest_buffer(effective, 4), guest_buffer(saved, 4)));
}
u32 w2e_env___syscall_getgroups32(u32 count, u32 list) {
    return syscall_result(sys(SYS_getgroups, count, guest_buffer(list, 4ul * count)));
}
