// The runtime alone, around a module written in C (module.c): start-up, traps, signals, mappings, errors, time, names.
// Time is compared with date(1) of the host.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUpAfterAll, describeTargets, emulatorAddressSpace } from '../../fixtures/harness.js';
import { buildModule, canBuildModule, findTool, projectPath, run, type Finished } from './tools.js';

cleanUpAfterAll();

if (!canBuildModule) test.skip('skipped: the runtime tests need clang and lld', () => undefined);
else
  describeTargets('runtime', (target) => {
    const folder = mkdtempSync(join(tmpdir(), 'w2e-runtime-'));
    const program = join(folder, 'module');
    // The same module with 64-bit times, and with explicit bounds checks.
    const program64 = join(folder, 'module-time64');
    const checked = join(folder, 'module-checked');
    const own = emulatorAddressSpace(target);

    function check(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Finished {
      return run(program, args, environment);
    }

    function linesOf(executable: string, ...args: string[]): string[] {
      return run(executable, args).stdout.trimEnd().split('\n');
    }

    function lines(...args: string[]): string[] {
      return linesOf(program, ...args);
    }

    beforeAll(() => {
      buildModule(program, [], target);
      buildModule(program64, ['-DABI_FLAGS=1', '-DPAGES_MAX=32'], target);
      buildModule(checked, ['-DABI_FLAGS=4', '-DPAGES_MAX=65536'], target);
    });

    afterAll(() => rmSync(folder, { recursive: true }));

    test('arguments, data segment and exit status', () => {
      const finished = check(['one', 'two words']);
      expect(finished.stdout).toBe(`${program}\none\ntwo words\ndata segment\n`);
      expect(finished.status).toBe(42);
    });

    test.each([
      ['out-of-bounds', 'out of bounds memory access in out_of_bounds'],
      ['recursion', 'call stack exhausted in recurse'],
      ['undefined-import', 'undefined import: env.missing in w2e_export_main'],
    ])('trap: %s', (what, message) => {
      const finished = check([what]);
      expect(finished.stderr.split('\n')[0]).toBe(`wasm trap: ${message}`);
      expect(finished.stderr).toMatch(/^ {4}at 0x[0-9a-f]+ \w+\+0x[0-9a-f]+$/m);
      expect(finished.status).toBe(134);
    });

    test('the backtrace reaches the entry point', () => {
      expect(check(['out-of-bounds']).stderr).toMatch(/ out_of_bounds\+[\s\S]* _start\+/);
    });

    test('names in backtraces are text, also if the file in the place of the executable is another one', () => {
      expect(check(['forged-name']).stderr.split('\n')[0]).toBe('wasm trap: out of bounds memory access in forged?[31m?\ufffd?m?m\ufffd\u202eend');
    });

    test.each(['fault', 'call'])('no handler of the module runs while a trap is reported: %s', (kind) => {
      const output = join(folder, `handled-${kind}`);
      const { stdout } = run('sh', ['-c', '"$0" alarm-in-report "$1" 2>&1 >"$2" | { sleep 1; tr -d .; }', program, kind, output]);
      expect(stdout).toMatch(kind === 'call' ? /^wasm trap: undefined import/ : /^wasm trap: out of bounds memory access/);
      expect(readFileSync(output, 'utf8')).toBe('');
    });

    test('a program that serves its exports answers each trap', () => {
      const trap = '\x01\0\0\0\x1b\0\0\0out of bounds memory access',
        signal = `\0\0\0\0\x10\0\0\0\n${'\0'.repeat(15)}`;
      const input = `${'\0'.repeat(3 * 16)}\x01${'\0'.repeat(7)}\x01${'\0'.repeat(7)}`; // no arguments; the last has a result
      expect(run(program, ['serving'], {}, { input })).toEqual({ stdout: trap.repeat(3) + signal, stderr: '', status: 0 });
    });

    test('memory grows up to its maximum', () => {
      expect(lines('growth')).toEqual(['16', '-1', String(17 * 65536)]);
    });

    test('signals: plain and siginfo handlers, the red zone, SIG_IGN', () => {
      expect(lines('signals')).toEqual(['10', '1', '12', '1', '1', '-2']);
    });

    test('what is told of signals: no addresses of code (SIGSYS, SIGTRAP), none outside of memory', () => {
      expect(lines('signal-information')).toEqual(['0', '0', '0', '7', '7', '7', '7']);
    });

    test.each([
      ['n', '10'],
      ['f', '11'],
      ['fn', '1[01]'],
      ['nf', '1[01]'],
    ])('signals wait while something is held, and faults are heard: %s', (signals, last) => {
      expect(lines('held', signals, '').join(' ')).toMatch(new RegExp(`^0 ${last} 1 10$`));
      for (const [what, message] of [
        ['fault', 'out of bounds memory access'],
        ['recursion', 'call stack exhausted'],
      ] as const) {
        const { status, stderr } = check(['held', signals, what]);
        expect(`${status} ${stderr.split(' in ')[0]}`).toBe(`134 wasm trap: ${message}`);
      }
    });

    test('mappings: shared across fork, given back zeroed, fixed, refused outside memory', () => {
      expect(lines('mapping')).toEqual(['child', '0', '0', '1', '-28']);
    });

    test('mremap grows by moving, shrinks in place', () => {
      expect(lines('remapping')).toEqual(['-48', '1', '1', '0', 'childkept', '0', '0']);
    });

    test('atomic wait and notify, 32 and 64 bits', () => {
      expect(lines('waiting')).toEqual(['1', '2', '1', '2', '0', '0', '1']);
    });

    test.each([
      ['32-bit times', program],
      ['64-bit times', program64],
    ])('System V IPC, %s', (_name, executable) => {
      const status = ['0', '5000', '1', '1', '0', '0', '2', '0', '0'];
      expect(linesOf(executable, 'ipc')).toEqual([
        '0',
        '0',
        '1792',
        '0',
        '9',
        'written by the child',
        '8',
        '5',
        'message',
        ...status,
        '0',
        '0',
        '-1',
        '0',
        '0',
        '0',
      ]);
    });

    test('named semaphores', () => {
      expect(lines('named-semaphores', `/w2e-test-${process.pid}`)).toEqual(['0', '1', '0', '1', '0', '-1', '1792', '0', '0', '0', '-1', '0', '-1']);
    });

    test.each([
      ['32-bit times', program],
      ['64-bit times', program64],
    ])('POSIX timers, %s', (_name, executable) => {
      expect(linesOf(executable, 'timers')).toEqual(['0', '0', '0', '1', '10', '0', '0', '-1', '0', '0', '71']);
    });

    test.each([
      ['32-bit times', program],
      ['64-bit times', program64],
    ])('calls that hand over times, %s', (_name, executable) => {
      expect(linesOf(executable, 'time-layout')).toEqual(['1', '1', '1', '1', '1', '1', '1', '1', '1', '0', '0', '1', '1', '1', '0', '0', '0']);
    });

    test('sockets and signals of WASI', () => {
      expect(lines('wasi')).toEqual(['0', '0', '0', '5', '0', 'hello', '0', '0', '0', '28', '0', '17']);
    });

    test("error numbers are Emscripten's: ENOENT, EFAULT, ESRCH, EBADF", () => {
      expect(lines('errors')).toEqual(['-44', '-21', '-1', '71', '8']);
    });

    test('a throw resumes the newest jump buffer; without one it is a trap', () => {
      const finished = check(['jump']);
      expect(finished.stdout).toBe('resumed\n');
      expect(finished.stderr).toMatch(/^wasm trap: uncaught exception/);
      expect(finished.status).toBe(134);
    });

    const format = '%a %A %b %B %C %d %D %e %F %g %G %H %I %j %m %M %p %r %R %S %T %u %U %V %w %W %y %Y %z';
    const moments = ['0', '951782400', '1000000000', '1711846799', '1711846800', '1729989000', '1729992600', '1735689599', '2000000000', '-86400'];
    test.each([
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Sydney',
      'Asia/Kolkata',
      'EST5EDT,M3.2.0,M11.1.0',
      '<+0330>-3:30',
      'NZST-12NZDT,M9.5.0,M4.1.0/3',
    ])('local time in %s', (zone) => {
      const environment = { TZ: zone, LC_ALL: 'C' };
      for (const moment of moments) {
        const expected = run('date', ['-d', `@${moment}`, `+${format}`], environment).stdout;
        expect(check(['time', moment, format], environment).stdout).toBe(`${expected}${moment}\n`);
      }
    });

    const compiler = findTool('cc');
    if (compiler === undefined) test.skip('skipped: the test of strptime needs cc', () => undefined);
    else
      test("strptime fills in what the host's does", () => {
        const host = join(folder, 'parsed-time');
        expect(run(compiler, ['-o', host, projectPath('runtime-c/test/parsed-time.c')]).stderr).toBe('');
        const pieces: readonly (readonly [string, readonly string[]])[] = [
          ['%Y', ['2024', '1999', '2000', '1900']],
          ['%m', ['1', '2', '12']],
          ['%d', ['1', '29', '31']],
          ['%j', ['1', '60', '61', '365']],
          ['%y', ['68', '69', '00']],
          ['%C', ['19', '20']],
          ['%a', ['Wed', 'sunday']],
          ['%b', ['Feb', 'december']],
          ['%U', ['2', '9', '51']],
          ['%W', ['2', '51']],
          ['%u', ['7', '1']],
          ['%w', ['0', '6']],
          ['%H', ['0', '13']],
          ['%I', ['12', '1']],
          ['%p', ['AM', 'pm']],
          ['%F', ['2024-02-29']],
          ['%D', ['12/31/99']],
          ['%S', ['60']],
          ['%V', ['53']],
          ['%e', [' 7']],
          ['%T', ['23:59:59']],
          ['%R', ['1:02']],
        ];
        const pairs: string[] = [];
        pieces.forEach(([first, firsts]) =>
          firsts.forEach((text) => {
            pairs.push(first, text, first, `${text} rest`, first, 'x');
            pieces.forEach(([second, seconds]) => seconds.forEach((other) => pairs.push(`${first} ${second}`, `${text} ${other}`)));
          }),
        );
        const triples = ['%Y %j %m', '%Y %U %a', '%W %u %Y', '%y %C %j', '%C %y %d', '%d %b %Y', '%I %p %H', '%H %I %p', '%p %I', '%Y %m', '%Y %W %w'];
        for (const format of triples)
          pairs.push(
            format,
            format.replace(/%./g, (each) => pieces.find(([piece]) => piece === each)![1].at(-1)!),
          );
        for (let at = 0; at < pairs.length; at += 200) {
          const some = pairs.slice(at, at + 200);
          expect(check(['parsed-time', ...some]).stdout).toBe(run(host, some).stdout);
        }
        expect(pairs.length).toBeGreaterThan(3000);
      });

    test("the module's own TZ counts where its getenv is exported, else the process's", () => {
      const environment = { TZ: 'YYY-2' };
      const own = join(folder, 'module-getenv');
      buildModule(own, ['-DWITH_GETENV'], target);
      const hours = (text: string): number[] => text.trimEnd().split('\n').map(Number);
      const unset = Number(run('date', ['-d', '@0', '+%-H'], { TZ: ':/etc/localtime' }).stdout);
      const found = hours(run(own, ['zone-changes'], environment).stdout);
      expect(found.slice(0, 10)).toEqual([0, 0, 5, -18000, 9, -32400, 19, 18000, 22, 10800]);
      expect(found[10]).toBe(unset);
      expect(hours(check(['zone-changes'], environment).stdout)).toEqual(Array.from({ length: 6 }, () => [2, -7200]).flat());
    });

    test('numeric host names and services', () => {
      expect(lines('names', '127.1', '80')).toEqual(['127.0.0.1 80']);
      expect(lines('names', '2001:db8::1:0:0:2', '443')).toEqual(['2001:db8::1:0:0:2 443']);
      expect(lines('names', '::ffff:10.0.0.1', '1')).toEqual(['::ffff:10.0.0.1 1']);
      expect(lines('names', '1:2:3:4:5:6:7::', '1')).toEqual(['1:2:3:4:5:6:7:0 1']);
    });

    test('localhost comes from the hosts file', () => {
      expect(lines('names', 'localhost', '80')).toContain('127.0.0.1 80');
    });

    test('too little address space is explained', () => {
      const finished = run('sh', ['-c', `ulimit -v ${own + 1_000_000}; exec ${program}`]);
      expect(finished.stderr).toMatch(/ulimit -v.*--memory=check/);
      expect(finished.status).toBe(134);
    });

    test('a module with explicit bounds checks needs no more than it uses', () => {
      const remapping = linesOf(checked, 'remapping');
      const finished = run('sh', ['-c', `ulimit -v ${own + 40_000}; exec ${checked} limits`]);
      expect(finished).toEqual({ stdout: ['16', '-1', String(17 * 65536), '17', '7', ...remapping, ''].join('\n'), stderr: '', status: 0 });
      if (own === 0) expect(run('sh', ['-c', `ulimit -v 1200; exec ${checked} limits`]).status).not.toBe(0);
      expect(run('sh', ['-c', `ulimit -v ${own + 40_000}; exec ${checked} mapping`]).stdout).toBe(check(['mapping']).stdout);
    });
  });
