// Arguments that are sets of flags: the bits that the runtime passes on, and those that it drops because Linux ignores them
// there too or because they are only hints. Any other bit is EINVAL. Numbers are the module's (of open: x86-64's).

/** The flags of an argument. */
export interface FlagSet {
  /** The call, and the argument if it has several. */
  readonly call: string;
  /** The C constant is symbol + `_FLAGS`, and symbol + `_DROPPED_FLAGS` where bits are dropped. */
  readonly symbol: string;
  readonly passed: Readonly<Record<string, number>>;
  readonly dropped?: Readonly<Record<string, number>>;
}

// biome-ignore format: a row is a line
const namespaces = {
  CLONE_NEWTIME: 0x80, CLONE_NEWNS: 0x20000, CLONE_NEWCGROUP: 0x2000000, CLONE_NEWUTS: 0x4000000, CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000, CLONE_NEWPID: 0x20000000, CLONE_NEWNET: 0x40000000,
};
const descriptor = { NONBLOCK: 0o4000, CLOEXEC: 0o2000000 };

// biome-ignore format: a row is a line
export const flagSets: readonly FlagSet[] = [
  {
    call: 'open', symbol: 'OPEN',
    passed: {
      O_WRONLY: 1, O_RDWR: 2, O_CREAT: 0o100, O_EXCL: 0o200, O_NOCTTY: 0o400, O_TRUNC: 0o1000, O_APPEND: 0o2000, O_NONBLOCK: 0o4000, O_DSYNC: 0o10000,
      O_ASYNC: 0o20000, O_DIRECT: 0o40000, O_LARGEFILE: 0o100000, O_DIRECTORY: 0o200000, O_NOFOLLOW: 0o400000, O_NOATIME: 0o1000000, O_CLOEXEC: 0o2000000,
      __O_SYNC: 0o4000000, O_PATH: 0o10000000, __O_TMPFILE: 0o20000000,
    },
  },
  { call: 'pipe2', symbol: 'PIPE', passed: { O_NONBLOCK: 0o4000, O_DIRECT: 0o40000, O_CLOEXEC: 0o2000000 } },
  { call: 'dup3', symbol: 'DUP', passed: { O_CLOEXEC: 0o2000000 } },
  {
    call: 'mmap: flags', symbol: 'MMAP',
    passed: {
      MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_FIXED: 0x10, MAP_ANONYMOUS: 0x20, MAP_LOCKED: 0x2000, MAP_NORESERVE: 0x4000, MAP_POPULATE: 0x8000,
      MAP_NONBLOCK: 0x10000, MAP_STACK: 0x20000, MAP_FIXED_NOREPLACE: 0x100000,
    },
    dropped: { MAP_32BIT: 0x40, MAP_DENYWRITE: 0x800, MAP_EXECUTABLE: 0x1000 },
  },
  { call: 'mmap, mprotect: protection', symbol: 'PROTECTION', passed: { PROT_READ: 1, PROT_WRITE: 2 }, dropped: { PROT_EXEC: 4, PROT_SEM: 8 } },
  { call: 'mremap', symbol: 'MREMAP', passed: { MREMAP_MAYMOVE: 1, MREMAP_FIXED: 2 } },
  { call: 'msync', symbol: 'MSYNC', passed: { MS_ASYNC: 1, MS_INVALIDATE: 2, MS_SYNC: 4 } },
  { call: 'mlockall', symbol: 'MLOCKALL', passed: { MCL_CURRENT: 1, MCL_FUTURE: 2, MCL_ONFAULT: 4 } },
  { call: 'personality', symbol: 'PERSONALITY', passed: { PER_LINUX32: 8, UNAME26: 0x20000, ADDR_NO_RANDOMIZE: 0x40000, STICKY_TIMEOUTS: 0x4000000 } },
  { call: 'unshare', symbol: 'UNSHARE', passed: { ...namespaces, CLONE_FS: 0x200, CLONE_FILES: 0x400, CLONE_SYSVSEM: 0x40000 } },
  { call: 'setns', symbol: 'SETNS', passed: namespaces },
  { call: 'memfd_create', symbol: 'MEMFD', passed: { MFD_CLOEXEC: 1, MFD_ALLOW_SEALING: 2, MFD_NOEXEC_SEAL: 8, MFD_EXEC: 16 } },
  { call: 'eventfd', symbol: 'EVENTFD', passed: { EFD_SEMAPHORE: 1, EFD_NONBLOCK: descriptor.NONBLOCK, EFD_CLOEXEC: descriptor.CLOEXEC } },
  { call: 'signalfd', symbol: 'SIGNALFD', passed: { SFD_NONBLOCK: descriptor.NONBLOCK, SFD_CLOEXEC: descriptor.CLOEXEC } },
  { call: 'timerfd_create', symbol: 'TIMERFD', passed: { TFD_NONBLOCK: descriptor.NONBLOCK, TFD_CLOEXEC: descriptor.CLOEXEC } },
  { call: 'timerfd_settime', symbol: 'TIMERFD_SET', passed: { TFD_TIMER_ABSTIME: 1, TFD_TIMER_CANCEL_ON_SET: 2 } },
  { call: 'epoll_create1', symbol: 'EPOLL', passed: { EPOLL_CLOEXEC: descriptor.CLOEXEC } },
  {
    call: 'epoll_ctl: events', symbol: 'EPOLL_EVENT',
    passed: {
      EPOLLIN: 1, EPOLLPRI: 2, EPOLLOUT: 4, EPOLLERR: 8, EPOLLHUP: 0x10, EPOLLNVAL: 0x20, EPOLLRDNORM: 0x40, EPOLLRDBAND: 0x80, EPOLLWRNORM: 0x100,
      EPOLLWRBAND: 0x200, EPOLLMSG: 0x400, EPOLLRDHUP: 0x2000, EPOLLEXCLUSIVE: 0x10000000, EPOLLWAKEUP: 0x20000000, EPOLLONESHOT: 0x40000000, EPOLLET: 0x80000000,
    },
  },
  { call: 'inotify_init1', symbol: 'INOTIFY', passed: { IN_NONBLOCK: descriptor.NONBLOCK, IN_CLOEXEC: descriptor.CLOEXEC } },
  {
    call: 'inotify_add_watch', symbol: 'INOTIFY_WATCH',
    passed: {
      IN_ALL_EVENTS: 0xfff, IN_ONLYDIR: 0x1000000, IN_DONT_FOLLOW: 0x2000000, IN_EXCL_UNLINK: 0x4000000, IN_MASK_CREATE: 0x10000000,
      IN_MASK_ADD: 0x20000000, IN_ONESHOT: 0x80000000,
    },
  },
  { call: 'socket, accept4: type', symbol: 'SOCKET', passed: { SOCK_NONBLOCK: descriptor.NONBLOCK, SOCK_CLOEXEC: descriptor.CLOEXEC } },
  {
    call: 'send, recv', symbol: 'MESSAGE',
    passed: {
      MSG_OOB: 1, MSG_PEEK: 2, MSG_DONTROUTE: 4, MSG_CTRUNC: 8, MSG_PROXY: 0x10, MSG_TRUNC: 0x20, MSG_DONTWAIT: 0x40, MSG_EOR: 0x80, MSG_WAITALL: 0x100, MSG_FIN: 0x200,
      MSG_SYN: 0x400, MSG_CONFIRM: 0x800, MSG_RST: 0x1000, MSG_ERRQUEUE: 0x2000, MSG_NOSIGNAL: 0x4000, MSG_MORE: 0x8000, MSG_ZEROCOPY: 0x4000000,
      MSG_FASTOPEN: 0x20000000, MSG_CMSG_CLOEXEC: 0x40000000,
    },
  },
  {
    call: 'fallocate', symbol: 'FALLOCATE',
    passed: {
      FALLOC_FL_KEEP_SIZE: 1, FALLOC_FL_PUNCH_HOLE: 2, FALLOC_FL_COLLAPSE_RANGE: 8, FALLOC_FL_ZERO_RANGE: 0x10, FALLOC_FL_INSERT_RANGE: 0x20, FALLOC_FL_UNSHARE_RANGE: 0x40,
    },
  },
  { call: 'sync_file_range', symbol: 'SYNC_FILE_RANGE', passed: { WAIT_BEFORE: 1, WRITE: 2, WAIT_AFTER: 4 } },
  { call: 'splice, vmsplice, tee', symbol: 'SPLICE', passed: { SPLICE_F_MOVE: 1, SPLICE_F_NONBLOCK: 2, SPLICE_F_MORE: 4 }, dropped: { SPLICE_F_GIFT: 8 } },
  { call: 'copy_file_range', symbol: 'COPY_FILE_RANGE', passed: {} },
  {
    call: 'mount', symbol: 'MOUNT',
    passed: {
      MS_RDONLY: 1, MS_NOSUID: 2, MS_NODEV: 4, MS_NOEXEC: 8, MS_SYNCHRONOUS: 0x10, MS_REMOUNT: 0x20, MS_MANDLOCK: 0x40, MS_DIRSYNC: 0x80, MS_NOSYMFOLLOW: 0x100,
      MS_NOATIME: 0x400, MS_NODIRATIME: 0x800, MS_BIND: 0x1000, MS_MOVE: 0x2000, MS_REC: 0x4000, MS_SILENT: 0x8000, MS_POSIXACL: 0x10000, MS_UNBINDABLE: 0x20000,
      MS_PRIVATE: 0x40000, MS_SLAVE: 0x80000, MS_SHARED: 0x100000, MS_RELATIME: 0x200000, MS_I_VERSION: 0x800000, MS_STRICTATIME: 0x1000000, MS_LAZYTIME: 0x2000000,
    },
  },
  { call: 'umount2', symbol: 'UMOUNT', passed: { MNT_FORCE: 1, MNT_DETACH: 2, MNT_EXPIRE: 4, UMOUNT_NOFOLLOW: 8 } },
  { call: 'swapon', symbol: 'SWAPON', passed: { SWAP_FLAG_PRIO_MASK: 0x7fff, SWAP_FLAG_PREFER: 0x8000, SWAP_FLAG_DISCARD: 0x10000, SWAP_FLAG_DISCARD_ONCE: 0x20000, SWAP_FLAG_DISCARD_PAGES: 0x40000 } },
  { call: 'wait4', symbol: 'WAIT', passed: { WNOHANG: 1, WUNTRACED: 2, WCONTINUED: 8, __WNOTHREAD: 0x20000000, __WALL: 0x40000000, __WCLONE: 0x80000000 } },
  { call: 'waitid', symbol: 'WAITID', passed: { WNOHANG: 1, WSTOPPED: 2, WEXITED: 4, WCONTINUED: 8, WNOWAIT: 0x1000000, __WNOTHREAD: 0x20000000, __WALL: 0x40000000, __WCLONE: 0x80000000 } },
  { call: 'sched_setscheduler: policy', symbol: 'SCHED', passed: { 'SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE': 7, SCHED_RESET_ON_FORK: 0x40000000 } },
  {
    call: 'clock_adjtime: modes', symbol: 'ADJTIME',
    passed: {
      ADJ_OFFSET: 1, ADJ_FREQUENCY: 2, ADJ_MAXERROR: 4, ADJ_ESTERROR: 8, ADJ_STATUS: 0x10, ADJ_TIMECONST: 0x20, ADJ_TAI: 0x80, ADJ_SETOFFSET: 0x100, ADJ_MICRO: 0x1000,
      ADJ_NANO: 0x2000, ADJ_TICK: 0x4000, ADJ_OFFSET_SINGLESHOT: 0x8001, ADJ_OFFSET_READONLY: 0x2000,
    },
  },
  { call: 'clock_nanosleep, timer_settime', symbol: 'TIMER', passed: { TIMER_ABSTIME: 1 } },
  { call: 'shmget', symbol: 'SHMGET', passed: { mode: 0o777, IPC_CREAT: 0o1000, IPC_EXCL: 0o2000, SHM_NORESERVE: 0o10000 } },
  { call: 'shmat', symbol: 'SHMAT', passed: { SHM_RDONLY: 0o10000, SHM_RND: 0o20000, SHM_REMAP: 0o40000 } },
  { call: 'semget, msgget', symbol: 'IPCGET', passed: { mode: 0o777, IPC_CREAT: 0o1000, IPC_EXCL: 0o2000 } },
  { call: 'msgsnd, msgrcv', symbol: 'MESSAGE_QUEUE', passed: { IPC_NOWAIT: 0o4000, MSG_NOERROR: 0o10000, MSG_EXCEPT: 0o20000 } },
  { call: 'fstatat', symbol: 'FSTATAT', passed: { AT_SYMLINK_NOFOLLOW: 0x100, AT_NO_AUTOMOUNT: 0x800, AT_EMPTY_PATH: 0x1000 } },
  { call: 'faccessat', symbol: 'FACCESSAT', passed: { AT_SYMLINK_NOFOLLOW: 0x100, AT_EACCESS: 0x200, AT_EMPTY_PATH: 0x1000 } },
  { call: 'fchownat, utimensat', symbol: 'ATTRIBUTE', passed: { AT_SYMLINK_NOFOLLOW: 0x100, AT_EMPTY_PATH: 0x1000 } },
  { call: 'linkat', symbol: 'LINKAT', passed: { AT_SYMLINK_FOLLOW: 0x400, AT_EMPTY_PATH: 0x1000 } },
  { call: 'unlinkat', symbol: 'UNLINKAT', passed: { AT_REMOVEDIR: 0x200 } },
  { call: 'setxattr', symbol: 'SETXATTR', passed: { XATTR_CREATE: 1, XATTR_REPLACE: 2 } },
  { call: 'getrandom', symbol: 'GETRANDOM', passed: { GRND_NONBLOCK: 1, GRND_RANDOM: 2, GRND_INSECURE: 4 } },
  { call: 'timer_create: notification', symbol: 'SIGEV', passed: { 'SIGEV_SIGNAL, SIGEV_NONE': 1, SIGEV_THREAD_ID: 4 } },
];

/** All bits of flags. */
export function bitsOf(flags: Readonly<Record<string, number>> | undefined): number {
  return Object.values(flags ?? {}).reduce((bits, flag) => (bits | flag) >>> 0, 0);
}
