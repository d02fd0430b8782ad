// Links small C programs, runs them, and holds the files against the rules of the output.

import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { describeElf, formatElf } from '../describe.js';
import { ElfImage, elfTypes, segmentTypes, symbolBindings, symbolTypes } from '../elf-image.js';
import { LinkError, MissingToolError } from '../errors.js';
import { findLld } from '../find-lld.js';
import { link, type LinkInput, type LinkResult } from '../link.js';
import { linkRelocatable } from '../relocatable.js';
import type { Target } from '../../codegen/target.js';
import { verifyImage } from '../verify.js';
import { verifyObject } from '../verify-object.js';
import { arm64, clang, compileC, moduleImages, moduleNames, moduleSource, runtimeSource, scratchDirectory, x64 } from './sample-objects.js';

const scratch = scratchDirectory();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const withClang = clang === undefined ? test.skip : test;
if (clang === undefined) console.warn('linker tests are skipped: no clang (Debian package clang-19)');

function archive(directory: string, target: Target): string {
  return compileC(directory, 'runtime', runtimeSource, target);
}

async function linkSample(changes: Partial<LinkInput> = {}, source = moduleSource): Promise<LinkResult> {
  const directory = await mkdtemp(join(scratch, 'link-'));
  const target = changes.target ?? x64;
  return link({
    target,
    objects: [readFileSync(compileC(directory, 'module', source, target))],
    runtimeArchive: archive(directory, target),
    functionNames: moduleNames,
    memoryImages: moduleImages,
    memoryInitialBytes: 0x200000,
    output: join(directory, 'program'),
    workDirectory: directory,
    strip: false,
    producer: 'wasm2elf test',
    ...changes,
  });
}

describe('link', () => {
  withClang('an executable that finds its memory as the images say', async () => {
    const { output } = await linkSample();
    expect(spawnSync(output).status).toBe(0);
    expect(statSync(output).mode & 0o111).toBe(0o111);
  });

  withClang('one page of the file per memory image, no padding between the segments of the image', async () => {
    const { size, output } = await linkSample();
    expect(size).toBeLessThan(16 * 1024);
    const image = ElfImage.parse(readFileSync(output));
    const [rodata, text] = image.segments.filter((s) => s.type === segmentTypes.load);
    expect((text?.offset ?? 0) - (rodata?.fileSize ?? 0)).toBeLessThan(64);
  });

  withClang('the last memory image reaches to the end of the initial memory', async () => {
    const { output } = await linkSample();
    const loads = ElfImage.parse(readFileSync(output)).segments.filter((s) => s.type === segmentTypes.load);
    expect(loads.slice(-2).map((s) => [s.address, s.fileSize, s.memorySize])).toEqual([
      [0x10000000, 5000, 8192],
      [0x10100000, 10, 0x100000],
    ]);
  });

  withClang("functions get the module's names", async () => {
    const { output } = await linkSample();
    const names = ElfImage.parse(readFileSync(output)).symbols();
    const functions = names.filter((s) => s.type === symbolTypes.func).map((s) => s.name);
    expect(functions).toEqual(expect.arrayContaining(['memcpy', 'add.cold.1', 'add.part', 'w2e_check', '_start']));
    expect(functions).not.toContain('w2e_unused_by_anyone');
    expect(names.find((s) => s.name === 'w2e_memory')?.value).toBe(x64.memoryBase);
  });

  withClang('the same bytes from another directory', async () => {
    const first = await linkSample();
    const second = await linkSample();
    expect(readFileSync(second.output).equals(readFileSync(first.output))).toBe(true);
  });

  withClang('strip leaves no symbols', async () => {
    const { output } = await linkSample({ strip: true });
    expect(ElfImage.parse(readFileSync(output)).symbols()).toEqual([]);
    expect(spawnSync(output).status).toBe(0);
  });

  withClang('debug information lies behind what is loaded, changes none of it, and goes with strip', async () => {
    const directory = await mkdtemp(join(scratch, 'debug-'));
    const objects = [readFileSync(compileC(directory, 'module', moduleSource, x64, ['-g']))];
    const linked = async (changes: Partial<LinkInput>): Promise<ElfImage> => ElfImage.parse(readFileSync((await linkSample(changes)).output));
    const [plain, debug, stripped] = [await linked({}), await linked({ objects }), await linked({ objects, strip: true })];
    const debugSections = debug.sections.filter((s) => s.name.startsWith('.debug_'));
    expect(debugSections.map((s) => s.name)).toEqual(expect.arrayContaining(['.debug_info', '.debug_line', '.debug_abbrev']));
    expect(debugSections.map((s) => [s.allocated, s.address])).toEqual(debugSections.map(() => [false, 0]));
    expect(debug.segments).toEqual(plain.segments);
    expect(plain.sections.concat(stripped.sections).filter((s) => s.name.startsWith('.debug'))).toEqual([]);
  });

  withClang('a program without memory images', async () => {
    const { output } = await linkSample({ memoryImages: [], memoryInitialBytes: 0 }, 'int w2e_check(void) { return 7; }');
    expect(spawnSync(output).status).toBe(7);
  });

  withClang('aarch64 with 64 KiB pages', async () => {
    const { output } = await linkSample({ target: arm64 });
    const image = ElfImage.parse(readFileSync(output));
    expect(image.machine).toBe(183);
    const emulated = spawnSync('qemu-aarch64-static', [output]);
    if (emulated.error === undefined) expect(emulated.status).toBe(0);
  });

  withClang('an undefined symbol is refused with its name', async () => {
    const failure = linkSample({ memoryImages: [] }, 'int missing(void); int w2e_check(void) { return missing(); }');
    await expect(failure).rejects.toThrow(LinkError);
    await expect(failure).rejects.toThrow(/missing/);
  });

  withClang('code and data that reach into linear memory are refused', async () => {
    const source = 'char big[0x10000000]; int w2e_check(void) { return big[5]; }';
    await expect(linkSample({ memoryImages: [] }, source)).rejects.toThrow(LinkError);
  });

  withClang('thread-local variables are for programs with threads', async () => {
    const source = '_Thread_local int own = 7; int w2e_check(void) { return own; }';
    await expect(linkSample({ memoryImages: [] }, source)).rejects.toThrow(LinkError);
    await expect(linkSample({ memoryImages: [], threads: true }, source)).resolves.toBeDefined();
  });

  withClang('an output that cannot be written is refused', async () => {
    await expect(linkSample({ output: join(scratch, 'no-such-directory', 'program') })).rejects.toThrow(LinkError);
  });
});

describe('verify', () => {
  const images = [{ section: '.w2e.mem.0', address: x64.memoryBase, size: 1, mappedSize: 4096 }];
  const brokenRules = (path: string): string[] => {
    const violations = verifyImage(ElfImage.parse(readFileSync(path)), { target: arm64, memoryImages: images });
    return [...new Set(violations.map((violation) => violation.split(':')[0] ?? ''))];
  };
  const linkForeign = (directory: string, ...args: string[]): string => {
    const output = join(directory, 'foreign');
    const run = spawnSync(findLld().path, [...args, '-z', 'execstack', '-o', output], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    return output;
  };

  withClang('a dynamic position-independent program breaks the rules on linking', () => {
    const object = compileC(scratch, 'dynamic', 'int other(void); void _start(void) { other(); } void *p = _start;');
    const library = join(scratch, 'library.so');
    const part = compileC(scratch, 'other', 'int other(void) { return 1; }');
    expect(spawnSync(findLld().path, ['-shared', '-o', library, part]).status).toBe(0);
    const output = linkForeign(scratch, '-pie', '--dynamic-linker=/lib/ld.so', object, library);
    expect(brokenRules(output)).toEqual(
      expect.arrayContaining(['machine', 'executable', 'no-interpreter', 'not-dynamic', 'stack-not-executable', 'memory-images']),
    );
  });

  withClang('a program of one segment breaks the rules on permissions and headers', () => {
    const object = compileC(scratch, 'omagic', 'int g = 1; void _start(void) { g++; }');
    const output = linkForeign(scratch, '--omagic', object);
    expect(brokenRules(output)).toEqual(expect.arrayContaining(['write-xor-execute', 'headers-loaded', 'stack-not-executable']));
  });
});

describe('relocatable', () => {
  const one = 'int two(void), helper(void), absent(void) __attribute__((weak)); int one(void) { return two() + helper() + (absent ? absent() : 0); }';
  const two = 'int two(void) { return 2; }\nint never(void);';
  const archived = 'int outside(void); int helper(void) { return outside(); }';
  const visible = new Map([
    ['one', 'lib_one'],
    ['outside', 'lib_outside'],
  ]);

  async function combine(directory: string, sources: readonly string[], strip = false): Promise<ElfImage> {
    const objects = sources.map((source, i) => readFileSync(compileC(directory, `part${i}`, source, x64, ['-fPIC'])));
    const output = join(directory, 'whole.o');
    const runtimeArchive = compileC(directory, 'helper', archived, x64, ['-fPIC']);
    const size = await linkRelocatable({
      target: x64,
      objects,
      runtimeArchive,
      visibleSymbols: visible,
      functionNames: moduleNames,
      output,
      workDirectory: directory,
      strip,
    });
    const image = ElfImage.parse(readFileSync(output));
    expect(size).toBe(image.bytes.length);
    return image;
  }

  withClang('parts and what they need of the archive become one object that shows only the interface', async () => {
    const directory = scratchDirectory();
    const image = await combine(directory, [one, two]);
    const symbols = image.symbols();
    const bindings = (name: string): number[] => symbols.filter((s) => s.name === name).map((s) => s.binding);
    expect(image.type).toBe(elfTypes.relocatable);
    expect([bindings('lib_one'), bindings('lib_outside')]).toEqual([[symbolBindings.global], [symbolBindings.global]]);
    expect([bindings('two'), bindings('helper')]).toEqual([[symbolBindings.local], [symbolBindings.local]]);
    expect(bindings('absent')).toEqual([symbolBindings.weak]);
    expect(bindings('never')).toEqual([]);
    // Local symbols come first, and the section header says how many they are.
    const firstGlobal = symbols.findIndex((s) => s.binding !== symbolBindings.local);
    expect(symbols.slice(firstGlobal).every((s) => s.binding !== symbolBindings.local)).toBe(true);
    rmSync(directory, { recursive: true });
  });

  withClang('the object works: relocations name what they did', async () => {
    const directory = scratchDirectory();
    await combine(directory, [one, two]);
    const program = compileC(
      directory,
      'main',
      'int lib_one(void); int lib_outside(void) { return 40; } int two(void) { return 9; } int main(void) { return lib_one(); }',
    );
    const linked = spawnSync('cc', [program, join(directory, 'whole.o'), '-no-pie', '-o', join(directory, 'program')], { encoding: 'utf8' });
    expect(linked.stderr).toBe('');
    expect(spawnSync(join(directory, 'program')).status).toBe(42);
    rmSync(directory, { recursive: true });
  });

  withClang('strip leaves no names of local symbols', async () => {
    const directory = scratchDirectory();
    const names = (await combine(directory, [one, two], true))
      .symbols()
      .filter((s) => s.binding === symbolBindings.local)
      .map((s) => s.name);
    expect(names.filter((name) => name !== '')).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  withClang('symbols that nobody defines, and read-only data with absolute addresses, are violations', async () => {
    const directory = scratchDirectory();
    await expect(combine(directory, [`${one} int missing(void); int call(void) { return missing(); }`, two])).rejects.toThrow(/nothing-missing/);
    const absolute = compileC(directory, 'absolute', 'int *one(void) { static int x; return &x; }');
    const image = ElfImage.parse(readFileSync(absolute));
    expect(verifyObject(image, { target: x64, visible: new Set(['one']) }).map((text) => text.split(':')[0])).toContain('read-only-stays-read-only');
    rmSync(directory, { recursive: true });
  });
});

describe('describe', () => {
  withClang('says what the file is and who made it', async () => {
    const { output, size } = await linkSample();
    const description = describeElf(readFileSync(output));
    expect(description).toMatchObject({ class: 64, machine: 'x86-64', type: 'executable', producer: 'wasm2elf test', size });
    expect(description.symbols.functions).toBeGreaterThanOrEqual(4);
    expect(formatElf(description)).toContain('made by wasm2elf test');
  });

  test('a file of another origin, and one that is cut short', () => {
    const bytes = readFileSync(process.execPath);
    expect(describeElf(bytes).producer).toBeUndefined();
    expect(() => describeElf(bytes.subarray(0, 200))).toThrow(/not a readable ELF file/);
  });
});

test('without lld the error names the Debian package', () => {
  expect(() => findLld('/nonexistent')).toThrow(MissingToolError);
  try {
    findLld('');
  } catch (error) {
    expect(error instanceof MissingToolError && error.packages).toContain('lld-19');
  }
});
