// w2e-cc as a compiler driver: its modes and options, what modules it makes, and that its launchers run. Needs emcc.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sdk = fileURLToPath(new URL('../../../sdk', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'w2e-cc-test-'));
const haveEmscripten = spawnSync('emcc', ['--version']).status === 0;

afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

function command(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Outcome {
  const result = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  return { status: result.status, output: result.stdout + result.stderr };
}

const cc = (...args: string[]): Outcome => command(join(sdk, 'w2e-cc'), args);
const cxx = (...args: string[]): Outcome => command(join(sdk, 'w2e-c++'), args);

function source(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

/** Whether the module's bytes contain an import or export of this name (length, then the name). */
function mentions(module: string, name: string): boolean {
  const bytes = readFileSync(join(folder, module));
  return bytes.includes(Buffer.concat([Buffer.from([name.length]), Buffer.from(name)]));
}

const hello = '#include <stdio.h>\nint main(void) { puts("hello"); return 3; }\n';
const posix = `#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>
static __thread int counter = 7;
int main(int argc, char **argv) {
  if (argc > 9) {
    if (!fork()) execv(argv[1], argv);
    wait(0), kill(getpid(), SIGTERM), signal(SIGALRM, SIG_IGN), alarm(1), sendfile(1, 0, 0, 9), system("true");
    pclose(popen(argv[0], "r"));
  }
  printf("%d\\n", counter + __sync_fetch_and_add(&argc, 1));
  return 0;
}
`;

(haveEmscripten ? describe : describe.skip)('w2e-cc (skipped without the Debian package emscripten)', () => {
  // The first use builds the sdk's libraries, and says so.
  beforeAll(() => {
    expect(cc(source('first.c', hello), '-c', '-o', 'first.o').status).toBe(0);
    expect(cc('first.o', '-o', 'first.wasm').status).toBe(0);
    for (const file of ['first.c', 'first.o', 'first.wasm']) rmSync(join(folder, file), { force: true });
  }, 600_000);

  test('makes a launcher that runs, whatever package.json is around', () => {
    source('package.json', '{"type": "module"}');
    expect(cc(source('hello.c', hello), '-o', 'hello')).toEqual({ status: 0, output: '' });
    expect(command('./hello', [])).toEqual({ status: 3, output: 'hello\n' });
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('hello'))
        .sort(),
    ).toEqual(['hello', 'hello.c', 'hello.cjs', 'hello.wasm']);
  });

  test.each(['-O0', '-O2', '-O3', '-Os'])('%s: faked functions are imports by name', (level) => {
    expect(cc(level, source('posix.c', posix), '-o', 'posix')).toEqual({ status: 0, output: '' });
    for (const name of ['fork', 'execve', '__syscall_wait4', 'kill', 'sigaction', 'sendfile'])
      expect([name, mentions('posix.wasm', name)]).toEqual([name, true]);
    expect(command('./posix', [])).toEqual({ status: 0, output: '8\n' });
  });

  test('popen and system are in the module', () => {
    const module = new Set(readFileSync(join(folder, 'posix.cjs'), 'utf8').match(/"(popen|pclose|system|posix_spawn)":/g) ?? []);
    expect([...module]).toEqual([]);
  });

  test('several sources, objects and archives', () => {
    source('a.c', 'int b(void); int main(void) { return b() - 4; }\n');
    source('b.c', 'int c(void); int b(void) { return c() * 2; }\n');
    source('c.c', 'int c(void) { return 5; }\n');
    expect(cc('-O3', '-c', 'b.c', 'c.c').status).toBe(0);
    expect(command('emar', ['rcs', 'libc5.a', 'c.o']).status).toBe(0);
    expect(cc('-O3', 'a.c', 'b.o', '-L.', '-lc5', '-lm', '-o', 'several').status).toBe(0);
    expect(command('./several', []).status).toBe(6);
    expect(cc('-r', 'b.o', 'c.o', '-o', 'joined.o').status).toBe(0);
    expect(cc('a.c', 'joined.o', '-o', 'joined').status).toBe(0);
    expect(command('./joined', []).status).toBe(6);
  });

  test('-E, -S, queries', () => {
    expect(cc('-E', source('e.c', '#define X 42\nint x = X;\n')).output).toContain('int x = 42;');
    expect(cc('-S', 'c.c', '-o', 'c.s').status).toBe(0);
    expect(readFileSync(join(folder, 'c.s'), 'utf8')).toContain('i32.const\t5');
    expect(cc('-dumpmachine').output).toContain('wasm32');
    expect(cc('-v').output).toContain('clang version');
    expect(cc('--version').output).toMatch(/^w2e-cc \d+\.\d+\.\d+ \(emcc .* 3\.1\.6/);
  });

  test('options that Emscripten lacks are dropped', () => {
    const flags = [
      '-pthread',
      '-fPIC',
      '-march=native',
      '-fstack-protector-strong',
      '-Wl,-E',
      '-Wl,-z,relro,-z,now',
      '-rdynamic',
      '-ldl',
      '-lcrypt',
      '-lpthread',
      '-s',
    ];
    expect(cc(...flags, 'hello.c', '-o', 'dropped')).toEqual({ status: 0, output: '' });
    expect(command('./dropped', []).output).toBe('hello\n');
  });

  test('-o X.wasm makes only the module; names are kept unless told otherwise', () => {
    expect(cc('c.c', 'a.c', 'b.c', '-o', 'only.wasm').status).toBe(0);
    expect([existsSync(join(folder, 'only')), existsSync(join(folder, 'only.cjs'))]).toEqual([false, false]);
    expect(mentions('only.wasm', 'name')).toBe(true);
    expect(cc('--w2e-nonames', 'c.c', 'a.c', 'b.c', '-o', 'unnamed.wasm').status).toBe(0);
    expect(mentions('unnamed.wasm', 'name')).toBe(false);
  });

  test('C++ with exceptions', () => {
    source('x.cc', '#include <iostream>\nint main() { try { throw 5; } catch (int n) { std::cout << "caught " << n << std::endl; } }\n');
    for (const driver of [cc, cxx]) {
      expect(driver('-O3', 'x.cc', '-o', 'x')).toEqual({ status: 0, output: '' });
      expect(command('./x', [])).toEqual({ status: 0, output: 'caught 5\n' });
    }
  });

  test('what no runtime has is still undefined: configure scripts see it', () => {
    const missing = cc(source('missing.c', 'int kqueue(void); int main(void) { return kqueue(); }\n'), '-o', 'missing');
    expect(missing.status).not.toBe(0);
    expect(missing.output).toContain('undefined symbol: kqueue');
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });
});

describe('w2e-cc without Emscripten', () => {
  test('names the packages', () => {
    const result = command('/bin/bash', [join(sdk, 'w2e-cc'), 'x.c'], { PATH: folder });
    expect(result.status).toBe(2);
    expect(result.output).toContain('emscripten');
  });
});
