// w2e-cc as a compiler driver: its modes and options, what modules and programs it makes. Needs emcc.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** Names in the folder that begin so. */
const filesLike = (start: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .sort();

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

  test('-o X makes the native executable X and its module', () => {
    expect(cc(source('hello.c', hello), '-o', 'hello')).toEqual({ status: 0, output: '' });
    expect(readFileSync(join(folder, 'hello')).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
    expect(command('./hello', [], {})).toEqual({ status: 3, output: 'hello\n' });
    expect(filesLike('hello')).toEqual(['hello', 'hello.c', 'hello.wasm']);
    expect(filesLike('.w2e')).toEqual([]);
  });

  test('the level of the native step is that of the link, or one of its own', () => {
    const size = (...args: string[]): number => {
      expect(cc(...args, 'hello.c', '-o', 'sized')).toEqual({ status: 0, output: '' });
      return statSync(join(folder, 'sized')).size;
    };
    const unoptimized = size('-O0');
    expect(size('-O2')).not.toBe(unoptimized);
    expect(size('-O2', '--w2e-native=-O0')).not.toBe(size('-O2'));
    const flags = command(join(sdk, 'w2e-cc'), ['hello.c', '-o', 'sized'], { ...process.env, W2E_NATIVE_FLAGS: '-O9' });
    expect(flags.status).not.toBe(0);
    expect(flags.output).toContain('W2E-U001');
    expect(filesLike('sized')).toEqual([]);
  });

  test('what is not a regular file is left alone', () => {
    expect(cc('hello.c', '-o', '/dev/null')).toEqual({ status: 0, output: '' });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('as cc: a failed link leaves no output, old or new; exit statuses are those of cc', () => {
    source('outdated', 'old');
    expect(cc('hello.c', '-lmissing', '-o', 'outdated').status).toBe(1);
    expect(filesLike('outdated')).toEqual([]);
    source('broken.c', 'int x = ;\n');
    for (const args of [['broken.c', '-o', 'broken'], ['-c', 'broken.c'], ['-c', 'hello.c', 'hello.c', '-o', 'x.o'], ['absent.c'], ['-o', 'x'], []])
      expect([args, cc(...args).status]).toEqual([args, 1]);
    expect(filesLike('broken')).toEqual(['broken.c']);
    expect(filesLike('.w2e')).toEqual([]);
  });

  test('sources from standard input, of a named language, in response files', () => {
    const input = (text: string, ...args: string[]): Outcome => {
      const result = spawnSync(join(sdk, 'w2e-cc'), args, { cwd: folder, input: text, encoding: 'utf8' });
      return { status: result.status, output: result.stdout + result.stderr };
    };
    expect(input(hello, '-x', 'c', '-', '-o', 'piped')).toEqual({ status: 0, output: '' });
    expect(command('./piped', []).status).toBe(3);
    expect(input(hello, '-xc', '-c', '-', '-o', 'piped.o').status).toBe(0);
    expect(input('linux __linux__ __gnu_linux__ __unix__', '-E', '-P', '-').output.trim()).toBe('1 1 1 1');
    expect(input('linux __linux__', '-std=c11', '-E', '-P', '-').output.trim()).toBe('linux 1');
    source('odd.text', hello);
    source('arguments', `-DX="a b" -x c 'odd.text'\n-x none -o "odd out"\n`);
    expect(cc('@arguments')).toEqual({ status: 0, output: '' });
    expect(command('./odd out', []).status).toBe(3);
    const absent = cc('@nowhere');
    expect([absent.status, absent.output]).toEqual([1, expect.stringContaining('W2E-S004')]);
  });

  test('dependencies are named after the output', () => {
    source('included.h', 'enum { three = 3 };\n');
    source('includes.c', '#include "included.h"\nint main(void) { return three - 3; }\n');
    expect(cc('-MMD', 'includes.c', '-o', 'includes')).toEqual({ status: 0, output: '' });
    expect(readFileSync(join(folder, 'includes.d'), 'utf8')).toBe('includes: includes.c included.h\n');
    expect(cc('-MD', '-MF', 'other.d', '-c', 'includes.c', '-o', 'renamed.o').status).toBe(0);
    expect(readFileSync(join(folder, 'other.d'), 'utf8')).toContain('renamed.o: includes.c included.h');
    expect(cc('-MM', 'includes.c').output).toBe('includes.o: includes.c included.h\n');
  });

  test('more static data than Emscripten begins with', () => {
    source('large.c', 'static char data[40 << 20] = {1}; int main(int c, char **v) { data[c << 24] = 2; return data[0] + data[1 << 24]; }\n');
    expect(cc('large.c', '-o', 'large')).toEqual({ status: 0, output: '' });
    expect(command('./large', []).status).toBe(3);
  });

  test('dlopen fails as in a static program', () => {
    source('load.c', '#include <dlfcn.h>\n#include <stdio.h>\nint main(void) { return dlopen("x.so", RTLD_NOW) ? 1 : (puts(dlerror()), dlerror() != 0); }\n');
    expect(cc('load.c', '-ldl', '-o', 'load')).toEqual({ status: 0, output: '' });
    expect(command('./load', [])).toEqual({ status: 0, output: 'x.so: dynamic loading is not supported\n' });
  });

  test('syscall is the function of libc, or fails with ENOSYS', () => {
    source(
      'numbers.c',
      `#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  char bytes[16] = {0}, sum = 0;
  if (syscall(SYS_getpid) != getpid() || syscall(SYS_getrandom, bytes, 16, 0) != 16 || syscall(SYS_getrandom, bytes, 16, 1 << 20) != -1 || errno != EINVAL) return 1;
  for (int k = 0; k < 16; k++) sum |= bytes[k];
  return !sum || syscall(SYS_memfd_create, "x", 0) < 3 || syscall(9999, 1, 2, 3) != -1 || errno != ENOSYS ? 2 : 0;
}
`,
    );
    expect(cc('numbers.c', '-o', 'numbers')).toEqual({ status: 0, output: '' });
    expect(command('./numbers', [])).toEqual({ status: 0, output: '' });
  });

  test('main may have the environment as its third parameter', () => {
    source('environment.c', '#include <stdio.h>\nint main(int c, char **v, char **e) { for (; *e; e++) puts(*e); return c - 1; }\n');
    expect(cc('environment.c', '-o', 'environment')).toEqual({ status: 0, output: '' });
    expect(command('./environment', ['x'], { A: 'b', C: '' })).toEqual({ status: 1, output: 'A=b\nC=\n' });
  });

  test('-shared is refused', () => {
    const shared = cc('-shared', 'hello.c', '-o', 'libhello.so');
    expect([shared.status, shared.output]).toEqual([1, expect.stringContaining('W2E-S003')]);
  });

  test('config.site: configure checks run their programs', () => {
    mkdirSync(join(folder, 'configured'));
    source(
      'configured/configure',
      `#!/bin/sh
. "$CONFIG_SITE"
printf 'int main(void) { return 0; }' > conftest.c && $CC conftest.c -o conftest && ./conftest && echo "$enable_shared $AR $W2E_NATIVE_FLAGS"
`,
    );
    chmodSync(join(folder, 'configured/configure'), 0o755);
    expect(command('./configured/configure', [], { ...process.env, CONFIG_SITE: join(sdk, 'config.site') })).toEqual({ status: 0, output: 'no emar -O0\n' });
  });

  (spawnSync('cmake', ['--version']).status === 0 ? test : test.skip)(
    'toolchain.cmake: try_run runs, SHARED libraries are static (skipped without cmake)',
    () => {
      mkdirSync(join(folder, 'cmake'));
      source(
        'cmake/library.cc',
        '#include <string>\nextern "C" int length(const char *text) { try { throw std::string(text); } catch (std::string &s) { return s.size(); } }\n',
      );
      source('cmake/main.c', 'int length(const char *); int main(void) { return length("seven") - SIZE; }\n');
      source(
        'cmake/CMakeLists.txt',
        `cmake_minimum_required(VERSION 3.13)
project(example C CXX)
include(CheckCSourceRuns)
check_c_source_runs("#include <unistd.h>
int main(void) { return getppid() < 2 || sizeof(long) != 4; }" RUNS)
if(NOT RUNS)
  message(FATAL_ERROR "does not run")
endif()
add_library(length SHARED library.cc)
add_executable(main main.c)
target_compile_definitions(main PRIVATE SIZE=\${CMAKE_SIZEOF_VOID_P})
target_link_libraries(main length)
`,
      );
      const cmake = command('cmake', ['-S', 'cmake', '-B', 'cmake/build', `-DCMAKE_TOOLCHAIN_FILE=${join(sdk, 'toolchain.cmake')}`]);
      expect([cmake.status, cmake.output]).toEqual([0, expect.stringContaining('Performing Test RUNS - Success')]);
      expect(command('cmake', ['--build', 'cmake/build']).status).toBe(0);
      expect(command('cmake/build/main', []).status).toBe(1);
    },
  );

  test.each(['-O0', '-O2', '-O3', '-Os'])('%s: faked functions are imports by name', (level) => {
    expect(cc(level, source('posix.c', posix), '-o', 'posix')).toEqual({ status: 0, output: '' });
    for (const name of ['fork', 'execve', '__syscall_wait4', 'kill', 'sigaction', 'sendfile'])
      expect([name, mentions('posix.wasm', name)]).toEqual([name, true]);
    expect(command('./posix', [])).toEqual({ status: 0, output: '8\n' });
  });

  test('-o X.js makes the module and its glue; popen and system are in the module', () => {
    expect(cc('posix.c', '-o', 'glued.js')).toEqual({ status: 0, output: '' });
    expect(filesLike('glued')).toEqual(['glued.js', 'glued.wasm']);
    const module = new Set(readFileSync(join(folder, 'glued.js'), 'utf8').match(/"(popen|pclose|system|posix_spawn)":/g) ?? []);
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
    expect(cc('-dumpmachine').output).toBe('wasm32-unknown-linux-musl\n');
    expect(cc('-dumpversion').output).toMatch(/^1[4-9]\.\d+\.\d+\n$/);
    expect(cc('-print-prog-name=ar').output).toMatch(/emar\n$/);
    expect(cc('-print-file-name=libc.a').output).toMatch(/libc\.a\n$/);
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
      '-Wl,-rpath,/nowhere,--as-needed,-Map=x.map',
      '-Xlinker',
      '-soname',
      '-Xlinker',
      'x.so',
      '-static',
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

describe('w2e-cc with another Emscripten', () => {
  test('is told, before anything is done', () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'emscripten-version.txt'), '"2.0.12"\n');
    writeFileSync(join(other, 'emcc'), '#!/bin/sh\necho called\n');
    chmodSync(join(other, 'emcc'), 0o755);
    const result = command(join(sdk, 'w2e-cc'), ['x.c'], { ...process.env, PATH: `${other}:${process.env.PATH}` });
    expect(result).toEqual({
      status: 2,
      output: expect.stringMatching(/^w2e-cc: error\[W2E-S002\]: Emscripten 2\.0\.12 is not supported\n.*3\.1\.6 3\.1\.69/),
    });
  });
});

describe('w2e-cc without Emscripten', () => {
  test('names the packages', () => {
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    symlinkSync('/usr/bin/readlink', join(tools, 'readlink'));
    const result = command('/bin/bash', [join(sdk, 'w2e-cc'), 'x.c'], { PATH: tools });
    expect(result.status).toBe(2);
    expect(result.output).toContain('W2E-S001');
  });
});
