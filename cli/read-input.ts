// Path or standard input → bytes, and what they are when they are not a module.

import { readFileSync } from 'node:fs';
import { FileError, systemErrorCode, systemErrorText } from './errors.js';
import { isElf } from '../linker/describe.js';

/** What the first bytes say. */
export type InputKind = 'module' | 'elf';

/** The input's bytes; `elf` only where the caller wants to describe one. */
export interface Input {
  readonly name: string;
  readonly kind: InputKind;
  readonly bytes: Uint8Array;
}

/** Things that are given in place of a module, and what to do then. */
const impostors: readonly { readonly what: string; readonly code: 'W2E-I003' | 'W2E-I004'; readonly test: (head: string) => boolean; readonly hint: (name: string) => string }[] = [
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
  { what: 'LLVM bitcode, not a linked module', code: 'W2E-I004', test: (head) => head.startsWith('BC\xc0\xde'), hint: () => 'link it with the compiler that made it' },
  { what: 'an archive of object files', code: 'W2E-I004', test: (head) => head.startsWith('!<arch>'), hint: () => 'link it to a module first' },
  {
    what: 'text, not a binary module',
    code: 'W2E-I004',
    test: (head) => head.length >= 4 && !/[^\t\n\r\x20-\x7e\x80-\xff]/.test(head),
    hint: () => 'Emscripten writes the module beside its JavaScript file, with the suffix .wasm',
  },
];

/** Read a file, or standard input for `-`; throws `FileError`. */
export function readInput(name: string, acceptElf: boolean): Input {
  const bytes = readBytes(name);
  if (acceptElf && isElf(bytes)) return { name, kind: 'elf', bytes };
  if (bytes.length === 0) throw new FileError('W2E-I005', name, 'the file is empty');
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  if (!head.startsWith('\0asm')) {
    const impostor = impostors.find(({ test }) => test(head));
    if (impostor !== undefined) throw new FileError(impostor.code, name, `this is ${impostor.what}`, impostor.hint(name));
  }
  return { name, kind: 'module', bytes };
}

function readBytes(name: string): Uint8Array {
  try {
    return readFileSync(name === '-' ? 0 : name);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EISDIR') throw new FileError('W2E-I002', name, 'is a directory, not a module');
    if (code !== undefined) throw new FileError('W2E-I001', name, `cannot be read: ${systemErrorText(code)}`);
    if (error instanceof RangeError || (error instanceof Error && 'code' in error && error.code === 'ERR_FS_FILE_TOO_LARGE')) {
      throw new FileError('W2E-I001', name, 'cannot be read: larger than 2 GiB');
    }
    throw error;
  }
}
