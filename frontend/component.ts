// Components (component model, binary format): the core module of one that was adapted from preview 1. Only the outermost sections are
// read, and of imports the names, for the message; nothing is descended into.

import { decodeModule } from './decode-module.js';
import { WasmError } from './errors.js';
import type { FeatureSet } from './features.js';
import { Reader } from './reader.js';

const PREAMBLE = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];
const CORE_MODULE = 1,
  IMPORT = 10;
/** Core modules that are looked at. */
const MOST_MODULES = 64;

export function isComponent(bytes: Uint8Array): boolean {
  return bytes.length >= PREAMBLE.length && PREAMBLE.every((byte, i) => bytes[i] === byte);
}

/** The bytes of the one core module that is a command of preview 1. Throws `WasmError`. */
export function commandOfComponent(bytes: Uint8Array, features: FeatureSet): Uint8Array {
  const reader = new Reader(bytes, PREAMBLE.length);
  const modules: Uint8Array[] = [];
  const needed = new Set<string>();
  while (reader.pos < bytes.length) {
    const id = reader.u8(),
      size = reader.u32(),
      start = reader.pos;
    if (size > bytes.length - start) reader.fail('lengthOutOfBounds', '', start);
    if (id === CORE_MODULE && modules.length < MOST_MODULES) modules.push(bytes.subarray(start, start + size));
    if (id === IMPORT) addInterface(bytes, start, start + size, needed);
    reader.pos = start + size;
  }
  const [command, ...others] = modules.filter((module) => isCommand(module, features));
  if (command !== undefined && others.length === 0) return command;
  const names = [...needed].sort().join(', ');
  throw new WasmError('component', 0, names === '' ? '' : `: it needs ${names}`);
}

/** The interface that a section's first import names; tools write one import in a section. */
function addInterface(bytes: Uint8Array, start: number, end: number, needed: Set<string>): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 256)).toString('latin1');
  const [name] = /wasi:[\w-]+\/[\w-]+(?:@[\w.+-]+)?/.exec(text) ?? [];
  if (name !== undefined) needed.add(name);
}

function isCommand(bytes: Uint8Array, features: FeatureSet): boolean {
  try {
    const { imports, exports } = decodeModule(bytes, { features });
    return imports.some(({ module }) => module === 'wasi_snapshot_preview1') && exports.some(({ name, kind }) => name === '_start' && kind === 'function');
  } catch (error) {
    if (error instanceof WasmError) return false;
    throw error;
  }
}
