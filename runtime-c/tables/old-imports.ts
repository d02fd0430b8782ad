// Imports of Emscripten up to 2.0.33 that are present ones in another form: the name or the number of a system call, and how its
// arguments become those of the present import. Facts are from Emscripten's src/library_syscall.js of 1.38.0 to 2.0.33. A system call had three forms:
//
//   ___syscall5(5, arguments)                 up to 1.39.10: the number, and the address of the arguments
//   __syscall5(path, flags, arguments)        1.39.11 to 1.39.13
//   __sys_open(path, flags, arguments)        1.39.14 to 2.0.33

import { findImport, type ImportRow } from './imports.js';

/** Where an argument of the present import comes from. */
export type OldArgument =
  /** The old call's argument of this index. */
  | { readonly kind: 'argument'; readonly index: number }
  /** The address of a variadic call's further arguments; the old call has them from this index on. */
  | { readonly kind: 'rest'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  /** The word at which the end of the heap is (`DYNAMICTOP_PTR`). */
  | { readonly kind: 'heap end' };

/** What becomes of the present import's result. */
export type OldResult =
  /** Nothing. */
  | 'same'
  /** It is a positive error number, and the old call's a negative one. */
  | 'negated'
  /** It is -1 with an error in `errno`, and the old call's is the negative error. */
  | 'errno';

/** An old import: a present one with other arguments. */
export interface OldImport {
  /** The present import; absent: nothing is done. */
  readonly row: ImportRow | undefined;
  readonly arguments: readonly OldArgument[];
  readonly result: OldResult;
  /** The old import's arguments are in memory, at the address that is its second parameter. */
  readonly packed: boolean;
}

/** A system call: number, name, the present import's name and type, the arguments that it gets, and what becomes of its result. */
type SystemCall = readonly [number: number, name: string, to: string, signature: string, args: string, result?: OldResult];

const six = 'i32 i32 i32 i32 i32 i32 -> i32';

/** In arguments `0` is the first one, `&2` the address of those from the third on, `=0` a constant. */
// biome-ignore format: a row is a line
const systemCalls: readonly SystemCall[] = [
  [1, 'exit', '_exit', 'i32 ->', '0'],
  [3, 'read', '__syscall_read', 'i32 i32 i32 -> i32', '0 1 2'],
  [4, 'write', '__syscall_write', 'i32 i32 i32 -> i32', '0 1 2'],
  [5, 'open', '__syscall_open', 'i32 i32 i32 -> i32', '0 1 &2'],
  [6, 'close', 'fd_close', 'i32 -> i32', '0', 'negated'],
  [9, 'link', '__syscall_link', 'i32 i32 -> i32', '0 1'],
  [10, 'unlink', '__syscall_unlink', 'i32 -> i32', '0'],
  [12, 'chdir', '__syscall_chdir', 'i32 -> i32', '0'],
  [14, 'mknod', '__syscall_mknod', 'i32 i32 i32 -> i32', '0 1 2'],
  [15, 'chmod', '__syscall_chmod', 'i32 i32 -> i32', '0 1'],
  [20, 'getpid', '__syscall_getpid', '-> i32', ''],
  [29, 'pause', '__syscall_pause', '-> i32', ''],
  [33, 'access', '__syscall_access', 'i32 i32 -> i32', '0 1'],
  [34, 'nice', '__syscall_nice', 'i32 -> i32', '0'],
  [36, 'sync', '__syscall_sync', '-> i32', ''],
  [38, 'rename', '__syscall_rename', 'i32 i32 -> i32', '0 1'],
  [39, 'mkdir', '__syscall_mkdir', 'i32 i32 -> i32', '0 1'],
  [40, 'rmdir', '__syscall_rmdir', 'i32 -> i32', '0'],
  [41, 'dup', '__syscall_dup', 'i32 -> i32', '0'],
  [42, 'pipe', '__syscall_pipe', 'i32 -> i32', '0'],
  [51, 'acct', '__syscall_acct', 'i32 -> i32', '0'],
  [54, 'ioctl', '__syscall_ioctl', 'i32 i32 i32 -> i32', '0 1 &2'],
  [57, 'setpgid', '__syscall_setpgid', 'i32 i32 -> i32', '0 1'],
  [60, 'umask', '__syscall_umask', 'i32 -> i32', '0'],
  [63, 'dup2', '__syscall_dup2', 'i32 i32 -> i32', '0 1'],
  [64, 'getppid', '__syscall_getppid', '-> i32', ''],
  [65, 'getpgrp', '__syscall_getpgid', 'i32 -> i32', '=0'],
  [66, 'setsid', '__syscall_setsid', '-> i32', ''],
  [75, 'setrlimit', '__syscall_setrlimit', 'i32 i32 -> i32', '0 1'],
  [77, 'getrusage', '__syscall_getrusage', 'i32 i32 -> i32', '0 1'],
  [83, 'symlink', '__syscall_symlink', 'i32 i32 -> i32', '0 1'],
  [85, 'readlink', '__syscall_readlink', 'i32 i32 i32 -> i32', '0 1 2'],
  [91, 'munmap', '__syscall_munmap', 'i32 i32 -> i32', '0 1'],
  [94, 'fchmod', '__syscall_fchmod', 'i32 i32 -> i32', '0 1'],
  [96, 'getpriority', '__syscall_getpriority', 'i32 i32 -> i32', '0 1'],
  [97, 'setpriority', '__syscall_setpriority', 'i32 i32 i32 -> i32', '0 1 2'],
  [102, 'socketcall', '__syscall_socketcall', 'i32 i32 -> i32', '0 1'],
  [104, 'setitimer', '__syscall_setitimer', 'i32 i32 i32 -> i32', '0 1 2'],
  [105, 'getitimer', '__syscall_getitimer', 'i32 i32 -> i32', '0 1'],
  [114, 'wait4', '__syscall_wait4', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [118, 'fsync', 'fd_sync', 'i32 -> i32', '0', 'negated'],
  [121, 'setdomainname', '__syscall_setdomainname', 'i32 i32 -> i32', '0 1'],
  [122, 'uname', '__syscall_uname', 'i32 -> i32', '0'],
  [125, 'mprotect', '__syscall_mprotect', 'i32 i32 i32 -> i32', '0 1 2'],
  [132, 'getpgid', '__syscall_getpgid', 'i32 -> i32', '0'],
  [133, 'fchdir', '__syscall_fchdir', 'i32 -> i32', '0'],
  [140, 'llseek', '__syscall_llseek', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 3 4'],
  [142, '_newselect', '__syscall__newselect', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 3 4'],
  [144, 'msync', '__syscall_msync', 'i32 i32 i32 -> i32', '0 1 2'],
  [145, 'readv', '__syscall_readv', 'i32 i32 i32 -> i32', '0 1 2'],
  [146, 'writev', '__syscall_writev', 'i32 i32 i32 -> i32', '0 1 2'],
  [147, 'getsid', '__syscall_getsid', 'i32 -> i32', '0'],
  [148, 'fdatasync', '__syscall_fdatasync', 'i32 -> i32', '0'],
  [150, 'mlock', '__syscall_mlock', 'i32 i32 -> i32', '0 1'],
  [151, 'munlock', '__syscall_munlock', 'i32 i32 -> i32', '0 1'],
  [152, 'mlockall', '__syscall_mlockall', 'i32 -> i32', '0'],
  [153, 'munlockall', '__syscall_munlockall', '-> i32', ''],
  [163, 'mremap', '__syscall_mremap', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 3 4'],
  [168, 'poll', '__syscall_poll', 'i32 i32 i32 -> i32', '0 1 2'],
  [180, 'pread64', '__syscall_pread64', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 4 5'],
  [181, 'pwrite64', '__syscall_pwrite64', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 4 5'],
  [183, 'getcwd', '__syscall_getcwd', 'i32 i32 -> i32', '0 1'],
  [191, 'ugetrlimit', '__syscall_ugetrlimit', 'i32 i32 -> i32', '0 1'],
  [192, 'mmap2', '__syscall_mmap2', six, '0 1 2 3 4 5'],
  [193, 'truncate64', '__syscall_truncate64', 'i32 i32 i32 -> i32', '0 2 3'],
  [194, 'ftruncate64', '__syscall_ftruncate64', 'i32 i32 i32 -> i32', '0 2 3'],
  [195, 'stat64', '__syscall_stat64', 'i32 i32 -> i32', '0 1'],
  [196, 'lstat64', '__syscall_lstat64', 'i32 i32 -> i32', '0 1'],
  [197, 'fstat64', '__syscall_fstat64', 'i32 i32 -> i32', '0 1'],
  [198, 'lchown32', '__syscall_lchown32', 'i32 i32 i32 -> i32', '0 1 2'],
  [199, 'getuid32', '__syscall_getuid32', '-> i32', ''],
  [200, 'getgid32', '__syscall_getgid32', '-> i32', ''],
  [201, 'geteuid32', '__syscall_geteuid32', '-> i32', ''],
  [202, 'getegid32', '__syscall_getegid32', '-> i32', ''],
  [203, 'setreuid32', 'setreuid', 'i32 i32 -> i32', '0 1', 'errno'],
  [204, 'setregid32', 'setregid', 'i32 i32 -> i32', '0 1', 'errno'],
  [205, 'getgroups32', '__syscall_getgroups32', 'i32 i32 -> i32', '0 1'],
  [207, 'fchown32', '__syscall_fchown32', 'i32 i32 i32 -> i32', '0 1 2'],
  [208, 'setresuid32', 'setresuid', 'i32 i32 i32 -> i32', '0 1 2', 'errno'],
  [209, 'getresuid32', '__syscall_getresuid32', 'i32 i32 i32 -> i32', '0 1 2'],
  [210, 'setresgid32', 'setresgid', 'i32 i32 i32 -> i32', '0 1 2', 'errno'],
  [211, 'getresgid32', '__syscall_getresgid32', 'i32 i32 i32 -> i32', '0 1 2'],
  [212, 'chown32', '__syscall_chown32', 'i32 i32 i32 -> i32', '0 1 2'],
  [213, 'setuid32', 'setuid', 'i32 -> i32', '0', 'errno'],
  [214, 'setgid32', 'setgid', 'i32 -> i32', '0', 'errno'],
  [218, 'mincore', '__syscall_mincore', 'i32 i32 i32 -> i32', '0 1 2'],
  [219, 'madvise1', '__syscall_madvise', 'i32 i32 i32 -> i32', '0 1 2'],
  [220, 'getdents64', '__syscall_getdents64', 'i32 i32 i32 -> i32', '0 1 2'],
  [221, 'fcntl64', '__syscall_fcntl64', 'i32 i32 i32 -> i32', '0 1 &2'],
  [252, 'exit_group', '_exit', 'i32 ->', '0'],
  [265, 'clock_nanosleep', 'clock_nanosleep', 'i32 i32 i32 i32 -> i32', '0 1 2 3', 'negated'],
  [268, 'statfs64', '__syscall_statfs64', 'i32 i32 i32 -> i32', '0 1 2'],
  [269, 'fstatfs64', '__syscall_fstatfs64', 'i32 i32 i32 -> i32', '0 1 2'],
  [272, 'fadvise64_64', '__syscall_fadvise64_64', six, '0 2 3 4 5 6'],
  [295, 'openat', '__syscall_openat', 'i32 i32 i32 i32 -> i32', '0 1 2 &3'],
  [296, 'mkdirat', '__syscall_mkdirat', 'i32 i32 i32 -> i32', '0 1 2'],
  [297, 'mknodat', '__syscall_mknodat', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [298, 'fchownat', '__syscall_fchownat', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 3 4'],
  [300, 'fstatat64', '__syscall_fstatat64', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [301, 'unlinkat', '__syscall_unlinkat', 'i32 i32 i32 -> i32', '0 1 2'],
  [302, 'renameat', '__syscall_renameat', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [303, 'linkat', '__syscall_linkat', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 3 4'],
  [304, 'symlinkat', '__syscall_symlinkat', 'i32 i32 i32 -> i32', '0 1 2'],
  [305, 'readlinkat', '__syscall_readlinkat', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [306, 'fchmodat', '__syscall_fchmodat', 'i32 i32 i32 i32 -> i32', '0 1 2 =0'],
  [307, 'faccessat', '__syscall_faccessat', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [308, 'pselect6', '__syscall_pselect6', six, '0 1 2 3 4 5'],
  [320, 'utimensat', '__syscall_utimensat', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [324, 'fallocate', '__syscall_fallocate', six, '0 1 2 3 4 5'],
  [330, 'dup3', '__syscall_dup3', 'i32 i32 i32 -> i32', '0 1 2'],
  [331, 'pipe2', '__syscall_pipe2', 'i32 i32 -> i32', '0 1'],
  [333, 'preadv', '__syscall_preadv', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 3 4'],
  [334, 'pwritev', '__syscall_pwritev', 'i32 i32 i32 i32 i32 -> i32', '0 1 2 3 4'],
  [340, 'prlimit64', '__syscall_prlimit64', 'i32 i32 i32 i32 -> i32', '0 1 2 3'],
  [359, 'socket', '__syscall_socket', six, '0 1 2 3 4 5'],
  [360, 'socketpair', '__syscall_socketpair', six, '0 1 2 3 4 5'],
  [361, 'bind', '__syscall_bind', six, '0 1 2 3 4 5'],
  [362, 'connect', '__syscall_connect', six, '0 1 2 3 4 5'],
  [363, 'listen', '__syscall_listen', six, '0 1 2 3 4 5'],
  [364, 'accept4', '__syscall_accept4', six, '0 1 2 3 4 5'],
  [365, 'getsockopt', '__syscall_getsockopt', six, '0 1 2 3 4 5'],
  [366, 'setsockopt', '__syscall_setsockopt', six, '0 1 2 3 4 5'],
  [367, 'getsockname', '__syscall_getsockname', six, '0 1 2 3 4 5'],
  [368, 'getpeername', '__syscall_getpeername', six, '0 1 2 3 4 5'],
  [369, 'sendto', '__syscall_sendto', six, '0 1 2 3 4 5'],
  [370, 'sendmsg', '__syscall_sendmsg', six, '0 1 2 3 4 5'],
  [371, 'recvfrom', '__syscall_recvfrom', six, '0 1 2 3 4 5'],
  [372, 'recvmsg', '__syscall_recvmsg', six, '0 1 2 3 4 5'],
  [373, 'shutdown', '__syscall_shutdown', six, '0 1 2 3 4 5'],
];

/** Other functions: name (a trailing `*` stands for any letters), type (`*`: any), the present import's name and type, the arguments that it gets. Without one, nothing is done. */
type OldFunction = readonly [name: string, signature: string, to?: string, target?: string, args?: string];

// biome-ignore format: a row is a line
const functions: readonly OldFunction[] = [
  // 1.38 and older: the heap
  ['enlargeMemory', '-> i32', 'emscripten_resize_heap', 'i32 -> i32', '$'],
  ['getTotalMemory', '-> i32', 'emscripten_get_heap_size', '-> i32', ''],
  ['abortOnCannotGrowMemory', '-> i32', 'abort', '->', ''],
  ['abortOnCannotGrowMemory', 'i32 -> i32', 'abort', '->', ''],
  // Their own faults
  ['abort', 'i32 ->', 'abort', '->', ''],
  ['llvm_trap', '->', 'abort', '->', ''],
  ['nullFunc_*', 'i32 ->', 'abort', '->', ''],
  // A call of a function of JavaScript by its number, which a program without JavaScript gives to none
  ['jsCall_*', '*', 'abort', '->', ''],
  ['abortStackOverflow', 'i32 ->', '__handle_stack_overflow', 'i32 ->', '0'],
  ['__cxa_pure_virtual', '->', 'abort', '->', ''],
  // Other names for what is there
  ['gmtime_r', 'i32 i32 -> i32', '__gmtime_r', 'i32 i32 -> i32', '0 1'],
  ['localtime_r', 'i32 i32 -> i32', '__localtime_r', 'i32 i32 -> i32', '0 1'],
  ['mktime', 'i32 -> i32', '_mktime_js', 'i32 -> i32', '0'],
  ['timegm', 'i32 -> i32', '_timegm_js', 'i32 -> i32', '0'],
  ['asctime_r', 'i32 i32 -> i32', '__asctime_r', 'i32 i32 -> i32', '0 1'],
  ['fpathconf', 'i32 i32 -> i32', 'pathconf', 'i32 i32 -> i32', '0 1'],
  ['execv', 'i32 i32 -> i32', 'execvp', 'i32 i32 -> i32', '0 1'],
  ['__setErrNo', 'i32 -> i32', '__setErrNo', 'i32 ->', '0'],
  ['setErrNo', 'i32 -> i32', '__setErrNo', 'i32 ->', '0'],
  ['atexit', 'i32 -> i32', 'atexit', 'i32 i32 -> i32', '0 =0'],
  ['__cxa_thread_atexit', 'i32 i32 i32 -> i32', '__cxa_atexit', 'i32 i32 i32 -> i32', '0 1 2'],
  ['__cxa_uncaught_exception', '-> i32', '__cxa_uncaught_exceptions', '-> i32', ''],
  ['_ZSt18uncaught_exceptionv', '-> i32', '__cxa_uncaught_exceptions', '-> i32', ''],
  ['longjmp', 'i32 i32 ->', 'emscripten_longjmp', 'i32 i32 ->', '0 1'],
  ['llvm_exp2_f32', 'f64 -> f64', 'llvm_exp2_f64', 'f64 -> f64', '0'],
  ['llvm_log2_f32', 'f64 -> f64', 'llvm_log2_f64', 'f64 -> f64', '0'],
  ['llvm_log10_f32', 'f64 -> f64', 'llvm_log10_f64', 'f64 -> f64', '0'],
  ['llvm_round_f64', 'f64 -> f64', 'round', 'f64 -> f64', '0'],
  ['roundf', 'f64 -> f64', 'round', 'f64 -> f64', '0'],
  // There is one thread
  ['__lock', 'i32 ->'],
  ['__unlock', 'i32 ->'],
  ['__lockfile', 'i32 -> i32'],
  ['__unlockfile', 'i32 ->'],
  ['__wait', '*'],
  ['llvm_memory_barrier', '->'],
  ['pthread_mutexattr_*', '*'],
  ['pthread_cond_*', '*'],
  ['pthread_condattr_*', '*'],
  ['pthread_attr_*', '*'],
  ['pthread_rwlock_*', '*'],
  ['pthread_rwlockattr_*', '*'],
  ['pthread_spin_*', '*'],
  ['pthread_setcancel*', '*'],
  ['pthread_cleanup_push', 'i32 i32 ->'],
  ['pthread_cleanup_pop', '*'],
  // Unwinding is the runtime's
  ['__gxx_personality_v0', '*'],
];

const parsed = new Map<string, readonly OldArgument[]>();

function parseArguments(text: string): readonly OldArgument[] {
  let found = parsed.get(text);
  if (found === undefined) parsed.set(text, (found = text === '' ? [] : text.split(' ').map(parseArgument)));
  return found;
}

function parseArgument(word: string): OldArgument {
  if (word === '$') return { kind: 'heap end' };
  if (word.startsWith('&')) return { kind: 'rest', index: Number(word.slice(1)) };
  return word.startsWith('=') ? { kind: 'constant', value: Number(word.slice(1)) } : { kind: 'argument', index: Number(word) };
}

function presentRow(name: string, signature: string): ImportRow {
  for (const module of ['env', 'wasi_snapshot_preview1']) {
    const found = findImport(module, name, signature);
    if (found?.kind === 'found') return found.row;
  }
  throw new Error(`no import ${name} with the type ${signature}`);
}

const byNumber = new Map(systemCalls.map((call) => [call[0], call]));
const byName = new Map(systemCalls.map((call) => [call[1], call]));

/** Parameters of a call whose arguments are its parameters. fchmodat had variadic ones that nothing read. */
function parameterCount([, name, , , args]: SystemCall): number {
  return name === 'fchmodat' ? 4 : Math.max(0, ...parseArguments(args).map((each) => ('index' in each ? each.index + 1 : 0)));
}

const PACKED = 'i32 i32 -> i32';
const numbered = /^__syscall([1-9]\d{0,2})$/;

/** The number of a call that is named by one. */
function numberOf(name: string): number | undefined {
  const digits = numbered.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Whether the numbered calls of a module have their arguments in memory: all have the type of those, and for one of them that is not
 * the type of its arguments; `calls` are names and types of all its imports from `env`.
 */
export function isPacked(calls: readonly { readonly name: string; readonly signature: string }[]): boolean {
  const own = calls.flatMap(({ name, signature }) => {
    const number = numberOf(name);
    return number === undefined ? [] : [{ call: byNumber.get(number), signature }];
  });
  return own.length > 0 && own.every(({ signature }) => signature === PACKED) && own.some(({ call }) => call !== undefined && parameterCount(call) !== 2);
}

/** What decides about a module's old imports besides their names and types. */
export interface OldModule {
  /** The arguments of numbered calls are in memory. */
  readonly packed: boolean;
  /** It exports a way to write what its libc buffers. */
  readonly flushes: boolean;
}

/** An import of `env` that only older versions have, by its name and type. */
export function findOldImport(name: string, signature: string, module: OldModule): OldImport | undefined {
  return systemCall(name, signature, module) ?? otherFunction(name, signature);
}

/** Whether an import of `env` has a name that only older versions have. */
export function isOldName(name: string): boolean {
  const number = numberOf(name);
  return number === undefined ? namedCall(name) !== undefined : byNumber.has(number);
}

function namedCall(name: string): SystemCall | undefined {
  return name.startsWith('__sys_') ? byName.get(name.slice('__sys_'.length)) : undefined;
}

function systemCall(name: string, signature: string, { packed, flushes }: OldModule): OldImport | undefined {
  const number = numberOf(name);
  const call = number === undefined ? namedCall(name) : byNumber.get(number);
  if (call === undefined) return undefined;
  const isPackedCall = packed && number !== undefined;
  const expected = isPackedCall ? PACKED : [...Array.from({ length: parameterCount(call) }, () => 'i32'), '->', 'i32'].join(' ');
  if (signature !== expected) return undefined;
  const [, plain, to, target, args, result = 'same'] = call;
  return {
    row: presentRow(plain === 'ioctl' && !flushes ? '__syscall_ioctl_unflushed' : to, target),
    arguments: parseArguments(args),
    result,
    packed: isPackedCall,
  };
}

function otherFunction(name: string, signature: string): OldImport | undefined {
  const found = functions.find(
    ([pattern, type]) => (type === '*' || type === signature) && (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern),
  );
  if (found === undefined) return undefined;
  const [, , to, target = '', args = ''] = found;
  return { row: to === undefined ? undefined : presentRow(to, target), arguments: parseArguments(args), result: 'same', packed: false };
}

/** All system calls, for tests and documents. */
export const oldSystemCalls: readonly { readonly number: number; readonly name: string; readonly to: string; readonly signature: string }[] = systemCalls.map(
  ([number, name, to, signature]) => ({ number, name, to, signature }),
);

/** All other functions of older versions. */
export const oldFunctions: readonly { readonly name: string; readonly signature: string; readonly to: string | undefined }[] = functions.map(
  ([name, signature, to]) => ({ name, signature, to }),
);
