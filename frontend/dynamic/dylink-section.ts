// The section that makes a module one of dynamic linking (tool-conventions, DynamicLinking.md): `dylink.0`, or `dylink` of
// Emscripten before 2.0.26. It says how much memory and table the module wants at the bases that it imports, and what it needs.

import { WasmError } from '../errors.js';
import type { CustomSection, WasmModule } from '../module.js';
import { Reader } from '../reader.js';
import type { ModuleFacts } from '../scan-module.js';

export interface DylinkInfo {
  /** Bytes at `__memory_base`. */
  readonly memorySize: number;
  /** In bytes, a power of two. */
  readonly memoryAlign: number;
  /** Elements at `__table_base`. */
  readonly tableSize: number;
  readonly tableAlign: number;
  /** Libraries that it needs, as it calls them, in order. */
  readonly needed: readonly string[];
  /** Imports that nobody has to provide. */
  readonly weakImports: ReadonlySet<string>;
  /** It exports variables of threads. */
  readonly hasThreadLocals: boolean;
}

/** A module of dynamic linking. */
export interface DynamicInput {
  /** As it was given on the command line. */
  readonly name: string;
  readonly module: WasmModule;
  readonly facts: ModuleFacts;
  readonly dylink: DylinkInfo;
}

/** The modules with what their sections say, undefined where the main one has none. Throws `WasmError` with `inputIndex`. */
export function dynamicInputs(modules: readonly Omit<DynamicInput, 'dylink'>[]): DynamicInput[] | undefined {
  const inputs: DynamicInput[] = [];
  for (const { name, module, facts } of modules) {
    try {
      const dylink = dylinkInfo(module);
      if (dylink !== undefined) inputs.push({ name, module, facts, dylink });
      else if (inputs.length === 0) return undefined;
      else throw new WasmError('notLinkedDynamically', 0, ': it is no library of dynamic linking (no section dylink.0)');
    } catch (error) {
      if (error instanceof WasmError) error.inputIndex = inputs.length;
      throw error;
    }
  }
  return inputs;
}

/** Ids of subsections of `dylink.0`. */
const MEMORY = 1,
  NEEDED = 2,
  EXPORTS = 3,
  IMPORTS = 4;
/** Flags of symbols (tool-conventions, Linking.md). */
const BINDING_MASK = 3,
  BINDING_WEAK = 1,
  THREAD_LOCAL = 0x100;
/** An alignment beyond this is none that a linker asks for. */
const MOST_ALIGN = 16;

/** What the module's section says, undefined where it has none. Throws `WasmError`. */
export function dylinkInfo({ bytes, customSections }: WasmModule): DylinkInfo | undefined {
  const [section] = customSections.filter(({ name }) => name === 'dylink.0' || name === 'dylink');
  if (section === undefined) return undefined;
  const found = { memorySize: 0, memoryAlign: 1, tableSize: 0, tableAlign: 1, needed: [] as string[], weakImports: new Set<string>(), hasThreadLocals: false };
  const reader = new Reader(bytes, section.start, section.end);
  const sizes = (): void => {
    found.memorySize = reader.u32();
    found.memoryAlign = alignment(reader);
    found.tableSize = reader.u32();
    found.tableAlign = alignment(reader);
  };
  const each = (read: () => void): void => {
    for (let count = reader.u32(); count > 0; count--) read();
  };
  const needed = (): void => each(() => found.needed.push(reader.name()));
  if (section.name === 'dylink') {
    sizes();
    needed();
    checkEnd(reader, section);
    return found;
  }
  const subsections: Readonly<Record<number, () => void>> = {
    [MEMORY]: sizes,
    [NEEDED]: needed,
    [EXPORTS]: () =>
      each(() => {
        reader.name();
        if ((reader.u32() & THREAD_LOCAL) !== 0) found.hasThreadLocals = true;
      }),
    [IMPORTS]: () =>
      each(() => {
        reader.name();
        const name = reader.name();
        if ((reader.u32() & BINDING_MASK) === BINDING_WEAK) found.weakImports.add(name);
      }),
  };
  while (reader.pos < section.end) {
    const id = reader.u8(),
      size = reader.u32(),
      end = reader.pos + size;
    if (end > section.end) reader.fail('lengthOutOfBounds');
    const read = subsections[id];
    reader.end = end;
    if (read === undefined) reader.pos = end;
    else read();
    checkEnd(reader, { end });
    reader.end = section.end;
  }
  return found;
}

function checkEnd(reader: Reader, { end }: Pick<CustomSection, 'end'>): void {
  if (reader.pos !== end) throw new WasmError('dylinkSection', reader.pos, ': contents do not end where it does');
}

function alignment(reader: Reader): number {
  const at = reader.pos,
    log2 = reader.u32();
  if (log2 > MOST_ALIGN) throw new WasmError('dylinkSection', at, `: an alignment of 2^${log2}, at most 2^${MOST_ALIGN}`);
  return 2 ** log2;
}
