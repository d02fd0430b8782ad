// User and group identity of the process.
#include "guest.h"
#include "imports.gen.h"
#include "opened.h"
#include "system-call.h"

u32 w2e_env_setuid(u32 id) { return libc_result(MOVING(sys(SYS_setuid, id))); }
u32 w2e_env_setgid(u32 id) { return libc_result(MOVING(sys(SYS_setgid, id))); }
u32 w2e_env_seteuid(u32 id) { return libc_result(MOVING(sys(SYS_setresuid, -1, id, -1))); }
u32 w2e_env_setegid(u32 id) { return libc_result(MOVING(sys(SYS_setresgid, -1, id, -1))); }
u32 w2e_env_setreuid(u32 real, u32 effective) { return libc_result(MOVING(sys(SYS_setreuid, real, effective))); }
u32 w2e_env_setregid(u32 real, u32 effective) { return libc_result(MOVING(sys(SYS_setregid, real, effective))); }
u32 w2e_env_setresuid(u32 real, u32 effective, u32 saved) { return libc_result(MOVING(sys(SYS_setresuid, real, effective, saved))); }
u32 w2e_env_setresgid(u32 real, u32 effective, u32 saved) { return libc_result(MOVING(sys(SYS_setresgid, real, effective, saved))); }
u32 w2e_env_setgroups(u32 count, u32 list) { return libc_result(sys(SYS_setgroups, count, guest_buffer(list, 4ul * count))); }
u32 w2e_env_setfsuid(u32 id) { return (u32)MOVING(sys(SYS_setfsuid, id)); }
u32 w2e_env_setfsgid(u32 id) { return (u32)sys(SYS_setfsgid, id); }
