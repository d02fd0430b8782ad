// Path or standard input → bytes, and what they are when they are not a module.

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { limits } from '../frontend/limits.js';
import { FileError, systemErrorCode, systemErrorText } from './errors.js';
import { isComponent } from '../frontend/component.js';
import { isElf } from '../linker/describe.js';

/** What the first bytes say. */
export type InputKind = 'module' | 'elf';

/** The input's bytes; `elf` only where the caller wants to describe one. */
export interface Input {
  readonly name: string;
  readonly kind: InputKind;
  readonly bytes: Uint8Array;
}

/** Whether a package of files stands beside a module (`app.data` beside `app.wasm`), as Emscripten writes it. */
export function hasPackageBeside(path: string): boolean {
  return path !== '-' && existsSync(`${path.replace(/\.wasm$/, '')}.data`);
}

/** Things that are given in place of a module, and what to do then. */
const impostors: readonly {
  readonly what: string;
  readonly code: 'W2E-I003' | 'W2E-I004';
  readonly test: (head: string) => boolean;
  readonly hint: (name: string) => string;
}[] = [
  {
    what: 'WebAssembly text (.wat), not a binary module',
    code: 'W2E-I003',
    test: (head) => /^(?:\s|;;[^\n]*\n|\(;[\s\S]*?;\))*\(/.test(head),
    hint: (name) => `convert it: wat2wasm ${name === '-' ? 'input.wat' : name} -o module.wasm (Debian package wabt)`,
  },
  {
    what: 'an ELF file, not a WebAssembly module',
    code: 'W2E-I004',
    test: (head) => head.startsWith('\x7fELF'),
    hint: () => '--inspect describes it',
  },
  { what: 'compressed with gzip', code: 'W2E-I004', test: (head) => head.startsWith('\x1f\x8b'), hint: () => 'decompress it first: gunzip' },
  {
    what: 'LLVM bitcode, not a linked module',
    code: 'W2E-I004',
    test: (head) => head.startsWith('BC\xc0\xde'),
    hint: () => 'link it with the compiler that made it',
  },
  { what: 'an archive of object files', code: 'W2E-I004', test: (head) => head.startsWith('!<arch>'), hint: () => 'link it to a module first' },
  {
    what: 'text, not a binary module',
    code: 'W2E-I004',
    test: (head) => head.length >= 4 && !/[^\t\n\r\x20-\x7e\x80-\xff]/.test(head),
    hint: () => 'Emscripten writes the module beside its JavaScript file, with the suffix .wasm',
  },
];

/** Bytes that say what a file is. */
const HEAD_BYTES = 512;
/** What is first read of a pipe. */
const FIRST_BYTES = 1 << 16;
/** Up to this size what has been read is copied to larger memory; then to as much as a module may have, of which the kernel gives only what is written. */
const MOST_COPIED = 1 << 26;
/** Magic and version (spec 5.5.16). */
const header = '\0asm\x01\0\0\0';

/**
 * Read a file, or standard input for `-`; throws `FileError`. What does not begin like a module is not read beyond its head, and no more is read
 * than a module may have: a device or a pipe may have no end.
 */
export function readInput(name: string, acceptElf: boolean): Input {
  const bytes = readBytes(name, acceptElf);
  if (acceptElf && isElf(bytes)) return { name, kind: 'elf', bytes };
  if (bytes.length === 0) throw new FileError('W2E-I005', name, 'the file is empty');
  const head = latin1(bytes);
  if (!head.startsWith('\0asm')) {
    const impostor = impostors.find(({ test }) => test(head));
    if (impostor !== undefined) throw new FileError(impostor.code, name, `this is ${impostor.what}`, impostor.hint(name));
  }
  return { name, kind: 'module', bytes };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('latin1');
}

function readBytes(name: string, acceptElf: boolean): Uint8Array {
  let descriptor = -1;
  try {
    descriptor = name === '-' ? 0 : openSync(name, 'r');
    const stats = fstatSync(descriptor);
    const size = stats.isFile() ? stats.size : 0;
    if (size > limits.moduleBytes) throw tooLarge(name);
    const head = readUpTo(descriptor, HEAD_BYTES);
    if (!latin1(head).startsWith(header) && !isComponent(head) && !(acceptElf && isElf(head))) return head;
    return readRest(descriptor, name, head, size);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EISDIR') throw new FileError('W2E-I002', name, 'is a directory, not a module');
    if (code !== undefined) throw new FileError('W2E-I001', name, `cannot be read: ${systemErrorText(code)}`);
    throw error;
  } finally {
    if (descriptor > 0) closeSync(descriptor);
  }
}

/** Up to `count` bytes; fewer only at the end of the file. */
function readUpTo(descriptor: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let length = 0;
  for (let read = -1; read !== 0 && length < count; length += read) read = readSome(descriptor, bytes, length);
  return bytes.subarray(0, length);
}

/** The whole file behind a head that has been read; `size` is what it should have, or 0. */
function readRest(descriptor: number, name: string, head: Uint8Array, size: number): Uint8Array {
  // One byte more shows whether the file has ended.
  let bytes = new Uint8Array(Math.max(size + 1, FIRST_BYTES));
  bytes.set(head);
  let length = head.length;
  for (let read = -1; read !== 0; length += read) {
    if (length === bytes.length) {
      if (length > limits.moduleBytes) throw tooLarge(name);
      const larger = new Uint8Array(length < MOST_COPIED ? length * 4 : limits.moduleBytes + 1);
      larger.set(bytes);
      bytes = larger;
    }
    read = readSome(descriptor, bytes, length);
  }
  if (length > limits.moduleBytes) throw tooLarge(name);
  return bytes.subarray(0, length);
}

/** Reads at least one byte to the free place at `at`, 0 at the end of the file. */
function readSome(descriptor: number, bytes: Uint8Array, at: number): number {
  for (;;) {
    try {
      return readSync(descriptor, bytes, at, bytes.length - at, null);
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
      // Standard input set to non-blocking by someone else: wait for its writer.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function tooLarge(name: string): FileError {
  return new FileError('W2E-I006', name, `is larger than ${limits.moduleBytes / 2 ** 30} GiB, the most that a module may have`);
}
