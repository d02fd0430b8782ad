// The tables: generated files are current, rows are sound, the archive defines every row, and the import lists of
// real modules are covered.

import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fieldOffset, layoutOf, structs } from '../tables/contract.js';
import type { StructRow } from '../tables/contract.js';
import { contractDocument } from '../tables/generate-contract.js';
import { generatedFiles } from '../tables/generate.js';
import { findImport, generatedImport, imports, signatureText } from '../tables/imports.js';
import { traps } from '../tables/traps.js';
import { archivePath, findTool, projectPath, run } from './tools.js';

describe('generated files', () => {
  test.each(generatedFiles().map((file) => [file.path, file.text]))('%s is current', (path, text) => {
    expect(readFileSync(projectPath(path), 'utf8')).toBe(text);
  });
});

/** The runtime's sources, as paths in runtime-c/. */
const sources = readdirSync(projectPath('runtime-c'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.[chS]$/.test(path) && !path.startsWith('test/'))
  .sort();

/** Those that have a match. */
function sourcesWith(pattern: RegExp): string[] {
  return sources.filter((path) => pattern.test(readFileSync(projectPath(`runtime-c/${path}`), 'utf8')));
}

describe('addresses for the kernel', () => {
  // sys() takes no pointer; what is left is that nobody makes a kernel_address of a number by hand.
  test('are made in guest.h and kernel.h only, and taken from ring 0 by the launcher', () => {
    expect(sourcesWith(/\(struct kernel_address\)\s*\{/)).toEqual(['include/guest.h', 'include/kernel.h', 'launcher/launcher.c']);
  });
});

describe('system calls', () => {
  // What reads, writes or traces another process, or runs programs of the kernel's, has no number here.
  test.each(readdirSync(projectPath('runtime-c/arch')))('%s names none that reaches beyond linear memory', (arch) => {
    const text = readFileSync(projectPath(`runtime-c/arch/${arch}/syscalls.h`), 'utf8');
    const never =
      /SYS_(ptrace|process_vm_\w+|process_madvise|pidfd_\w+|keyctl|add_key|request_key|bpf|userfaultfd|io_uring_\w+|io_\w+|perf_event_open|kcmp|open_by_handle_at|execveat|init_module|seccomp|modify_ldt|arch_prctl|remap_file_pages|pkey_\w+|uselib)\b/g;
    expect(text.match(never)).toBeNull();
    expect(text).toMatch(/SYS_openat = \d+/);
  });

  // Files are opened for the module in one place, where they are judged.
  test('nothing of the module opens files but through open_file', () => {
    expect(sourcesWith(/SYS_open/).filter((path) => !path.startsWith('arch/'))).toEqual([
      'host/host.h',
      'launcher/launcher.c',
      'posix/opened.c',
      'ring0/open-file.c',
      'threads/opening.c',
      'wasi/confined-descriptors.c',
      'wasi/confined.c',
      'wasi/paths.c',
    ]); // the launcher's device, and calls for ring 0; in confined*.c directories only, the preopened ones and (O_PATH) those on the way
    expect(readFileSync(projectPath('runtime-c/wasi/paths.c'), 'utf8').match(/SYS_open/g)?.length).toBe(2); // the preopened directory, "." or "/"
    expect(sourcesWith(/host_open_to_read\(/)).toEqual(['core/symbols.c', 'embed/start.c', 'host/host.h']); // /proc/self/exe, /proc/self/auxv
  });

  // Behind host.h there is no sys(), so that these two includes are all ways to it.
  test('are made by files that answer imports with them, by all others through host.h', () => {
    expect(sourcesWith(/"syscalls\.h"/)).toEqual(['host/system-call.h']);
    expect(sourcesWith(/"system-call\.h"/).filter((path) => !/^(?:posix|wasi|libc)\//.test(path))).toEqual([
      'host/host.h',
      'include/path-call.h',
      'launcher/launcher.c',
      'ring0/clock.c',
      'ring0/open-file.c',
      'threads/opening.c',
    ]);
    expect(sourcesWith(/#pragma GCC poison sys3 sys6/)).toEqual(['host/host.h']);
  });
});

// What is compiled for ring 0 as well (build.sh), and the kernel's functions that it calls (kernel/calls.h).
describe('ring 0', () => {
  const build = readFileSync(projectPath('runtime-c/build.sh'), 'utf8');
  const compiled = [.../^ring0="([^"]*)"/m.exec(build)![1].split(/\s+/), ...sources.filter((path) => /^ring0\/.*\.c$/.test(path))];

  test('has the calls that its files make, and no others', () => {
    const calls = compiled.flatMap((path) => readFileSync(projectPath(`runtime-c/${path}`), 'utf8').match(/\bSYS_\w+/g) ?? []);
    const rows = [...readFileSync(projectPath('runtime-c/kernel/calls.h'), 'utf8').matchAll(/X\((\w+), \w+\)/g)].map(([, name]) => `SYS_${name}`);
    expect(rows.length).toBeGreaterThan(30);
    expect([...new Set(calls)].sort()).toEqual(rows.sort());
  });
});

describe('contract', () => {
  // Compiled code reads these at the address of the structure.
  test('pointers are first', () => {
    const { memory, table, descriptor } = structs;
    expect([fieldOffset(memory, 'base'), fieldOffset(table, 'elements'), fieldOffset(descriptor, 'code')]).toEqual([0, 0, 0]);
  });

  test('fields are aligned to their size, and structures to their largest field', () => {
    const struct: StructRow = {
      name: 's',
      doc: '',
      fields: [
        { name: 'a', type: 'u8' },
        { name: 'b', type: 'u32' },
        { name: 'c', type: 'u16' },
        { name: 'd', type: 'void *' },
        { name: 'e', type: 'u8' },
      ],
    };
    expect(layoutOf(struct)).toEqual({ size: 32, offsets: [0, 4, 8, 16, 24] });
  });

  test('a document without a place for a table is refused', () => {
    expect(() => contractDocument('# The object contract\n')).toThrow('no place for exports');
  });
});

describe('import table', () => {
  test('symbols and (module, name, type) are unique', () => {
    const own = imports.filter(({ module }) => module !== 'wasi_unstable'); // its rows share functions with preview 1
    expect(new Set(own.map((row) => row.symbol)).size).toBe(own.length);
    expect(new Set(imports.map((row) => `${row.module} ${row.name} ${row.signature}`)).size).toBe(imports.length);
  });

  test('look-up tells a row, a wrong type and an unknown name apart', () => {
    expect(findImport('env', 'fork', '-> i32')).toMatchObject({ kind: 'found', row: { symbol: 'w2e_env_fork' } });
    expect(findImport('wasi_snapshot_preview1', 'fd_seek', signatureText(['i32', 'i32', 'i32', 'i32', 'i32'], ['i32']))).toMatchObject({
      kind: 'found',
      row: { symbol: 'w2e_wasi_fd_seek_split' },
    });
    expect(findImport('env', 'fork', 'i32 -> i32')).toEqual({ kind: 'mismatch', expected: ['-> i32'] });
    expect(findImport('env', 'no_such_import', '->')).toBeUndefined();
  });

  test('imports that the compiler generates', () => {
    expect(generatedImport('env', 'invoke_viii')).toBe(true);
    expect(generatedImport('env', 'dynCall_jiji')).toBe(true);
    expect(generatedImport('env', '__cxa_find_matching_catch_17')).toBe(true);
    expect(generatedImport('env', '__cxa_find_matching_catch_')).toBe(false);
    expect(generatedImport('env', 'invoke_')).toBe(false);
    expect(generatedImport('wasi_snapshot_preview1', 'invoke_v')).toBe(false);
  });

  const nm = findTool('llvm-nm-22', 'llvm-nm-19', 'llvm-nm', 'nm');
  if (nm === undefined) test.skip('skipped: no nm installed (package binutils or llvm)', () => undefined);
  else
    test.each(readdirSync(projectPath('runtime-c/arch')))('the archive for %s defines every row and every trap', (arch) => {
      const definedIn = (archive: string): Set<string | undefined> =>
        new Set(
          run(nm, ['--defined-only', archive])
            .stdout.split('\n')
            .map((line) => line.split(' ').at(-1)),
        );
      const defined = definedIn(archivePath(arch)),
        withThreads = definedIn(archivePath(arch, '-threads'));
      expect(imports.filter(({ threads, symbol }) => !threads && !defined.has(symbol))).toEqual([]);
      expect(imports.filter(({ threads, symbol }) => threads && defined.has(symbol))).toEqual([]);
      expect(imports.filter(({ symbol }) => !withThreads.has(symbol))).toEqual([]);
      expect(traps.map((trap) => `w2e_trap_${trap.kind}`).filter((symbol) => !defined.has(symbol))).toEqual([]);
    });
});

describe.each(readdirSync(projectPath('runtime-c/arch')).filter((arch) => existsSync(projectPath(`runtime-c/arch/${arch}/ring0-flags.txt`))))(
  'ring 0 of %s',
  (arch) => {
    const nm = findTool('llvm-nm-22', 'llvm-nm-19', 'llvm-nm', 'nm');
    if (nm === undefined) return test.skip('skipped: no nm installed (package binutils or llvm)', () => undefined);
    test('the archive answers the imports that the table marks', () => {
      const listing = run(nm, ['--defined-only', archivePath(arch, '-ring0')]).stdout;
      const answered = [...listing.matchAll(/ T (w2e_(?:env|wasi)_\w+)/g)].map(([, symbol]) => symbol);
      expect(answered.sort()).toEqual([...new Set(imports.filter(({ ring0 }) => ring0).map(({ symbol }) => symbol))].sort());
    });
  },
);

describe('import lists of real modules', () => {
  const folder = projectPath('../shared/wasm');
  const lists = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.imports.txt')) : [];
  if (lists.length === 0) {
    test.skip('skipped: no import lists in ../shared/wasm', () => undefined);
  } else {
    test.each(lists)('%s', (name) => {
      const lines = readFileSync(`${folder}/${name}`, 'utf8').split('\n');
      const wanted = lines.flatMap((line) => {
        const match = /^I (\w+)\.(\w+) \(([^)]*)\)->\(([^)]*)\)/.exec(line);
        if (!match) return [];
        const [, module = '', field = '', params = '', results = ''] = match;
        const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
        return [{ module, field, signature: signatureText(words(params), words(results)) }];
      });
      expect(wanted.length).toBeGreaterThan(10);
      const missing = wanted.filter(
        ({ module, field, signature }) => !generatedImport(module, field) && findImport(module, field, signature)?.kind !== 'found',
      );
      expect(missing).toEqual([]);
    });
  }
});

test('the module is called through guest-calls.h only', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sourcesWith(/\bw2e_(export|call)_\w/)).toEqual([]); // there the names are put together
});
