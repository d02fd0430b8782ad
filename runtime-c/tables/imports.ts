// Every import that the runtime provides: module, name, type, the C symbol, and what it does. This table drives the
// C prototypes, the link, the diagnostics and docs/imports.md. The same name with another type is another row with
// another symbol (Emscripten's ABI changed layouts without changing names). Rows follow the C files' order.

/** One import as the runtime provides it. */
export interface ImportRow {
  /** The import's module name. */
  readonly module: string;
  /** The import's field name. */
  readonly name: string;
  /** Type, as `i32 i64 -> i32`; `->` alone takes nothing and returns nothing. */
  readonly signature: string;
  /** The C function. */
  readonly symbol: string;
  /** One line for the documentation. */
  readonly doc: string;
  /** Never returns. */
  readonly noreturn: boolean;
  /** Installs code of the module that may run between any two instructions from then on (signal handlers). */
  readonly async: boolean;
  /** It calls elements of table 0, or keeps their indices for calls: those that nothing else calls are live all the same. */
  readonly callsTable: boolean;
  /** A program in ring 0 does not leave it for this one: the C function is compiled for ring 0, too (`ring0` in build.sh). */
  readonly ring0: boolean;
  /** A program that imports it has threads: its C function is in libw2e-threads.a only. */
  readonly threads: boolean;
  /** It opens libraries, or looks for names in them. */
  readonly libraries: boolean;
  /** It asks which functions call it: those that do are not inlined, and jump to nothing at their end. */
  readonly caller: boolean;
}

type Extra = Partial<Pick<ImportRow, 'symbol' | 'noreturn' | 'async' | 'callsTable' | 'ring0' | 'threads' | 'libraries' | 'caller'>>;

const inRing0 = { ring0: true };
const threads = { threads: true };
const libraries = { libraries: true, callsTable: true };

const wasiModule = 'wasi_snapshot_preview1';

function row(module: string, prefix: string, name: string, signature: string, doc: string, extra: Extra): ImportRow {
  return {
    module,
    name,
    signature,
    symbol: `w2e_${prefix}_${name}`,
    doc,
    noreturn: false,
    async: false,
    callsTable: extra.async === true,
    ring0: false,
    threads: false,
    libraries: false,
    caller: false,
    ...extra,
  };
}

function env(name: string, signature: string, doc: string, extra: Extra = {}): ImportRow {
  return row('env', 'env', name, signature, doc, extra);
}

function wasi(name: string, signature: string, doc: string, extra: Extra = {}): ImportRow {
  return row(wasiModule, 'wasi', name, signature, doc, extra);
}

/** The module of WASI's snapshot 0: the same names, some structures and numbers differ. */
const snapshot0 = 'wasi_unstable';

/** What differs in snapshot 0: layout of filestat and of subscriptions, numbers of whence. */
const differing: ReadonlySet<string> = new Set(['fd_seek', 'fd_filestat_get', 'path_filestat_get', 'poll_oneoff']);

/** Rows of snapshot 0, which has those of preview 1 but one. */
function ofSnapshot0(rows: readonly ImportRow[]): ImportRow[] {
  return rows
    .filter(({ module, name, symbol }) => module === wasiModule && name !== 'sock_accept' && !symbol.endsWith('_split'))
    .map((each) => ({ ...each, module: snapshot0, ...(differing.has(each.name) ? { symbol: `${each.symbol}_snapshot0`, ring0: false } : {}) }));
}

/** All imports but those of snapshot 0, in the order of the C files. */
const ownRows: readonly ImportRow[] = [
  // Files by name
  env('__syscall_open', 'i32 i32 i32 -> i32', 'open(2), of what is listed below; the mode is at the last parameter', inRing0),
  env('__syscall_openat', 'i32 i32 i32 i32 -> i32', 'openat(2), as open; the mode is at the last parameter', inRing0),
  env('__syscall_mknodat', 'i32 i32 i32 i32 -> i32', 'mknodat(2)'),
  env('__syscall_mknod', 'i32 i32 i32 -> i32', 'mknod(2)'),
  env('__syscall_mkdirat', 'i32 i32 i32 -> i32', 'mkdirat(2)', inRing0),
  env('__syscall_mkdir', 'i32 i32 -> i32', 'mkdir(2)', inRing0),
  env('__syscall_unlinkat', 'i32 i32 i32 -> i32', 'unlinkat(2)', inRing0),
  env('__syscall_unlink', 'i32 -> i32', 'unlink(2)', inRing0),
  env('__syscall_rmdir', 'i32 -> i32', 'rmdir(2)', inRing0),
  env('__syscall_renameat', 'i32 i32 i32 i32 -> i32', 'renameat(2)', inRing0),
  env('__syscall_rename', 'i32 i32 -> i32', 'rename(2)', inRing0),
  env('__syscall_linkat', 'i32 i32 i32 i32 i32 -> i32', 'linkat(2)', inRing0),
  env('__syscall_link', 'i32 i32 -> i32', 'link(2)', inRing0),
  env('__syscall_symlinkat', 'i32 i32 i32 -> i32', 'symlinkat(2)', inRing0),
  env('__syscall_symlink', 'i32 i32 -> i32', 'symlink(2)', inRing0),
  env('__syscall_readlinkat', 'i32 i32 i32 i32 -> i32', 'readlinkat(2)', inRing0),
  env('__syscall_readlink', 'i32 i32 i32 -> i32', 'readlink(2)', inRing0),
  env('__syscall_truncate64', 'i32 i32 i32 -> i32', 'truncate(2)', { symbol: 'w2e_env___syscall_truncate64_split', ...inRing0 }),
  env('__syscall_truncate64', 'i32 i64 -> i32', 'truncate(2)', inRing0),
  env('__syscall_chdir', 'i32 -> i32', 'chdir(2)'),
  env('__syscall_fchdir', 'i32 -> i32', 'fchdir(2)'),
  env('__syscall_getcwd', 'i32 i32 -> i32', 'getcwd(2)', inRing0),
  env('__syscall_umask', 'i32 -> i32', 'umask(2)', inRing0),
  env('__syscall_getdents64', 'i32 i32 i32 -> i32', 'getdents64(2); records pass through', inRing0),
  env('chroot', 'i32 -> i32', 'chroot(2)'),
  env('mount', 'i32 i32 i32 i32 i32 -> i32', 'mount(2); data is text'),
  env('umount', 'i32 -> i32', 'umount(2)'),
  env('umount2', 'i32 i32 -> i32', 'umount2(2)'),
  env('pivot_root', 'i32 i32 -> i32', 'pivot_root(2), not to procfs'),
  env('acct', 'i32 -> i32', 'acct(2)'),
  env('__syscall_acct', 'i32 -> i32', 'acct(2)'),
  // File status and attributes
  env('__syscall_stat64', 'i32 i32 -> i32', 'stat(2), 32-bit layout', inRing0),
  env('__syscall_lstat64', 'i32 i32 -> i32', 'lstat(2)', inRing0),
  env('__syscall_fstatat64', 'i32 i32 i32 i32 -> i32', 'fstatat(2)', inRing0),
  env('__syscall_newfstatat', 'i32 i32 i32 i32 -> i32', 'fstatat(2)', inRing0),
  env('__syscall_fstat64', 'i32 i32 -> i32', 'fstat(2)', inRing0),
  env('__syscall_fchmodat', 'i32 i32 i32 i32 -> i32', 'fchmodat(2)'),
  env('__syscall_fchmodat2', 'i32 i32 i32 i32 -> i32', 'fchmodat2(2)'),
  env('__syscall_chmod', 'i32 i32 -> i32', 'chmod(2)'),
  env('__syscall_fchmod', 'i32 i32 -> i32', 'fchmod(2)'),
  env('__syscall_fchownat', 'i32 i32 i32 i32 i32 -> i32', 'fchownat(2)'),
  env('__syscall_chown32', 'i32 i32 i32 -> i32', 'chown(2)'),
  env('__syscall_lchown32', 'i32 i32 i32 -> i32', 'lchown(2)'),
  env('__syscall_fchown32', 'i32 i32 i32 -> i32', 'fchown(2)'),
  env('__syscall_access', 'i32 i32 -> i32', 'access(2)', inRing0),
  env('__syscall_faccessat', 'i32 i32 i32 i32 -> i32', 'faccessat(2)', inRing0),
  env('__syscall_utimensat', 'i32 i32 i32 i32 -> i32', 'utimensat(2)'),
  env('__syscall_statfs64', 'i32 i32 i32 -> i32', 'statfs64(2)'),
  env('__syscall_fstatfs64', 'i32 i32 i32 -> i32', 'fstatfs64(2)'),
  env('setxattr', 'i32 i32 i32 i32 i32 -> i32', 'setxattr(2)'),
  env('lsetxattr', 'i32 i32 i32 i32 i32 -> i32', 'lsetxattr(2)'),
  env('fsetxattr', 'i32 i32 i32 i32 i32 -> i32', 'fsetxattr(2)'),
  env('getxattr', 'i32 i32 i32 i32 -> i32', 'getxattr(2)'),
  env('lgetxattr', 'i32 i32 i32 i32 -> i32', 'lgetxattr(2)'),
  env('fgetxattr', 'i32 i32 i32 i32 -> i32', 'fgetxattr(2)'),
  env('listxattr', 'i32 i32 i32 -> i32', 'listxattr(2)'),
  env('llistxattr', 'i32 i32 i32 -> i32', 'llistxattr(2)'),
  env('flistxattr', 'i32 i32 i32 -> i32', 'flistxattr(2)'),
  env('removexattr', 'i32 i32 -> i32', 'removexattr(2)'),
  env('lremovexattr', 'i32 i32 -> i32', 'lremovexattr(2)'),
  env('fremovexattr', 'i32 i32 -> i32', 'fremovexattr(2)'),
  // Descriptors
  env('__syscall_dup', 'i32 -> i32', 'dup(2)'),
  env('__syscall_dup3', 'i32 i32 i32 -> i32', 'dup3(2)'),
  env('__syscall_pipe2', 'i32 i32 -> i32', 'pipe2(2)'),
  env('__syscall_pipe', 'i32 -> i32', 'pipe(2)'),
  env('pipe2', 'i32 i32 -> i32', 'pipe2(2)'),
  env('__syscall_fcntl64', 'i32 i32 i32 -> i32', 'fcntl(2); the argument is at the last parameter'),
  env('__syscall_ioctl', 'i32 i32 i32 -> i32', 'ioctl(2); the argument is at the last parameter'),
  env('flock', 'i32 i32 -> i32', 'flock(2)'),
  env('__syscall_ftruncate64', 'i32 i64 -> i32', 'ftruncate(2)'),
  env('__syscall_ftruncate64', 'i32 i32 i32 -> i32', 'ftruncate(2)', { symbol: 'w2e_env___syscall_ftruncate64_split' }),
  env('__syscall_fallocate', 'i32 i32 i64 i64 -> i32', 'fallocate(2)'),
  env('__syscall_fallocate', 'i32 i32 i32 i32 i32 i32 -> i32', 'fallocate(2)', { symbol: 'w2e_env___syscall_fallocate_split' }),
  env('fallocate', 'i32 i32 i64 i64 -> i32', 'fallocate(2)'),
  env('__syscall_fadvise64', 'i32 i64 i64 i32 -> i32', 'posix_fadvise(2)'),
  env('__syscall_fadvise64_64', 'i32 i32 i32 i32 i32 i32 -> i32', 'posix_fadvise(2), split 64-bit arguments'),
  env('readahead', 'i32 i64 i32 -> i32', 'readahead(2)'),
  env('sync_file_range', 'i32 i64 i64 i32 -> i32', 'sync_file_range(2)'),
  env('__syscall_fdatasync', 'i32 -> i32', 'fdatasync(2)'),
  env('__syscall_sync', '-> i32', 'sync(2)'),
  env('syncfs', 'i32 -> i32', 'syncfs(2)'),
  env('sendfile', 'i32 i32 i32 i32 -> i32', 'sendfile(2)', inRing0),
  env('splice', 'i32 i32 i32 i32 i32 i32 -> i32', 'splice(2)', inRing0),
  env('vmsplice', 'i32 i32 i32 i32 -> i32', 'vmsplice(2)', inRing0),
  env('tee', 'i32 i32 i32 i32 -> i32', 'tee(2)', inRing0),
  env('copy_file_range', 'i32 i32 i32 i32 i32 i32 -> i32', 'copy_file_range(2)', inRing0),
  env('memfd_create', 'i32 i32 -> i32', 'memfd_create(2)'),
  // Processes
  env('fork', '-> i32', 'fork(2)'),
  env('vfork', '-> i32', 'vfork(2), as fork'),
  env('execve', 'i32 i32 i32 -> i32', 'execve(2)'),
  env('__syscall_execve', 'i32 i32 i32 -> i32', 'execve(2)'),
  env('__syscall_wait4', 'i32 i32 i32 i32 -> i32', 'wait4(2)'),
  env('wait4', 'i32 i32 i32 i32 -> i32', 'wait4(2)'),
  env('wait3', 'i32 i32 i32 -> i32', 'wait3(2)'),
  env('waitpid', 'i32 i32 i32 -> i32', 'waitpid(2)'),
  env('wait', 'i32 -> i32', 'wait(2)'),
  env('waitid', 'i32 i32 i32 i32 -> i32', 'waitid(2)'),
  env('__syscall_getpid', '-> i32', 'getpid(2)', inRing0),
  env('getpid', '-> i32', 'getpid(2)', inRing0),
  env('gettid', '-> i32', 'gettid(2)', inRing0),
  env('__syscall_getppid', '-> i32', 'getppid(2)', inRing0),
  env('__syscall_getpgid', 'i32 -> i32', 'getpgid(2)'),
  env('__syscall_setpgid', 'i32 i32 -> i32', 'setpgid(2)'),
  env('__syscall_getsid', 'i32 -> i32', 'getsid(2)'),
  env('__syscall_setsid', '-> i32', 'setsid(2)'),
  env('prctl', 'i32 i32 -> i32', 'prctl(2)'),
  env('system', 'i32 -> i32', 'system(3)'),
  env('_emscripten_system', 'i32 -> i32', 'system(3)'),
  env('popen', 'i32 i32 -> i32', 'fails with ENOSYS: FILE objects belong to the module'),
  env('pclose', 'i32 -> i32', 'fails with ECHILD: no stream comes from popen'),
  // Resources and system information
  env('__syscall_getrusage', 'i32 i32 -> i32', 'getrusage(2)'),
  env('__syscall_prlimit64', 'i32 i32 i32 i32 -> i32', 'prlimit(2)'),
  env('__syscall_ugetrlimit', 'i32 i32 -> i32', 'getrlimit(2)'),
  env('__syscall_setrlimit', 'i32 i32 -> i32', 'setrlimit(2)'),
  env('__syscall_getpriority', 'i32 i32 -> i32', 'getpriority(2)'),
  env('__syscall_setpriority', 'i32 i32 i32 -> i32', 'setpriority(2)'),
  env('__syscall_nice', 'i32 -> i32', 'nice(2)'),
  env('sched_yield', '-> i32', 'sched_yield(2)'),
  env('sched_get_priority_max', 'i32 -> i32', 'sched_get_priority_max(2)'),
  env('sched_get_priority_min', 'i32 -> i32', 'sched_get_priority_min(2)'),
  env('sched_getscheduler', 'i32 -> i32', 'sched_getscheduler(2)'),
  env('sched_setscheduler', 'i32 i32 i32 -> i32', 'sched_setscheduler(2)'),
  env('sched_getparam', 'i32 i32 -> i32', 'sched_getparam(2)'),
  env('sched_setparam', 'i32 i32 -> i32', 'sched_setparam(2)'),
  env('sched_setaffinity', 'i32 i32 i32 -> i32', 'sched_setaffinity(2)'),
  env('sched_getaffinity', 'i32 i32 i32 -> i32', 'sched_getaffinity(2)'),
  env('emscripten_num_logical_cores', '-> i32', 'processors that the process may use'),
  env('__sched_cpucount', 'i32 i32 -> i32', 'CPU_COUNT(3)'),
  env('__syscall_uname', 'i32 -> i32', 'uname(2)'),
  env('sched_getcpu', '-> i32', 'sched_getcpu(3)'),
  env('sched_rr_get_interval', 'i32 i32 -> i32', 'sched_rr_get_interval(2)'),
  env('__syscall_setdomainname', 'i32 i32 -> i32', 'setdomainname(2)'),
  env('sethostname', 'i32 i32 -> i32', 'sethostname(2)'),
  env('personality', 'i32 -> i32', 'personality(2)'),
  env('reboot', 'i32 -> i32', 'reboot(2)'),
  env('unshare', 'i32 -> i32', 'unshare(2)'),
  env('setns', 'i32 i32 -> i32', 'setns(2)'),
  env('capget', 'i32 i32 -> i32', 'capget(2)'),
  env('capset', 'i32 i32 -> i32', 'capset(2)'),
  env('klogctl', 'i32 i32 i32 -> i32', 'klogctl(2)'),
  env('swapon', 'i32 i32 -> i32', 'swapon(2)'),
  env('swapoff', 'i32 -> i32', 'swapoff(2)'),
  env('vhangup', '-> i32', 'vhangup(2)'),
  env('getpagesize', '-> i32', "the host's page size, 4096"),
  env('sysinfo', 'i32 -> i32', 'sysinfo(2)'),
  env('getloadavg', 'i32 i32 -> i32', 'getloadavg(3)'),
  // Identity
  env('__syscall_getuid32', '-> i32', 'getuid(2)', inRing0),
  env('__syscall_geteuid32', '-> i32', 'geteuid(2)', inRing0),
  env('__syscall_getgid32', '-> i32', 'getgid(2)', inRing0),
  env('__syscall_getegid32', '-> i32', 'getegid(2)', inRing0),
  env('__syscall_getresuid32', 'i32 i32 i32 -> i32', 'getresuid(2)', inRing0),
  env('__syscall_getresgid32', 'i32 i32 i32 -> i32', 'getresgid(2)', inRing0),
  env('__syscall_getgroups32', 'i32 i32 -> i32', 'getgroups(2)', inRing0),
  env('setuid', 'i32 -> i32', 'setuid(2)'),
  env('setgid', 'i32 -> i32', 'setgid(2)'),
  env('seteuid', 'i32 -> i32', 'seteuid(2)'),
  env('setegid', 'i32 -> i32', 'setegid(2)'),
  env('setreuid', 'i32 i32 -> i32', 'setreuid(2)'),
  env('setregid', 'i32 i32 -> i32', 'setregid(2)'),
  env('setresuid', 'i32 i32 i32 -> i32', 'setresuid(2)'),
  env('setresgid', 'i32 i32 i32 -> i32', 'setresgid(2)'),
  env('setgroups', 'i32 i32 -> i32', 'setgroups(2)'),
  env('setfsuid', 'i32 -> i32', 'setfsuid(2)'),
  env('setfsgid', 'i32 -> i32', 'setfsgid(2)'),
  // Users and groups
  env('getpwnam', 'i32 -> i32', 'getpwnam(3)'),
  env('getpwuid', 'i32 -> i32', 'getpwuid(3)'),
  env('getgrnam', 'i32 -> i32', 'getgrnam(3)'),
  env('getgrgid', 'i32 -> i32', 'getgrgid(3)'),
  env('getpwnam_r', 'i32 i32 i32 i32 i32 -> i32', 'getpwnam_r(3)'),
  env('getpwuid_r', 'i32 i32 i32 i32 i32 -> i32', 'getpwuid_r(3)'),
  env('getgrnam_r', 'i32 i32 i32 i32 i32 -> i32', 'getgrnam_r(3)'),
  env('getgrgid_r', 'i32 i32 i32 i32 i32 -> i32', 'getgrgid_r(3)'),
  env('getpwent', '-> i32', 'getpwent(3)'),
  env('getgrent', '-> i32', 'getgrent(3)'),
  env('setpwent', '->', 'setpwent(3)'),
  env('setgrent', '->', 'setgrent(3)'),
  env('endpwent', '->', 'endpwent(3)'),
  env('endgrent', '->', 'endgrent(3)'),
  env('initgroups', 'i32 i32 -> i32', 'initgroups(3)'),
  env('getgrouplist', 'i32 i32 i32 i32 -> i32', 'getgrouplist(3)'),
  env('getusershell', '-> i32', 'getusershell(3)'),
  env('setusershell', '->', 'setusershell(3)'),
  env('endusershell', '->', 'endusershell(3)'),
  // Signals
  env('sigaction', 'i32 i32 i32 -> i32', 'sigaction(2)', { async: true }),
  env('signal', 'i32 i32 -> i32', 'signal(2), BSD semantics', { async: true }),
  env('__call_sighandler', 'i32 i32 ->', 'call a handler', { callsTable: true }),
  env('sigprocmask', 'i32 i32 i32 -> i32', 'sigprocmask(2)'),
  env('pthread_sigmask', 'i32 i32 i32 -> i32', 'pthread_sigmask(3)'),
  env('sigpending', 'i32 -> i32', 'sigpending(2)'),
  env('sigsuspend', 'i32 -> i32', 'sigsuspend(2)'),
  env('sigtimedwait', 'i32 i32 i32 -> i32', 'sigtimedwait(2)'),
  env('sigwaitinfo', 'i32 i32 -> i32', 'sigwaitinfo(2)'),
  env('sigaltstack', 'i32 i32 -> i32', 'accepted, not used'),
  env('kill', 'i32 i32 -> i32', 'kill(2)'),
  env('killpg', 'i32 i32 -> i32', 'killpg(3)'),
  env('raise', 'i32 -> i32', 'raise(3)'),
  env('sigqueue', 'i32 i32 i32 -> i32', 'sigqueue(3)'),
  env('__syscall_pause', '-> i32', 'pause(2)'),
  env('pause', '-> i32', 'pause(2)'),
  env('sigisemptyset', 'i32 -> i32', 'sigisemptyset(3)'),
  // Clocks and timers
  env('clock_gettime', 'i32 i32 -> i32', 'clock_gettime(2)', inRing0),
  env('__clock_gettime', 'i32 i32 -> i32', 'clock_gettime(2)', inRing0),
  env('clock_getres', 'i32 i32 -> i32', 'clock_getres(2)'),
  env('clock_settime', 'i32 i32 -> i32', 'clock_settime(2)'),
  env('gettimeofday', 'i32 i32 -> i32', 'gettimeofday(2)', inRing0),
  env('settimeofday', 'i32 i32 -> i32', 'settimeofday(2)'),
  env('time', 'i32 -> i32', 'time(2)', inRing0),
  env('time', 'i32 -> i64', 'time(2)', { symbol: 'w2e_env_time_64', ...inRing0 }),
  env('stime', 'i32 -> i32', 'stime(2)'),
  env('difftime', 'i32 i32 -> f64', 'difftime(3)', inRing0),
  env('difftime', 'i64 i64 -> f64', 'difftime(3)', { symbol: 'w2e_env_difftime_64', ...inRing0 }),
  env('clock', '-> i32', 'clock(3)', inRing0),
  env('times', 'i32 -> i32', 'times(2)'),
  env('emscripten_get_now', '-> f64', 'milliseconds of the monotonic clock', inRing0),
  env('emscripten_get_now_res', '-> f64', 'resolution of emscripten_get_now', inRing0),
  env('emscripten_get_now_is_monotonic', '-> i32', '1', inRing0),
  env('_emscripten_get_now_is_monotonic', '-> i32', '1', inRing0),
  env('emscripten_date_now', '-> f64', 'milliseconds since 1970', inRing0),
  env('_emscripten_date_now', '-> f64', 'milliseconds since 1970', inRing0),
  env('emscripten_performance_now', '-> f64', 'milliseconds of the monotonic clock', inRing0),
  env('clock_nanosleep', 'i32 i32 i32 i32 -> i32', 'clock_nanosleep(2)'),
  env('nanosleep', 'i32 i32 -> i32', 'nanosleep(2)'),
  env('usleep', 'i32 -> i32', 'usleep(3)'),
  env('sleep', 'i32 -> i32', 'sleep(3)'),
  env('emscripten_sleep', 'i32 ->', 'sleep for milliseconds, while timers go on'),
  env('adjtimex', 'i32 -> i32', 'adjtimex(2)'),
  env('clock_adjtime', 'i32 i32 -> i32', 'clock_adjtime(2)'),
  env('adjtime', 'i32 i32 -> i32', 'adjtime(3)'),
  env('clock_getcpuclockid', 'i32 i32 -> i32', 'clock_getcpuclockid(3)'),
  env('timespec_get', 'i32 i32 -> i32', 'timespec_get(3)'),
  env('ftime', 'i32 -> i32', 'ftime(3); the time zone is 0'),
  // Timers
  env('__syscall_setitimer', 'i32 i32 i32 -> i32', 'setitimer(2)'),
  env('setitimer', 'i32 i32 i32 -> i32', 'setitimer(2)'),
  env('__syscall_getitimer', 'i32 i32 -> i32', 'getitimer(2)'),
  env('getitimer', 'i32 i32 -> i32', 'getitimer(2)'),
  env('_setitimer_js', 'i32 f64 -> i32', 'setitimer(2), milliseconds'),
  env('alarm', 'i32 -> i32', 'alarm(2)'),
  env('timerfd_create', 'i32 i32 -> i32', 'timerfd_create(2)'),
  env('timerfd_settime', 'i32 i32 i32 i32 -> i32', 'timerfd_settime(2)'),
  env('timerfd_gettime', 'i32 i32 -> i32', 'timerfd_gettime(2)'),
  env('timer_create', 'i32 i32 i32 -> i32', 'timer_create(2); notification by signal or none'),
  env('timer_settime', 'i32 i32 i32 i32 -> i32', 'timer_settime(2)'),
  env('timer_gettime', 'i32 i32 -> i32', 'timer_gettime(2)'),
  env('timer_getoverrun', 'i32 -> i32', 'timer_getoverrun(2)'),
  env('timer_delete', 'i32 -> i32', 'timer_delete(2)'),
  // Polling and event descriptors
  env('__syscall_poll', 'i32 i32 i32 -> i32', 'poll(2)', inRing0),
  env('__syscall_poll_nonblocking', 'i32 i32 -> i32', 'poll(2) without waiting', inRing0),
  env('ppoll', 'i32 i32 i32 i32 -> i32', 'ppoll(2)', inRing0),
  env('__syscall__newselect', 'i32 i32 i32 i32 i32 -> i32', 'select(2)'),
  env('__syscall_pselect6', 'i32 i32 i32 i32 i32 i32 -> i32', 'pselect6(2)'),
  env('epoll_create', 'i32 -> i32', 'epoll_create(2)'),
  env('epoll_create1', 'i32 -> i32', 'epoll_create1(2)'),
  env('__syscall_epoll_create1', 'i32 -> i32', 'epoll_create1(2)'),
  env('epoll_ctl', 'i32 i32 i32 i32 -> i32', 'epoll_ctl(2)', inRing0),
  env('__syscall_epoll_ctl', 'i32 i32 i32 i32 -> i32', 'epoll_ctl(2)', inRing0),
  env('epoll_wait', 'i32 i32 i32 i32 -> i32', 'epoll_wait(2)', inRing0),
  env('epoll_pwait', 'i32 i32 i32 i32 i32 -> i32', 'epoll_pwait(2)', inRing0),
  env('__syscall_epoll_pwait', 'i32 i32 i32 i32 i32 i32 -> i32', 'epoll_pwait(2)', inRing0),
  env('__syscall_epoll_pwait_nonblocking', 'i32 i32 i32 -> i32', 'epoll_pwait(2) without waiting', inRing0),
  env('eventfd', 'i32 i32 -> i32', 'eventfd(2)'),
  env('eventfd_read', 'i32 i32 -> i32', 'eventfd_read(3)', inRing0),
  env('eventfd_write', 'i32 i64 -> i32', 'eventfd_write(3)', inRing0),
  env('signalfd', 'i32 i32 i32 -> i32', 'signalfd(2)'),
  env('inotify_init', '-> i32', 'inotify_init(2)'),
  env('inotify_init1', 'i32 -> i32', 'inotify_init1(2)'),
  env('inotify_add_watch', 'i32 i32 i32 -> i32', 'inotify_add_watch(2)'),
  env('inotify_rm_watch', 'i32 i32 -> i32', 'inotify_rm_watch(2)'),
  // Sockets
  env('__syscall_socket', 'i32 i32 i32 i32 i32 i32 -> i32', 'socket(2)'),
  env('__syscall_socketpair', 'i32 i32 i32 i32 i32 i32 -> i32', 'socketpair(2)'),
  env('__syscall_bind', 'i32 i32 i32 i32 i32 i32 -> i32', 'bind(2)'),
  env('__syscall_connect', 'i32 i32 i32 i32 i32 i32 -> i32', 'connect(2)'),
  env('__syscall_listen', 'i32 i32 i32 i32 i32 i32 -> i32', 'listen(2)'),
  env('__syscall_accept4', 'i32 i32 i32 i32 i32 i32 -> i32', 'accept4(2)', inRing0),
  env('__syscall_getsockname', 'i32 i32 i32 i32 i32 i32 -> i32', 'getsockname(2)', inRing0),
  env('__syscall_getpeername', 'i32 i32 i32 i32 i32 i32 -> i32', 'getpeername(2)', inRing0),
  env('__syscall_shutdown', 'i32 i32 i32 i32 i32 i32 -> i32', 'shutdown(2)'),
  env('__syscall_setsockopt', 'i32 i32 i32 i32 i32 i32 -> i32', 'setsockopt(2)'),
  env('__syscall_getsockopt', 'i32 i32 i32 i32 i32 i32 -> i32', 'getsockopt(2)'),
  env('__syscall_sendto', 'i32 i32 i32 i32 i32 i32 -> i32', 'sendto(2)', inRing0),
  env('__syscall_recvfrom', 'i32 i32 i32 i32 i32 i32 -> i32', 'recvfrom(2)', inRing0),
  env('__syscall_sendmsg', 'i32 i32 i32 i32 i32 i32 -> i32', 'sendmsg(2)'),
  env('__syscall_recvmsg', 'i32 i32 i32 i32 i32 i32 -> i32', 'recvmsg(2)'),
  env('__syscall_sendmmsg', 'i32 i32 i32 i32 i32 -> i32', 'sendmmsg(2)'),
  env('__syscall_recvmmsg', 'i32 i32 i32 i32 i32 -> i32', 'recvmmsg(2)'),
  // Memory mapping
  env('__syscall_mmap2', 'i32 i32 i32 i32 i32 i32 -> i32', 'mmap(2), offset in 4096-byte units'),
  env('__syscall_munmap', 'i32 i32 -> i32', 'munmap(2)'),
  env('__syscall_msync', 'i32 i32 i32 -> i32', 'msync(2)'),
  env('__syscall_madvise', 'i32 i32 i32 -> i32', 'madvise(2)'),
  env('__syscall_mprotect', 'i32 i32 i32 -> i32', 'mprotect(2)'),
  env('__syscall_mincore', 'i32 i32 i32 -> i32', 'mincore(2)'),
  env('__syscall_mlock', 'i32 i32 -> i32', 'mlock(2)'),
  env('__syscall_munlock', 'i32 i32 -> i32', 'munlock(2)'),
  env('__syscall_mlockall', 'i32 -> i32', 'mlockall(2)'),
  env('__syscall_munlockall', '-> i32', 'munlockall(2)'),
  env('__syscall_mremap', 'i32 i32 i32 i32 i32 -> i32', 'mremap(2); growing moves'),
  env('_mmap_js', 'i32 i32 i32 i32 i32 i32 -> i32', 'mmap(2), offset in bytes'),
  env('_mmap_js', 'i32 i32 i32 i32 i32 i32 i32 -> i32', 'mmap(2), offset in bytes', { symbol: 'w2e_env__mmap_js_address' }),
  env('_mmap_js', 'i32 i32 i32 i32 i64 i32 i32 -> i32', 'mmap(2), offset in bytes', { symbol: 'w2e_env__mmap_js_64' }),
  env('_munmap_js', 'i32 i32 i32 i32 i32 i32 -> i32', 'munmap(2)'),
  env('_munmap_js', 'i32 i32 i32 i32 i32 i64 -> i32', 'munmap(2)', { symbol: 'w2e_env__munmap_js_64' }),
  env('_msync_js', 'i32 i32 i32 i32 -> i32', 'msync(2) with address, length, flags and descriptor', { symbol: 'w2e_env__msync_js_4' }),
  env('_msync_js', 'i32 i32 i32 i32 i32 i32 -> i32', 'msync(2)'),
  env('_msync_js', 'i32 i32 i32 i32 i32 i64 -> i32', 'msync(2)', { symbol: 'w2e_env__msync_js_64' }),
  // Semaphores
  env('sem_init', 'i32 i32 i32 -> i32', 'sem_init(3)'),
  env('sem_destroy', 'i32 -> i32', 'sem_destroy(3)'),
  env('sem_post', 'i32 -> i32', 'sem_post(3)'),
  env('sem_wait', 'i32 -> i32', 'sem_wait(3)'),
  env('sem_trywait', 'i32 -> i32', 'sem_trywait(3)'),
  env('sem_timedwait', 'i32 i32 -> i32', 'sem_timedwait(3)'),
  env('sem_getvalue', 'i32 i32 -> i32', 'sem_getvalue(3)'),
  // Named semaphores
  env('sem_open', 'i32 i32 i32 -> i32', 'sem_open(3); mode and value are at the last parameter'),
  env('sem_close', 'i32 -> i32', 'sem_close(3)'),
  env('sem_unlink', 'i32 -> i32', 'sem_unlink(3)'),
  // System V IPC
  env('shmget', 'i32 i32 i32 -> i32', 'shmget(2)'),
  env('shmat', 'i32 i32 i32 -> i32', 'shmat(2), inside linear memory'),
  env('shmdt', 'i32 -> i32', 'shmdt(2)'),
  env('shmctl', 'i32 i32 i32 -> i32', 'shmctl(2): IPC_STAT, IPC_SET, IPC_RMID, SHM_LOCK, SHM_UNLOCK'),
  env('semget', 'i32 i32 i32 -> i32', 'semget(2)'),
  env('semop', 'i32 i32 i32 -> i32', 'semop(2)'),
  env('semtimedop', 'i32 i32 i32 i32 -> i32', 'semtimedop(2)'),
  env('semctl', 'i32 i32 i32 i32 -> i32', 'semctl(2); the argument is at the last parameter; no SEM_INFO, SEM_STAT'),
  env('msgget', 'i32 i32 -> i32', 'msgget(2)'),
  env('msgsnd', 'i32 i32 i32 i32 -> i32', 'msgsnd(2)'),
  env('msgrcv', 'i32 i32 i32 i32 i32 -> i32', 'msgrcv(2)'),
  env('msgctl', 'i32 i32 i32 -> i32', 'msgctl(2): IPC_STAT, IPC_SET, IPC_RMID'),
  // Name resolution
  env('getaddrinfo', 'i32 i32 i32 i32 -> i32', 'getaddrinfo(3)'),
  env('getnameinfo', 'i32 i32 i32 i32 i32 i32 i32 -> i32', 'getnameinfo(3)'),
  env('gethostbyname2', 'i32 i32 -> i32', 'gethostbyname2(3)'),
  env('gethostbyname', 'i32 -> i32', 'gethostbyname(3)'),
  env('gethostbyaddr', 'i32 i32 i32 -> i32', 'gethostbyaddr(3)'),
  env('gethostbyname_r', 'i32 i32 i32 i32 i32 i32 -> i32', 'gethostbyname_r(3)'),
  env('_emscripten_lookup_name', 'i32 -> i32', 'IPv4 address of a host name'),
  env('getprotobyname', 'i32 -> i32', 'getprotobyname(3)'),
  env('getprotobynumber', 'i32 -> i32', 'getprotobynumber(3)'),
  env('getprotoent', '-> i32', 'getprotoent(3)'),
  env('setprotoent', 'i32 ->', 'setprotoent(3)'),
  env('endprotoent', '->', 'endprotoent(3)'),
  // Heap
  env('emscripten_resize_heap', 'i32 -> i32', 'grow memory to at least so many bytes; 1 if done'),
  env('emscripten_get_heap_max', '-> i32', 'largest possible memory size in bytes'),
  env('emscripten_get_heap_size', '-> i32', 'memory size in bytes'),
  env('emscripten_notify_memory_growth', 'i32 ->', 'no effect'),
  env('emscripten_memcpy_big', 'i32 i32 i32 -> i32', 'memmove(3)', inRing0),
  env('emscripten_memcpy_big', 'i32 i32 i32 ->', 'memmove(3)', { symbol: 'w2e_env_emscripten_memcpy_big_void', ...inRing0 }),
  env('emscripten_memcpy_js', 'i32 i32 i32 ->', 'memmove(3)', inRing0),
  env('_emscripten_memcpy_js', 'i32 i32 i32 ->', 'memmove(3)', inRing0),
  // Exit and console
  env('exit', 'i32 ->', 'exit(3): exit functions and stdio first', { noreturn: true }),
  env('_exit', 'i32 ->', '_exit(2)', { noreturn: true }),
  env('emscripten_force_exit', 'i32 ->', 'exit(3)', { noreturn: true }),
  env('abort', '->', 'abort(3)', { noreturn: true }),
  env('_abort_js', '->', 'abort(3)', { noreturn: true }),
  env('segfault', '->', 'SAFE_HEAP has found an access out of bounds: message and abort', { noreturn: true }),
  env('alignfault', '->', 'SAFE_HEAP has found a misaligned access: message and abort', { noreturn: true }),
  env('__handle_stack_overflow', 'i32 ->', 'STACK_OVERFLOW_CHECK has found the stack pointer out of its limits: message and abort', { noreturn: true }),
  env('__handle_stack_overflow', '->', 'the same of older versions', { symbol: 'w2e_env___handle_stack_overflow_old', noreturn: true }),
  env('__assert_fail', 'i32 i32 i32 i32 ->', 'message and abort', { noreturn: true }),
  env('_emscripten_out', 'i32 ->', 'a line to stdout'),
  env('emscripten_out', 'i32 ->', 'a line to stdout'),
  env('puts', 'i32 -> i32', "a line to stdout, without libc's"),
  env('emscripten_console_log', 'i32 ->', 'a line to stdout'),
  env('_emscripten_err', 'i32 ->', 'a line to stderr'),
  env('emscripten_err', 'i32 ->', 'a line to stderr'),
  env('emscripten_console_error', 'i32 ->', 'a line to stderr'),
  env('emscripten_console_warn', 'i32 ->', 'a line to stderr'),
  env('emscripten_console_trace', 'i32 ->', 'a line to stderr'),
  env('emscripten_dbg', 'i32 ->', 'a line to stderr'),
  env('emscripten_dbg_backtrace', 'i32 ->', 'a line to stderr'),
  env('emscripten_outn', 'i32 i32 ->', 'a line of so many bytes to stdout'),
  env('emscripten_errn', 'i32 i32 ->', 'a line of so many bytes to stderr'),
  env('emscripten_dbgn', 'i32 i32 ->', 'a line of so many bytes to stderr'),
  env('emscripten_log', 'i32 i32 i32 ->', 'printf(3) to the console; no %a'),
  env('_emscripten_log_formatted', 'i32 i32 ->', 'a line to the console'),
  env('emscripten_print_double', 'f64 i32 i32 -> i32', "a number as JavaScript's text"),
  // Event loop
  env(
    'emscripten_set_main_loop',
    'i32 i32 i32 ->',
    'call a function so many times a second, 0: 60, until it is cancelled; not 0 at the last parameter: now, and the rest of main never runs',
    { callsTable: true },
  ),
  env('emscripten_set_main_loop_arg', 'i32 i32 i32 i32 ->', 'the same with an argument', { callsTable: true }),
  env('emscripten_cancel_main_loop', '->', 'end it'),
  env('emscripten_pause_main_loop', '->', 'stop it'),
  env('emscripten_resume_main_loop', '->', 'go on with it'),
  env('emscripten_set_main_loop_timing', 'i32 i32 -> i32', 'its pace'),
  env('emscripten_get_main_loop_timing', 'i32 i32 ->', 'its pace'),
  env('emscripten_set_timeout', 'i32 f64 i32 -> i32', 'call a function once after main', { callsTable: true }),
  env('emscripten_clear_timeout', 'i32 ->', 'do not call it'),
  env('emscripten_set_timeout_loop', 'i32 f64 i32 ->', 'call a function until it returns 0', { callsTable: true }),
  env('emscripten_set_interval', 'i32 f64 i32 -> i32', 'call a function again and again', { callsTable: true }),
  env('emscripten_clear_interval', 'i32 ->', 'do not call it any more'),
  env('emscripten_set_immediate', 'i32 i32 -> i32', 'call a function once after main', { callsTable: true }),
  env('emscripten_clear_immediate', 'i32 ->', 'do not call it'),
  env('emscripten_set_immediate_loop', 'i32 i32 ->', 'call a function until it returns 0', { callsTable: true }),
  env('emscripten_async_call', 'i32 i32 i32 ->', 'call a function once after so many milliseconds, and after main', { callsTable: true }),
  env('emscripten_unwind_to_js_event_loop', '->', 'call what is to be called; main does not go on, and a thread waits for work that is sent to it', {
    noreturn: true,
  }),
  env('emscripten_exit_with_live_runtime', '->', 'call what is to be called; main does not go on, and a thread waits for work that is sent to it', {
    noreturn: true,
  }),
  // Backtraces
  env('emscripten_return_address', 'i32 -> i32', '__builtin_return_address: a native address, 0 for none', { caller: true }),
  env('emscripten_stack_snapshot', '-> i32', 'where the function that calls the caller goes on', { caller: true }),
  env('emscripten_stack_unwind_buffer', 'i32 i32 i32 -> i32', 'where the functions around a place go on: how many', { caller: true }),
  env('emscripten_pc_get_function', 'i32 -> i32', 'name of the function with a place, 0 for none'),
  env('emscripten_pc_get_file', 'i32 -> i32', '0'),
  env('emscripten_pc_get_line', 'i32 -> i32', '0'),
  env('emscripten_pc_get_column', 'i32 -> i32', '0'),
  env('emscripten_get_callstack', 'i32 i32 i32 -> i32', 'names of the functions on the stack; no files and lines', { caller: true }),
  env('_Unwind_Backtrace', 'i32 i32 -> i32', 'call a function for each function on the stack', { caller: true, callsTable: true }),
  env('_Unwind_GetIPInfo', 'i32 i32 -> i32', 'the place'),
  env('_Unwind_FindEnclosingFunction', 'i32 -> i32', '0'),
  env('_Unwind_RaiseException', 'i32 -> i32', '__cxa_throw, with a warning'),
  env('_Unwind_DeleteException', 'i32 ->', 'a warning'),
  // Sanitizers
  env('sanitizer_asm_const_int', 'i32 i32 i32 -> i32', '`emscripten_asm_const_int` where only sanitizers call it: 0, no options'),
  env('sanitizer_asm_const_double', 'i32 i32 i32 -> f64', '`emscripten_asm_const_double` where only sanitizers call it: 0, no options'),
  env('_emscripten_sanitizer_use_colors', '-> i32', '0'),
  env('_emscripten_sanitizer_get_option', 'i32 -> i32', 'an empty text'),
  // WASMFS
  env('_wasmfs_get_num_preloaded_files', '-> i32', '0'),
  env('_wasmfs_get_num_preloaded_dirs', '-> i32', '0'),
  env('_wasmfs_get_preloaded_file_mode', 'i32 -> i32', '0'),
  env('_wasmfs_get_preloaded_parent_path', 'i32 i32 ->', 'no effect'),
  env('_wasmfs_get_preloaded_child_path', 'i32 i32 ->', 'no effect'),
  env('_wasmfs_get_preloaded_path_name', 'i32 i32 ->', 'no effect'),
  env('_wasmfs_get_preloaded_file_size', 'i32 -> i32', '0'),
  env('_wasmfs_copy_preloaded_file_data', 'i32 i32 ->', 'no effect'),
  env('_wasmfs_copy_preloaded_file_data', 'i32 i32 -> i32', 'no effect', { symbol: 'w2e_env__wasmfs_copy_preloaded_file_data_result' }),
  env('_wasmfs_stdin_get_char', '-> i32', 'a byte of stdin, -1 at its end'),
  // libuuid
  env('uuid_clear', 'i32 ->', 'uuid_clear(3)'),
  env('uuid_compare', 'i32 i32 -> i32', 'uuid_compare(3)'),
  env('uuid_copy', 'i32 i32 ->', 'uuid_copy(3)'),
  env('uuid_generate', 'i32 ->', 'uuid_generate_random(3)'),
  env('uuid_is_null', 'i32 -> i32', 'uuid_is_null(3)'),
  env('uuid_parse', 'i32 i32 -> i32', 'uuid_parse(3)'),
  env('uuid_unparse', 'i32 i32 ->', 'uuid_unparse(3)'),
  env('uuid_unparse_lower', 'i32 i32 ->', 'uuid_unparse(3)'),
  env('uuid_unparse_upper', 'i32 i32 ->', 'uuid_unparse(3)'),
  env('uuid_type', 'i32 -> i32', '4: random'),
  env('uuid_variant', 'i32 -> i32', '1: RFC 9562'),
  // AssemblyScript
  env('abort', 'i32 i32 i32 i32 ->', "AssemblyScript's: message, file, line, column", { symbol: 'w2e_env_assemblyscript_abort', noreturn: true }),
  env('trace', 'i32 i32 f64 f64 f64 f64 f64 ->', 'a line to stdout: text and so many numbers', { symbol: 'w2e_env_assemblyscript_trace' }),
  env('seed', '-> f64', 'a random number', { symbol: 'w2e_env_assemblyscript_seed' }),
  env('console.log', 'i32 ->', 'a line to stdout', { symbol: 'w2e_env_console_log' }),
  env('console.info', 'i32 ->', 'a line to stdout', { symbol: 'w2e_env_console_info' }),
  env('console.debug', 'i32 ->', 'a line to stdout', { symbol: 'w2e_env_console_debug' }),
  env('console.warn', 'i32 ->', 'a line to stderr', { symbol: 'w2e_env_console_warn' }),
  env('console.error', 'i32 ->', 'a line to stderr', { symbol: 'w2e_env_console_error' }),
  env('console.assert', 'i32 i32 ->', 'a line to stderr if the first is 0', { symbol: 'w2e_env_console_assert' }),
  env('Date.now', '-> f64', 'milliseconds since 1970', { symbol: 'w2e_env_date_now' }),
  env('performance.now', '-> f64', 'milliseconds of the monotonic clock', { symbol: 'w2e_env_performance_now' }),
  // Dynamic linking: libraries are linked in, see docs/dynamic-linking.md
  env('_dlopen_js', 'i32 -> i32', 'opens a library for the libc of the module: 1, or 0', libraries),
  env('_emscripten_dlopen_js', 'i32 i32 i32 ->', 'the same, then calls one of two functions with the handle', libraries),
  env('_emscripten_dlopen_js', 'i32 i32 i32 i32 ->', 'with the handle and a value', { ...libraries, symbol: 'w2e_env__emscripten_dlopen_js_value' }),
  env('_dlinit', 'i32 ->', 'nothing: the main module is known'),
  env('_dlsym_js', 'i32 i32 -> i32', 'the address of a symbol of a library, or 0', libraries),
  env('_dlsym_js', 'i32 i32 i32 -> i32', 'the same', { ...libraries, symbol: 'w2e_env__dlsym_js_3' }),
  env('_dlsym_js', 'i32 i32 i32 i32 -> i32', 'the same', { ...libraries, symbol: 'w2e_env__dlsym_js_4' }),
  // Environment
  env('_emscripten_get_progname', 'i32 i32 ->', 'argv[0]'),
  env('emscripten_get_module_name', 'i32 i32 -> i32', 'argv[0]: its length'),
  env('emscripten_has_threading_support', '-> i32', '1 in programs with threads, 0 in others'),
  env('pthread_atfork', 'i32 i32 i32 -> i32', 'accepted, handlers are not run'),
  env('emscripten_runtime_keepalive_push', '->', 'no effect'),
  env('emscripten_runtime_keepalive_pop', '->', 'no effect'),
  env('emscripten_runtime_keepalive_check', '-> i32', '0'),
  env('emscripten_has_asyncify', '-> i32', '1 in a module with Asyncify, else 0'),
  env('emscripten_atomics_is_lock_free', 'i32 -> i32', '1 for 1, 2, 4 and 8 bytes'),
  env('_emscripten_runtime_keepalive_clear', '->', 'no effect'),
  env('_emscripten_fs_load_embedded_files', 'i32 ->', "the files of Emscripten's --embed-file, by their table (docs/embedded-files.md)"),
  env('syscall', 'i32 i32 -> i32', 'fails with ENOSYS: system calls have no numbers in Emscripten'),
  // Login records
  env('setutxent', '->', 'no effect: there are no login records'),
  env('endutxent', '->', 'no effect: there are no login records'),
  env('getutxent', '-> i32', '0: there are no login records'),
  env('getutxid', 'i32 -> i32', '0: there are no login records'),
  env('getutxline', 'i32 -> i32', '0: there are no login records'),
  env('pututxline', 'i32 -> i32', '0: there are no login records'),
  env('updwtmpx', 'i32 i32 ->', 'no effect: there are no login records'),
  env('utmpxname', 'i32 -> i32', 'fails with ENOTSUP'),
  // Temporary result
  env('getTempRet0', '-> i32', 'second result of the last call', inRing0),
  env('setTempRet0', 'i32 ->', 'set the second result', inRing0),
  // Exceptions and longjmp
  env('_emscripten_throw_longjmp', '->', 'unwind to the nearest invoke_*', { noreturn: true }),
  env('emscripten_longjmp', 'i32 i32 ->', 'longjmp of older versions', { noreturn: true }),
  env('__cxa_allocate_exception', 'i32 -> i32', 'C++ ABI'),
  env('__cxa_free_exception', 'i32 ->', 'C++ ABI'),
  env('__cxa_increment_exception_refcount', 'i32 ->', 'C++ ABI'),
  env('__cxa_decrement_exception_refcount', 'i32 ->', 'C++ ABI'),
  env('__cxa_throw', 'i32 i32 i32 ->', 'C++ ABI', { noreturn: true, callsTable: true }),
  env('__cxa_rethrow', '->', 'C++ ABI', { noreturn: true }),
  env('__cxa_begin_catch', 'i32 -> i32', 'C++ ABI'),
  env('__cxa_end_catch', '->', 'C++ ABI'),
  env('__cxa_get_exception_ptr', 'i32 -> i32', 'C++ ABI'),
  env('__cxa_uncaught_exceptions', '-> i32', 'C++ ABI'),
  env('llvm_eh_typeid_for', 'i32 -> i32', 'the type itself'),
  env('__cxa_call_unexpected', 'i32 ->', 'C++ ABI', { noreturn: true }),
  env('__cxa_current_primary_exception', '-> i32', 'C++ ABI'),
  env('__cxa_rethrow_primary_exception', 'i32 ->', 'C++ ABI'),
  env('__cxa_current_exception_type', '-> i32', 'C++ ABI'),
  env('__resumeException', 'i32 ->', 'continue throwing', { noreturn: true }),
  // Calendar
  env('_gmtime_js', 'i32 i32 ->', 'gmtime(3)'),
  env('_gmtime_js', 'i64 i32 ->', 'gmtime(3)', { symbol: 'w2e_env__gmtime_js_64' }),
  env('_gmtime_js', 'i64 i32 -> i32', 'gmtime(3)', { symbol: 'w2e_env__gmtime_js_64_result' }),
  env('_localtime_js', 'i32 i32 ->', 'localtime(3)'),
  env('_localtime_js', 'i64 i32 ->', 'localtime(3)', { symbol: 'w2e_env__localtime_js_64' }),
  env('_localtime_js', 'i64 i32 -> i32', 'localtime(3)', { symbol: 'w2e_env__localtime_js_64_result' }),
  env('_mktime_js', 'i32 -> i32', 'mktime(3)'),
  env('_mktime_js', 'i32 -> i64', 'mktime(3)', { symbol: 'w2e_env__mktime_js_64' }),
  env('_timegm_js', 'i32 -> i32', 'timegm(3)'),
  env('_timegm_js', 'i32 -> i64', 'timegm(3)', { symbol: 'w2e_env__timegm_js_64' }),
  env('_tzset_js', 'i32 i32 i32 ->', 'tzset(3)'),
  env('_tzset_js', 'i32 i32 i32 i32 ->', 'tzset(3)', { symbol: 'w2e_env__tzset_js_names' }),
  env('dysize', 'i32 -> i32', 'dysize(3)'),
  // strftime
  env('strftime', 'i32 i32 i32 i32 -> i32', 'strftime(3), C locale'),
  env('strftime_l', 'i32 i32 i32 i32 i32 -> i32', 'strftime(3), C locale'),
  env('__asctime_r', 'i32 i32 -> i32', 'asctime_r(3)'),
  // strptime
  env('strptime', 'i32 i32 i32 -> i32', 'strptime(3), C locale'),
  env('strptime_l', 'i32 i32 i32 i32 -> i32', 'strptime(3), C locale'),
  // Randomness
  env('getentropy', 'i32 i32 -> i32', 'getentropy(3)'),
  env('getrandom', 'i32 i32 i32 -> i32', 'getrandom(2)'),
  env('emscripten_random', '-> f32', 'a random number in [0, 1)'),
  env('emscripten_math_random', '-> f64', 'a random number in [0, 1)'),
  // Descriptors
  wasi('fd_read', 'i32 i32 i32 i32 -> i32', 'readv(2)', inRing0),
  wasi('fd_write', 'i32 i32 i32 i32 -> i32', 'writev(2)', inRing0),
  wasi('fd_pread', 'i32 i32 i32 i64 i32 -> i32', 'preadv(2)', inRing0),
  wasi('fd_pwrite', 'i32 i32 i32 i64 i32 -> i32', 'pwritev(2)', inRing0),
  wasi('fd_pread', 'i32 i32 i32 i32 i32 i32 -> i32', 'preadv(2)', { symbol: 'w2e_wasi_fd_pread_split', ...inRing0 }),
  wasi('fd_pwrite', 'i32 i32 i32 i32 i32 i32 -> i32', 'pwritev(2)', { symbol: 'w2e_wasi_fd_pwrite_split', ...inRing0 }),
  wasi('fd_seek', 'i32 i64 i32 i32 -> i32', 'lseek(2)', inRing0),
  wasi('fd_seek', 'i32 i32 i32 i32 i32 -> i32', 'lseek(2)', { symbol: 'w2e_wasi_fd_seek_split', ...inRing0 }),
  wasi('fd_tell', 'i32 i32 -> i32', 'lseek(2)', inRing0),
  wasi('fd_close', 'i32 -> i32', 'close(2)', inRing0),
  wasi('fd_sync', 'i32 -> i32', 'fsync(2)'),
  wasi('fd_datasync', 'i32 -> i32', 'fdatasync(2)'),
  wasi('fd_advise', 'i32 i64 i64 i32 -> i32', 'posix_fadvise(2)'),
  wasi('fd_allocate', 'i32 i64 i64 -> i32', 'posix_fallocate(3)'),
  wasi('fd_filestat_set_size', 'i32 i64 -> i32', 'ftruncate(2)'),
  wasi('fd_renumber', 'i32 i32 -> i32', 'dup2(2) and close(2)'),
  wasi('fd_fdstat_get', 'i32 i32 -> i32', 'file type and flags'),
  wasi('fd_fdstat_set_flags', 'i32 i32 -> i32', 'fcntl(2) F_SETFL'),
  wasi('fd_filestat_get', 'i32 i32 -> i32', 'fstat(2)'),
  wasi('fd_fdstat_set_rights', 'i32 i64 i64 -> i32', 'takes rights away in a program with --dir'),
  wasi('fd_filestat_set_times', 'i32 i64 i64 i32 -> i32', 'utimensat(2)'),
  // Paths
  wasi('fd_prestat_get', 'i32 i32 -> i32', 'the directories of --dir, or one'),
  wasi('fd_prestat_dir_name', 'i32 i32 i32 -> i32', 'its name; without --dir it is `/`, and paths mean what they mean to a native program'),
  wasi('path_open', 'i32 i32 i32 i32 i32 i64 i64 i32 i32 -> i32', 'openat(2)'),
  wasi('path_filestat_get', 'i32 i32 i32 i32 i32 -> i32', 'fstatat(2)'),
  wasi('path_filestat_set_times', 'i32 i32 i32 i32 i64 i64 i32 -> i32', 'utimensat(2)'),
  wasi('path_create_directory', 'i32 i32 i32 -> i32', 'mkdirat(2)'),
  wasi('path_unlink_file', 'i32 i32 i32 -> i32', 'unlinkat(2)'),
  wasi('path_remove_directory', 'i32 i32 i32 -> i32', 'unlinkat(2)'),
  wasi('path_rename', 'i32 i32 i32 i32 i32 i32 -> i32', 'renameat(2)'),
  wasi('path_link', 'i32 i32 i32 i32 i32 i32 i32 -> i32', 'linkat(2)'),
  wasi('path_symlink', 'i32 i32 i32 i32 i32 -> i32', 'symlinkat(2)'),
  wasi('path_readlink', 'i32 i32 i32 i32 i32 i32 -> i32', 'readlinkat(2)'),
  // Directories
  wasi('fd_readdir', 'i32 i32 i32 i64 i32 -> i32', 'getdents64(2)'),
  // Polling
  wasi('poll_oneoff', 'i32 i32 i32 i32 -> i32', 'ppoll(2)'),
  // Sockets
  wasi('sock_accept', 'i32 i32 i32 -> i32', 'accept4(2)'),
  wasi('sock_recv', 'i32 i32 i32 i32 i32 i32 -> i32', 'recvmsg(2)'),
  wasi('sock_send', 'i32 i32 i32 i32 i32 -> i32', 'sendmsg(2)'),
  wasi('sock_shutdown', 'i32 i32 -> i32', 'shutdown(2)'),
  // Arguments, clocks, randomness, exit
  wasi('args_sizes_get', 'i32 i32 -> i32', 'count and size of the arguments'),
  wasi('args_get', 'i32 i32 -> i32', 'the arguments'),
  wasi('clock_res_get', 'i32 i32 -> i32', 'clock_getres(2)'),
  wasi('clock_time_get', 'i32 i64 i32 -> i32', 'clock_gettime(2)', inRing0),
  wasi('clock_time_get', 'i32 i32 i32 i32 -> i32', 'clock_gettime(2)', { symbol: 'w2e_wasi_clock_time_get_split', ...inRing0 }),
  wasi('random_get', 'i32 i32 -> i32', 'getrandom(2)'),
  wasi('sched_yield', '-> i32', 'sched_yield(2)'),
  wasi('proc_raise', 'i32 -> i32', 'raise(3)'),
  wasi('proc_exit', 'i32 ->', '_exit(2)', { noreturn: true }),
  // Environment
  wasi('environ_sizes_get', 'i32 i32 -> i32', 'count and size of the environment'),
  wasi('environ_get', 'i32 i32 -> i32', 'the environment'),
  // Threads
  row('wasi', 'wasi', 'thread-spawn', 'i32 -> i32', 'clone(2): a thread, which calls wasi_thread_start(id, argument); its id, or negative', {
    symbol: 'w2e_wasi_thread_spawn',
    ...threads,
  }),
  env('__pthread_create_js', 'i32 i32 i32 i32 -> i32', 'clone(2): a thread with an instance of its own over the same memory', threads),
  env('__emscripten_init_main_thread_js', 'i32 ->', 'notes what libc calls the main thread, and begins it', threads),
  env('_emscripten_init_main_thread_js', 'i32 ->', 'notes what libc calls the main thread, and begins it', threads),
  env('__call_main', 'i32 i32 ->', 'main and exit, which programs linked with PROXY_TO_PTHREAD call in a thread', { ...threads, noreturn: true }),
  env('__emscripten_thread_cleanup', 'i32 ->', 'frees a thread that has been joined, or notes that nobody joins this one', threads),
  env('_emscripten_thread_cleanup', 'i32 ->', 'frees a thread that has been joined, or notes that nobody joins this one', threads),
  env('_emscripten_thread_exit_joinable', 'i32 ->', 'no effect', threads),
  env('_emscripten_thread_set_strongref', 'i32 ->', 'no effect', threads),
  env('_emscripten_notify_thread_queue', 'i32 i32 -> i32', 'wakes the event loop of a thread', threads),
  env('_emscripten_notify_proxying_queue', 'i32 i32 i32 i32 -> i32', 'wakes the event loop of a thread', threads),
  env('_emscripten_notify_task_queue', 'i32 i32 i32 i32 ->', 'wakes the event loop of a thread', threads),
  env('_emscripten_notify_mailbox_postmessage', 'i32 i32 ->', 'wakes the event loop of a thread', threads),
  env('_emscripten_notify_mailbox_postmessage', 'i32 i32 i32 ->', 'wakes the event loop of a thread', {
    symbol: 'w2e_env__emscripten_notify_mailbox_postmessage_main',
    ...threads,
  }),
  env('_emscripten_thread_mailbox_await', 'i32 ->', 'no effect', threads),
  env('emscripten_receive_on_main_thread_js', 'i32 i32 i32 -> f64', 'traps: there is no JavaScript', threads),
  env('_emscripten_receive_on_main_thread_js', 'i32 i32 i32 i32 -> f64', 'traps: there is no JavaScript', threads),
  env('_emscripten_receive_on_main_thread_js', 'i32 i32 i32 i32 i32 -> f64', 'traps: there is no JavaScript', {
    symbol: 'w2e_env__emscripten_receive_on_main_thread_js_of',
    ...threads,
  }),
  env('_emscripten_receive_on_main_thread_js', 'i32 i32 i32 i32 i32 i32 i32 -> f64', 'traps: there is no JavaScript', {
    symbol: 'w2e_env__emscripten_receive_on_main_thread_js_with',
    ...threads,
  }),
  env('emscripten_check_blocking_allowed', '->', 'no effect: every thread may block', threads),
  env('_emscripten_default_pthread_stack_size', '-> i32', '65536', threads),
  env('emscripten_webgl_create_context', 'i32 i32 -> i32', '0: there is none', threads),
  env('emscripten_set_canvas_element_size', 'i32 i32 i32 -> i32', 'fails: there is none', threads),
  env('pthread_kill', 'i32 i32 -> i32', 'tgkill(2)', { ...threads, async: true }),
  env('__pthread_kill_js', 'i32 i32 -> i32', 'tgkill(2)', { ...threads, async: true }),
  // Of Emscripten up to 2.0.33: what has another name today, and what it left to its JavaScript. Those with other arguments: old-imports.ts
  env('__gmtime_r', 'i32 i32 -> i32', 'gmtime_r(3)'),
  env('gmtime', 'i32 -> i32', 'gmtime(3)'),
  env('__localtime_r', 'i32 i32 -> i32', 'localtime_r(3)'),
  env('localtime', 'i32 -> i32', 'localtime(3)'),
  env('tzset', '->', 'tzset(3), if the module says where its variables are'),
  env('utimes', 'i32 i32 -> i32', 'utimes(2)'),
  env('utime', 'i32 i32 -> i32', 'utime(2)'),
  env('getenv', 'i32 -> i32', 'getenv(3)'),
  env('__buildEnvironment', 'i32 ->', "makes the module's environ"),
  env('sysconf', 'i32 -> i32', 'sysconf(3)'),
  env('pathconf', 'i32 i32 -> i32', 'pathconf(3)'),
  env('execvp', 'i32 i32 -> i32', 'fails with ENOEXEC'),
  env('execl', 'i32 i32 i32 -> i32', 'fails with ENOEXEC'),
  env('__map_file', 'i32 i32 -> i32', 'fails with EPERM'),
  env('__setErrNo', 'i32 ->', "sets the module's errno"),
  env('atexit', 'i32 i32 -> i32', 'atexit(3)'),
  env('__cxa_atexit', 'i32 i32 i32 -> i32', 'C++ ABI', { callsTable: true }),
  env('sigemptyset', 'i32 -> i32', 'sigemptyset(3)'),
  env('sigfillset', 'i32 -> i32', 'sigfillset(3)'),
  env('sigaddset', 'i32 i32 -> i32', 'sigaddset(3)'),
  env('sigdelset', 'i32 i32 -> i32', 'sigdelset(3)'),
  env('sigismember', 'i32 i32 -> i32', 'sigismember(3)'),
  env('llvm_exp2_f64', 'f64 -> f64', 'exp2(3)'),
  env('llvm_log2_f64', 'f64 -> f64', 'log2(3)'),
  env('llvm_log10_f64', 'f64 -> f64', 'log10(3)'),
  env('round', 'f64 -> f64', "Emscripten's: halves go away from zero"),
  env('roundf', 'f32 -> f32', "Emscripten's: halves go away from zero"),
  env('__syscall_read', 'i32 i32 i32 -> i32', 'read(2)'),
  env('__syscall_write', 'i32 i32 i32 -> i32', 'write(2)'),
  env('__syscall_readv', 'i32 i32 i32 -> i32', 'readv(2)'),
  env('__syscall_writev', 'i32 i32 i32 -> i32', 'writev(2)'),
  env('__syscall_pread64', 'i32 i32 i32 i32 i32 -> i32', 'pread(2)'),
  env('__syscall_pwrite64', 'i32 i32 i32 i32 i32 -> i32', 'pwrite(2)'),
  env('__syscall_preadv', 'i32 i32 i32 i32 i32 -> i32', 'preadv(2)'),
  env('__syscall_pwritev', 'i32 i32 i32 i32 i32 -> i32', 'pwritev(2)'),
  env('__syscall_ioctl_unflushed', 'i32 i32 i32 -> i32', 'ioctl(2); standard output has a size, as if it were a terminal'),
  env('__syscall_llseek', 'i32 i32 i32 i32 i32 -> i32', 'lseek(2)'),
  env('__syscall_dup2', 'i32 i32 -> i32', 'dup2(2)'),
  env('__syscall_socketcall', 'i32 i32 -> i32', 'socketcall(2)'),
  row('asm2wasm', 'asm2wasm', 'f64-rem', 'f64 f64 -> f64', 'fmod(3)', { symbol: 'w2e_asm2wasm_f64_rem' }),
  row('asm2wasm', 'asm2wasm', 'f64-to-int', 'f64 -> i32', "JavaScript's conversion", { symbol: 'w2e_asm2wasm_f64_to_int' }),
  row('asm2wasm', 'asm2wasm', 'i32s-div', 'i32 i32 -> i32', 'division, 0 by 0', { symbol: 'w2e_asm2wasm_i32s_div' }),
  row('asm2wasm', 'asm2wasm', 'i32u-div', 'i32 i32 -> i32', 'division, 0 by 0', { symbol: 'w2e_asm2wasm_i32u_div' }),
  row('asm2wasm', 'asm2wasm', 'i32s-rem', 'i32 i32 -> i32', 'remainder, 0 by 0', { symbol: 'w2e_asm2wasm_i32s_rem' }),
  row('asm2wasm', 'asm2wasm', 'i32u-rem', 'i32 i32 -> i32', 'remainder, 0 by 0', { symbol: 'w2e_asm2wasm_i32u_rem' }),
  row('global.Math', 'global_Math', 'exp', 'f64 -> f64', 'exp(3)', {}),
  row('global.Math', 'global_Math', 'log', 'f64 -> f64', 'log(3)', {}),
  row('global.Math', 'global_Math', 'pow', 'f64 f64 -> f64', 'pow(3)', {}),
];

/** All imports. */
export const imports: readonly ImportRow[] = [...ownRows, ...ofSnapshot0(ownRows)];

/** Imports of `env` that a program with `--dir` may have: they reach no file, descriptor, process or address. */
const harmless: ReadonlySet<string> = new Set([
  'emscripten_notify_memory_growth',
  'emscripten_resize_heap',
  'emscripten_get_heap_max',
  'emscripten_memcpy_big',
  'emscripten_memcpy_js',
  '_emscripten_memcpy_js',
  'abort',
  '_abort_js',
  '__assert_fail',
  'setTempRet0',
  'getTempRet0',
  'emscripten_get_now',
  'emscripten_date_now',
  '_emscripten_throw_longjmp',
  'getentropy',
  '__cxa_throw',
  '__cxa_begin_catch',
  '__cxa_end_catch',
  '__cxa_allocate_exception',
  '__cxa_free_exception',
  '__cxa_rethrow',
  '__resumeException',
]);

/** Whether a descriptor or a path is what a row of WASI is about. */
const isGuarded = ({ module, name }: ImportRow): boolean => module !== 'env' && /^(?:fd|path|sock|poll)_/.test(name);

/** The C function in a program with `--dir`: one that checks first (`wasi/confined*.c`), or the same; undefined where there is none, which is refused. */
export function confinedSymbol(row: ImportRow): string | undefined {
  if (isGuarded(row)) return row.symbol.replace('w2e_wasi_', 'w2e_confined_');
  return row.module === wasiModule || row.module === snapshot0 || (row.module === 'env' && harmless.has(row.name)) ? row.symbol : undefined;
}

/** The outcome of a lookup: the row of that type, or the types that the name does have. */
export type ImportMatch = { readonly kind: 'found'; readonly row: ImportRow } | { readonly kind: 'mismatch'; readonly expected: readonly string[] };

const rowsByName = new Map<string, ImportRow[]>();
for (const each of imports) {
  const key = `${each.module}\0${each.name}`;
  const rows = rowsByName.get(key);
  if (rows) rows.push(each);
  else rowsByName.set(key, [each]);
}

/** The signature text of a function type, from value type names such as `i32`. */
export function signatureText(params: readonly string[], results: readonly string[]): string {
  return [...params, '->', ...results].join(' ');
}

/** Looks an import up by module, name and signature text; undefined if nobody provides that name. */
export function findImport(module: string, name: string, signature: string): ImportMatch | undefined {
  const rows = rowsByName.get(`${module}\0${name}`);
  if (!rows) return undefined;
  const found = rows.find((each) => each.signature === signature);
  return found ? { kind: 'found', row: found } : { kind: 'mismatch', expected: rows.map((each) => each.signature) };
}

/** Whether a function of `env` of this name opens libraries, or looks for names in them. */
export function asksForNames(name: string): boolean {
  return rowsByName.get(`env\0${name}`)?.some((each) => each.libraries) === true;
}

/** Imports that the compiler itself makes for the signature at hand: `invoke_SIG`, `dynCall_SIG` and `__cxa_find_matching_catch_N` of `env`. */
export function generatedImport(module: string, name: string): boolean {
  return module === 'env' && /^((invoke|dynCall)_[vijfdpe]+|__cxa_find_matching_catch_\d{1,4})$/.test(name);
}
