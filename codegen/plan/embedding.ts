// What a C program sees of a module: the exports, and the imports that the program defines, each with its name in C. Every
// name begins with the prefix of the object. A character that C does not allow in a name becomes `_`; a name that is taken,
// by one of the functions that every object has or by an earlier export, gets `_2`, `_3` and so on.

import type { WasmModule } from '../../frontend/module.js';
import type { Signature } from '../../ir/function.js';
import { Type } from '../../ir/types.js';
import { apiSymbol, embeddingApi } from '../../runtime-c/tables/embedding.js';
import { printable } from '../../runtime-c/tables/printable.js';
import type { PrintableText } from '../../runtime-c/tables/printable.js';
import { signatureKey } from '../runtime-exports.js';
import { signatureOf } from './plan.js';
import type { Plan } from './plan.js';
import type { BoundImport, ResolvedImports } from './resolve-imports.js';
import { elfName, embeddedSymbol, hostSymbol } from '../symbols.js';
import type { SymbolName } from '../symbols.js';

/** Something with a name in C. */
interface Named {
  /** In the object until the link. */
  readonly symbol: SymbolName;
  readonly cName: string;
  /** In the module, for the header's comment. */
  readonly origin: string;
}

export interface EmbeddedFunction extends Named {
  readonly index: number;
  readonly signature: Signature;
}

/** One of the functions that read and write an exported global. */
export interface EmbeddedAccess extends Named {
  readonly index: number;
  readonly type: Type;
  readonly writes: boolean;
}

/** The function that tells where an exported memory after the first is. */
export interface EmbeddedMemory extends Named {
  readonly index: number;
}

/** A function that the program defines. `indices` are the imports that it serves. */
export interface HostFunction extends Named {
  readonly indices: readonly number[];
  readonly signature: Signature;
}

export interface Embedding {
  readonly prefix: string;
  readonly functions: readonly EmbeddedFunction[];
  readonly globals: readonly EmbeddedAccess[];
  readonly memories: readonly EmbeddedMemory[];
  readonly imports: readonly HostFunction[];
}

/** Whether a function of the program returns its only result as C functions do. */
export function returnsDirectly({ results }: Signature): boolean {
  return results.length === 1 && results[0] !== Type.V128;
}

/** Functions that nobody provides become the program's; they are no longer missing. */
export function withHostFunctions(imports: ResolvedImports): ResolvedImports {
  const bindings = imports.bindings.map((bound): BoundImport => (bound.binding.kind === 'undefined' ? { ...bound, binding: { kind: 'host' } } : bound));
  return { ...imports, bindings, missing: imports.missing.filter(({ kind }) => kind !== 'function') };
}

/** A name of the module as part of one in C. */
export function cPart(name: string): string {
  return Array.from(name, (character) => (/^[A-Za-z0-9_]$/.test(character) ? character : '_')).join('');
}

/** The symbol of a function that stays local: nothing that another linker gives a meaning to. */
export function qualified(prefix: string, name: PrintableText): PrintableText {
  return printable(`${prefix}.${name}`);
}

/** Gives everything its name. */
export function planEmbedding(module: WasmModule, plan: Plan, prefix: string): Embedding {
  const taken = new Set(embeddingApi.map(({ name }) => `${prefix}_${name}`));
  /** The number that the next name made of a plain one may get: many exports may have the same name in C. */
  const numbers = new Map<string, number>();
  const unique = (part: string): string => {
    const plain = `${prefix}_${part}`;
    let name = plain,
      n = numbers.get(plain) ?? 2;
    for (; taken.has(name); n++) name = `${plain}_${n}`;
    numbers.set(plain, n);
    taken.add(name);
    return name;
  };
  const functions: EmbeddedFunction[] = [],
    globals: EmbeddedAccess[] = [],
    memories: EmbeddedMemory[] = [];
  let count = 0;
  const named = (part: string, origin: string): Named => ({ symbol: embeddedSymbol(count++), cName: unique(part), origin });
  for (const { kind, name, index } of module.exports) {
    const part = cPart(name);
    if (kind === 'function') functions.push({ ...named(part, name), index, signature: signatureOf(plan, index) });
    if (kind === 'memory' && index > 0) memories.push({ ...named(part, name), index });
    if (kind !== 'global') continue;
    const { type } = plan.globals[index];
    globals.push({ ...named(`get_${part}`, name), index, type, writes: false });
    if (module.globals[index].mutable) globals.push({ ...named(`set_${part}`, name), index, type, writes: true });
  }
  return { prefix, functions, globals, memories, imports: hostFunctions(module, plan, unique) };
}

/** One function for all imports of the same name and type. */
function hostFunctions(module: WasmModule, plan: Plan, unique: (part: string) => string): HostFunction[] {
  const found = new Map<string, HostFunction & { indices: number[] }>();
  for (const entry of module.imports) {
    if (entry.kind !== 'function' || plan.functions[entry.index].binding.kind !== 'host') continue;
    const signature = signatureOf(plan, entry.index);
    const key = JSON.stringify([entry.module, entry.name, signatureKey(signature)]);
    const known = found.get(key);
    if (known !== undefined) known.indices.push(entry.index);
    else {
      found.set(key, {
        symbol: hostSymbol(found.size),
        cName: unique(`import_${cPart(entry.module)}_${cPart(entry.name)}`),
        origin: `${entry.module}.${entry.name}`,
        indices: [entry.index],
        signature,
      });
    }
  }
  return [...found.values()];
}

/** The names in C of the object's symbols that a program sees, defined ones and undefined ones. */
export function visibleSymbols(embedding: Embedding): Map<string, string> {
  const { prefix, functions, globals, memories, imports } = embedding;
  return new Map([
    ...embeddingApi.map(({ name }): [string, string] => [apiSymbol(name), `${prefix}_${name}`]),
    ...[...functions, ...globals, ...memories, ...imports].map(({ symbol, cName }): [string, string] => [elfName(symbol), cName]),
  ]);
}
