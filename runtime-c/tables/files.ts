// What may be opened, decided by what was opened and not by its name: of procfs and of character devices, this list. Other
// files are the kernel's to permit. Open descriptors (`/proc/self/fd/1`, `/dev/stdout`) and links such as `exe`, `cwd` and `ns/*`
// lead to files that are not procfs's own, so that they are judged by what they lead to.

/**
 * Entries of procfs, from its root. `#` stands for a decimal number, `/**` at the end for the folder and everything in it. Left out, for any
 * process, for a child has its parent's image: memory and what tells where it is (`mem`, `maps`, `smaps`, `pagemap`, `map_files`, `auxv`,
 * `environ`, `stack`, `syscall`, `clear_refs`, …), and what tells of the kernel's (`kcore`, `kallsyms`, `iomem`, …). `stat` has addresses
 * too, but every ps and top reads it.
 */
// biome-ignore format: a row is a line
const ofProcess = [
  '', 'attr/**', 'autogroup', 'cgroup', 'cmdline', 'comm', 'coredump_filter', 'cpuset', 'fd', 'fdinfo', 'fdinfo/#', 'gid_map', 'io', 'limits', 'loginuid',
  'mountinfo', 'mounts', 'mountstats', 'net/**', 'ns', 'oom_adj', 'oom_score', 'oom_score_adj', 'projid_map', 'sched', 'schedstat', 'sessionid', 'setgroups',
  'stat', 'statm', 'status', 'timerslack_ns', 'uid_map', 'wchan',
];
// biome-ignore format: a row is a line
const ofSystem = [
  '', 'acpi/**', 'asound/**', 'buddyinfo', 'bus', 'bus/input/**', 'cgroups', 'cmdline', 'config.gz', 'consoles', 'cpuinfo', 'crypto', 'devices', 'diskstats', 'dma',
  'driver/**', 'execdomains', 'fb', 'filesystems', 'fs/**', 'interrupts', 'irq/**', 'key-users', 'keys', 'loadavg', 'locks', 'mdstat', 'meminfo', 'misc', 'modules', 'mtrr',
  'partitions', 'pressure/**', 'schedstat', 'scsi/**', 'slabinfo', 'softirqs', 'stat', 'swaps', 'sys/**', 'sysvipc/**', 'tty/**', 'uptime', 'version', 'vmstat', 'zoneinfo',
];

const below = (folder: string, names: readonly string[]): string[] => names.map((name) => (name === '' ? folder : `${folder}/${name}`));

export const procEntries: readonly string[] = [...ofSystem, ...below('#', ofProcess), '#/task', ...below('#/task/#', [...ofProcess, 'children'])];

/** Character devices by number. Left out: memory and ports, and drivers whose reads and writes carry addresses. */
export interface DeviceRow {
  readonly name: string;
  readonly major: number;
  readonly firstMinor: number;
  readonly lastMinor: number;
}

const device = (name: string, major: number, firstMinor = 0, lastMinor = firstMinor): DeviceRow => ({ name, major, firstMinor, lastMinor });
const every = (name: string, major: number): DeviceRow => device(name, major, 0, 0xfffff);

export const devices: readonly DeviceRow[] = [
  device('null', 1, 3),
  device('zero', 1, 5),
  device('full, random, urandom', 1, 7, 9),
  device('kmsg', 1, 11),
  every('terminals and serial lines', 4),
  every('tty, console, ptmx', 5),
  every('contents of virtual consoles', 7),
  device('watchdog', 10, 130),
  device('tun', 10, 200),
  device('fuse', 10, 229),
  device('loop-control', 10, 237),
  ...[136, 137, 138, 139, 140, 141, 142, 143].map((major) => every('pseudo-terminals', major)),
  every('USB modems', 166),
  every('USB serial lines', 188),
  every('serial lines', 204),
];
