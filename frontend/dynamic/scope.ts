// Which definition a name means, as a dynamic linker of ELF would have it: the main module's, then those of libraries that start
// with the program, in order, then the asking module's own, then those of libraries that are opened later.

import { WasmError } from '../errors.js';
import type { Provided } from '../link-modules.js';
import type { Export } from '../module.js';
import type { DynamicInput } from './dylink-section.js';

/** Exports that belong to their module, not to the program: they are no symbols. */
const internalNames: ReadonlySet<string> = new Set([
  '__wasm_call_ctors',
  '__post_instantiate',
  '__wasm_apply_data_relocs',
  '__wasm_apply_global_relocs',
  '__wasm_apply_tls_relocs',
  '__wasm_init_tls',
  '__wasm_init_memory',
  '__set_stack_limits',
  '_emscripten_tls_init',
  '__dso_handle',
  '__tls_base',
  '__tls_size',
  '__tls_align',
  '__cpp_exception',
  '__c_longjmp',
]);

/** Emscripten 3.1 without BigInt: an export whose i64 were split keeps its own type under this name. */
const ORIGINAL = 'orig$';

export class Scope {
  private readonly exports: ReadonlyMap<string, Export>[];

  /** `started` are the inputs whose symbols come before an asker's own, in order, the main module's first. */
  constructor(
    private readonly inputs: readonly DynamicInput[],
    private readonly started: readonly number[],
  ) {
    this.exports = inputs.map(({ module }) => new Map(module.exports.map((entry) => [entry.name, entry])));
  }

  /** The function that a name means, of this type if there is more than one form of it. */
  functionFor(name: string, asker: number, fits: (provided: Provided, functionIndex: number) => boolean): Provided | undefined {
    const found = this.find(name, 'function', asker) ?? this.find(ORIGINAL + name, 'function', asker);
    if (found === undefined) return undefined;
    const original = this.exports[found.input].get(ORIGINAL + name);
    if (original === undefined || fits(found, this.exported(found).index)) return found;
    return { input: found.input, name: original.name };
  }

  /** The function whose address a name means. */
  functionAt(name: string, asker: number): Provided | undefined {
    return this.find(ORIGINAL + name, 'function', asker) ?? this.find(name, 'function', asker);
  }

  /** The data that a name means. */
  dataAt(name: string, asker: number): Provided | undefined {
    return this.find(name, 'global', asker);
  }

  exported({ input, name }: Provided): Export {
    return this.exports[input].get(name)!;
  }

  /** The symbols of a module: those with addresses, by the names that `dlsym` knows. */
  symbolsOf(input: number): Provided[] {
    const own = this.exports[input];
    return [...own.values()].flatMap(({ name, kind }) => {
      if ((kind !== 'function' && kind !== 'global') || internalNames.has(name) || own.has(ORIGINAL + name)) return [];
      return [{ input, name }];
    });
  }

  /** Where data lies behind its module's base. Throws `WasmError`. */
  dataOffset({ input, name }: Provided): number {
    const { index, offset } = this.exported({ input, name });
    const { init } = this.inputs[input].module.globals[index];
    const [step, ...more] = init?.steps ?? [];
    if (step?.op === 'const' && more.length === 0) return Number(BigInt.asUintN(32, step.bits));
    const error = new WasmError('notLinkedDynamically', offset, `: the place of ${name} is not a constant`);
    error.inputIndex = input;
    throw error;
  }

  private find(name: string, kind: Export['kind'], asker: number): Provided | undefined {
    if (internalNames.has(name)) return undefined;
    const order = [...this.started, asker, ...this.inputs.keys()];
    const input = order.find((candidate) => this.exports[candidate].get(name)?.kind === kind);
    return input === undefined ? undefined : { input, name };
  }
}

/** The name that `dlsym` knows a symbol by. */
export function plainName(name: string): string {
  return name.startsWith(ORIGINAL) ? name.slice(ORIGINAL.length) : name;
}
