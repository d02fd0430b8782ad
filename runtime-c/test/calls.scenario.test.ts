// Calls that multiplex: exactly the commands of the tables reach the kernel, with their layouts; what the runtime copies
// out is what it filled; and what may be opened, however its path is spelled.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTargets, isObserved } from '../../fixtures/harness.js';
import { commandTables } from '../tables/command-tables.js';
import type { CommandTable } from '../tables/commands.js';
import { fcntl, klogctl, madvise, prctl } from '../tables/control-commands.js';
import { devices, procEntries } from '../tables/files.js';
import { bitsOf, flagSets } from '../tables/flags.js';
import { ioctl } from '../tables/ioctl.js';
import { families, getsockopt, setsockopt } from '../tables/sockets.js';
import { buildModule, canBuildModule, findTool, run, type Finished } from './tools.js';

describe('command tables', () => {
  test.each(commandTables.map((table): [string, CommandTable] => [table.call, table]))('%s: numbers are unique, sizes fit', (_call, table) => {
    expect(new Set(table.rows.map((row) => row.number)).size).toBe(table.rows.length);
    for (const { layout } of table.rows) expect(layout.size).toBeLessThan(65536);
  });

  test('what opens a way out is in no table', () => {
    const has = (table: CommandTable, ...numbers: number[]): number[] => numbers.filter((n) => table.rows.some((row) => row.number === n || row.host === n));
    expect(has(ioctl, 0x8946, 0x2285, 0x5412, 0x541c, 0xc020660b, 0x40085203)).toEqual([]); // SIOCETHTOOL SG_IO TIOCSTI TIOCLINUX FIEMAP RNDADDENTROPY
    expect(ioctl.rows.filter(({ number }) => (number >= 0x8b00 && number <= 0x8bff) || (number >= 0x89f0 && number <= 0x89ff))).toEqual([]); // wireless, private
    expect(has(prctl, 22, 25, 26, 35, 50, 53, 54, 55, 59, 62, 0x53564d41, 0x59616d61, 0x41555856)).toEqual([]);
    expect(has(getsockopt, 65536 + 26, 6 * 65536 + 35, 41, 48, 64)).toEqual([]); // SO_GET_FILTER TCP_ZEROCOPY_RECEIVE IP_MSFILTER MCAST_MSFILTER IPT
    expect(has(setsockopt, 65536 + 50, 65536 + 52, 64, 41 * 65536 + 64)).toEqual([]); // programs of bpf(2), iptables
    expect(has(madvise, 10, 100, 101)).toEqual([]);
    expect(
      procEntries.filter((entry) => /(^|\/)(mem|maps|smaps.*|pagemap|auxv|environ|stack|syscall|clear_refs|map_files.*|kcore|kallsyms)$/.test(entry)),
    ).toEqual([]);
    const flags = (symbol: string): number => bitsOf(flagSets.find((set) => set.symbol === symbol)?.passed);
    expect(flags('PERSONALITY') & (0x400000 | 0x200000 | 0x100000)).toBe(0);
    expect(flags('MMAP') & (0x40000 | 0x100)).toBe(0);
    expect(flags('MEMFD') & 4).toBe(0);
    expect(flags('SHMGET') & 0o4000).toBe(0);
  });
});

if (!canBuildModule) test.skip('skipped: the runtime tests need clang and lld', () => undefined);
else
  describeTargets('calls', (target) => {
    const folder = mkdtempSync(join(tmpdir(), 'w2e-calls-'));
    chmodSync(folder, 0o755);
    const program = join(folder, 'calls');
    const program64 = join(folder, 'calls-time64');
    const both: [string, string][] = [
      ['32-bit times', program],
      ['64-bit times', program64],
    ];
    const emulated = target.emulator.length > 0;

    function lines(finished: Finished): string[] {
      return finished.stdout.trimEnd().split('\n');
    }
    function check(executable: string, ...args: string[]): string[] {
      return lines(run(executable, args));
    }

    beforeAll(() => {
      buildModule(program, [], target, 'calls.c');
      buildModule(program64, ['-DABI_FLAGS=1'], target, 'calls.c');
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    // An emulator has tables of its own behind the runtime's: there the sweeps tell only that nothing more gets through.
    const sweeps: [string, CommandTable, number, number, number, boolean][] = [
      ['ioctl', ioctl, 0, 0xffff, 59, true],
      ['fcntl', fcntl, 0, 0xffff, 28, true],
      ['prctl', prctl, 0, 0xffff, 28, false],
      ['madvise', madvise, 0, 0xffff, 28, false],
      ['klogctl', klogctl, 0, 0xffff, 28, false],
      ['family', families, 0, 4096, 5, false],
      ...[0, 1, 6, 17, 41, 58, 255, 263, 270, 282, 283].flatMap((level): [string, CommandTable, number, number, number, boolean][] => [
        ['getsockopt', getsockopt, level * 65536, level * 65536 + 300, 50, true],
        ['setsockopt', setsockopt, level * 65536, level * 65536 + 300, 50, true],
      ]),
    ];
    test.each(sweeps)('%s: what is not in the table is refused (%#)', (call, table, first, last, refusal, exact) => {
      const known = table.rows
        .map((row) => row.number)
        .filter((number) => number >= first && number <= last)
        .sort((a, b) => a - b);
      const passed = run(program, ['sweep', call, String(first), String(last), String(refusal)])
        .stdout.split('\n')
        .filter((line) => line !== '')
        .map(Number);
      if (exact && !emulated) expect(passed).toEqual(known);
      else expect(passed.filter((number) => !known.includes(number))).toEqual([]);
    });

    // Numbers with a size in them: FUSE takes the argument for an address. Refused unless the file is known to be of another system.
    const sized = ioctl.rows.filter(({ layout, number, host = number }) => layout.kind === 'number' && ((host >>> 16) & 0x3fff) > 0);
    test.each(sized.map(({ name, number }) => [name, String(number)] as const))('ioctl: %s does not reach what may be a server of files', (_name, number) => {
      expect(check(program, 'sweep', 'ioctl', number, number, '59')).toEqual(['']);
    });

    test('terminals', () => {
      expect(check(program, 'terminal').join(' ')).toBe('0 0 0 0 40 100 0 1 0 0 0 -59');
    });

    test('fcntl, memfd_create, flags of files', () => {
      expect(check(program, 'descriptors').join(' ')).toBe(`50 2 0 -28 0 0 2 ${emulated ? -28 : -21} 0 -28 1 -21`);
    });

    test.each(both)('options of sockets, addresses, interfaces, %s', (_name, executable) => {
      const time = executable === program64 ? 16 : 8;
      const expected = `0 0 7 0 0 3 ${time} 0 104 -50 -50 0 0 16 127 0 0 3 3 0 -21 3 -6 -28 -5 -66 1 0 1 0 -59 0 1`;
      // The emulator knows neither some options nor what a filter with a bad address is.
      if (emulated) expect(check(executable, 'options').slice(0, 7)).toEqual(expected.split(' ').slice(0, 7));
      else expect(check(executable, 'options').join(' ')).toBe(expected);
    });

    test.each(both)('control messages, %s', (_name, executable) => {
      const head = executable === program64 ? 28 : 20;
      expect(check(executable, 'control').join(' ')).toBe(`1 1 16 1 -28 -28 0 1 1 ${head} 1 -28`);
    });

    test('descriptors that come are judged as files that are opened', () => {
      const descriptors = ['3</proc/self/mem', '4</proc/self/maps', '5</dev/null', '6</etc/passwd', '7</proc/self/status'];
      const finished = run('sh', ['-c', `exec "$0" received 3 4 5 6 7 ${descriptors.join(' ')} 2>&1`, program]);
      // MSG_CTRUNC, nothing and no descriptor; or the message and one descriptor more.
      expect(lines(finished).join(' ')).toBe('8 0 1 8 0 1 0 16 2 0 16 3 0 16 4');
    });

    test('a handler runs while receiving waits', () => {
      expect(check(program, 'waiting-receiver')).toEqual(['1']);
    }, 20_000);

    test('mappings, personality, prctl and the system', () => {
      expect(check(program, 'system').join(' ')).toBe('-28 -28 1 -28 -28 -28 0 0 renamed 0 1 -28 -28 -28 0 0 -28 -28 -28 131072 -28 -28 -28 -28 1');
    });

    test('getgrouplist copies what it found', () => {
      expect(check(program, 'groups').at(-1)).toBe('0');
    });

    test.each(both)('no call tells what was on the native stack, %s', (_name, executable) => {
      expect(check(executable, 'leaks')).toEqual(['done']);
    });

    // --- What may be opened. 0: opened, -2: EACCES, -44: ENOENT, -60: ENXIO
    const root = process.getuid?.() === 0;
    const users: [string, string[]][] = [['the user of the tests', []]];
    if (root && findTool('setpriv') !== undefined) users.push(['nobody', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']]);

    function open(prefix: readonly string[], paths: readonly string[]): [string, string][] {
      const results = lines(run('sh', ['-c', 'exec "$@" </dev/null', 'sh', ...prefix, program, 'open', ...paths], {}, { cwd: folder }));
      return paths.map((path, i) => [path, results[i] ?? '']);
    }

    const refused = [
      '/proc/self/mem',
      '/proc/thread-self/mem',
      '/proc/self/task/../mem',
      '/proc/self/root/proc/self/mem',
      '/proc/../proc//self/./mem',
      '/dev/fd/../mem',
      'link',
      'folder/mem',
      '/proc/self:mem',
      '/proc:self/mem',
      'folder:mem',
      '/:proc/self/mem',
      '+/proc/self/mem',
      '+link',
      '=/proc/self/mem',
      '=proc/self/mem',
      '=link',
      `/proc/${process.pid}/mem`,
      `/proc/${process.pid}/task/${process.pid}/mem`,
      `/proc/${process.pid}/maps`,
      `/proc/${process.pid}/environ`,
      ...['maps', 'smaps', 'smaps_rollup', 'numa_maps', 'pagemap', 'auxv', 'environ', 'stack', 'syscall', 'clear_refs', 'map_files', 'personality'].map(
        (name) => `/proc/self/${name}`,
      ),
      '/proc/kcore',
      '/proc/kallsyms',
      '/proc/iomem',
      '/dev/mem',
      '/dev/kmem',
      '/dev/port',
    ];
    const permitted = [
      '/proc',
      '/proc/cpuinfo',
      '/proc/meminfo',
      '/proc/stat',
      '/proc/loadavg',
      '/proc/uptime',
      '/proc/mounts',
      '/proc/filesystems',
      '/proc/sys/kernel/ostype',
      '/proc/sys',
      '/proc/net/dev',
      '/proc/self',
      '/proc/self/stat',
      '/proc/self/status',
      '/proc/self/statm',
      '/proc/self/cmdline',
      '/proc/self/comm',
      '/proc/self/limits',
      '/proc/self/cgroup',
      '/proc/self/mountinfo',
      '/proc/self/fd',
      '/proc/self/fdinfo/0',
      '/proc/self/task',
      '/proc/self/net',
      '/proc/self/exe',
      '/proc/self/fd/0',
      '/dev/stdin',
      '/proc/thread-self/comm',
      '/proc/1/stat',
      '/proc/1:status',
      '=/proc/self/status',
      '+/proc/self/status',
      '/dev/null',
      '/dev/zero',
      '/dev/urandom',
      '/dev/ptmx',
      '/',
      '/etc/passwd',
    ];

    test.each(users)('memory of processes cannot be opened, other files can, by %s', (_name, prefix) => {
      symlinkSync('/proc/self/mem', join(folder, 'link'));
      symlinkSync('/proc/self', join(folder, 'folder'));
      try {
        const opened = open(prefix, refused).filter(([, result]) => result !== '-2' && result !== '-44');
        // The emulator answers some names of /proc/self itself, with a file of its own that has the emulated program's mappings.
        if (emulated) expect(opened.filter(([path]) => !/(maps|auxv)$/.test(path))).toEqual([]);
        else expect(opened).toEqual([]);
        expect(open(prefix, refused.slice(0, 3)).map(([, result]) => result)).toEqual(['-2', '-2', '-2']);
        expect(open(prefix, permitted).filter(([, result]) => result !== '0')).toEqual([]);
      } finally {
        rmSync(join(folder, 'link'));
        rmSync(join(folder, 'folder'));
      }
    });

    const mayMount = root && run('unshare', ['-m', 'true']).status === 0;
    if (!mayMount || emulated || isObserved(target))
      test.skip('skipped: mounts need root and openat2, which the emulator does not have, and the observer is not in their namespace', () => undefined);
    else
      test('mounts do not make a way to memory', () => {
        mkdirSync(join(folder, 'proc'));
        const script = [
          'set -e',
          'mount -t tmpfs none proc',
          'cd proc',
          'mkdir new bind self',
          'touch cpuinfo && mount --bind /proc/$$/mem cpuinfo',
          'touch status && mount --bind /proc/$$/maps status',
          'mount -t proc none new',
          'mount --bind /proc bind',
          'mount --bind /proc/$$ self',
          'mknod -m 666 memory c 1 1',
          'mknod -m 666 nothing c 1 3',
          // The kernel may forbid to mount over what is in procfs.
          'mount --bind /proc/$$/mem /proc/$$/status || true',
          'mount --bind /proc/$$/fd /proc/1/fd || true',
          'exec "$0" open cpuinfo status new/self/mem new/self/maps bind/self/mem bind/self:mem self/mem self/maps self:mem memory new/kcore /proc/$$/mem nothing',
        ].join('\n');
        const finished = run('unshare', ['-m', 'sh', '-c', script, program], {}, { cwd: folder });
        expect(finished.stderr.replaceAll(/^mount:.*\n|^ +dmesg.*\n/gm, '')).toBe('');
        // -98: the folder is refused already; of /dev/mem and kcore the kernel may have none.
        const results = lines(finished);
        expect(results.slice(0, 5)).toEqual(['-2', '-2', '-2', '-2', '-2']);
        expect(results.slice(5, 12).filter((result) => !['-2', '-98', '-60', '-44'].includes(result))).toEqual([]);
        expect(results.slice(12)).toEqual(['0']);
        // What is mounted over an entry is not that entry.
        const over = ['mount --bind /proc/$$/mem /proc/$$/status || exit 7', 'exec "$0" open /proc/$$/status /proc/$$/stat'].join('\n');
        const second = run('unshare', ['-m', 'sh', '-c', over, program], {}, { cwd: folder });
        if (second.status !== 7) expect(lines(second)).toEqual(['-2', '0']);
      });

    // A character device that is not listed, and that the kernel opens.
    const unlisted = readdirSync('/dev').find((name) => {
      const { rdev, mode } = lstatSync(join('/dev', name));
      if ((mode & 0o170000) !== 0o020000) return false;
      const [major, minor] = [(rdev >> 8) & 0xfff, (rdev & 0xff) | ((rdev >> 12) & 0xfff00)];
      return (
        major !== 1 &&
        !devices.some((row) => row.major === major && minor >= row.firstMinor && minor <= row.lastMinor) &&
        run('sh', ['-c', ': <"$0"', join('/dev', name)]).status === 0
      );
    });
    if (unlisted === undefined) test.skip('skipped: no device in /dev that is not listed', () => undefined);
    else
      test('devices that are not listed cannot be opened, wherever paths start', () => {
        const { stdout } = run(program, ['open', unlisted, join('/dev', unlisted), 'null'], {}, { cwd: '/dev' });
        expect(stdout).toBe('-2\n-2\n0\n');
      });

    test.each(users)('where paths start makes no difference, by %s', (_name, prefix) => {
      const [command, ...args] = [...prefix, program, 'start'];
      const results = lines(run(command ?? '', args));
      expect(results.slice(0, 9)).toEqual(['1', '0', '-2', '1', '0', '1', '0', '-2', '1']);
      expect(results.slice(9).filter((result) => result !== '-2')).toEqual([]);
    });

    test.each(users)(
      'a signal handler does not see what is about to be refused, by %s',
      (_name, prefix) => {
        const [command, ...args] = [...prefix, program, 'race'];
        expect(lines(run(command ?? '', args))).toEqual(['1', '0']);
      },
      60_000,
    );

    test('a handler runs while opening waits', () => {
      const fifo = join(folder, 'fifo');
      expect(run('mkfifo', [fifo]).status).toBe(0);
      expect(check(program, 'fifo', fifo)).toEqual(['1']);
    }, 20_000);
  });
