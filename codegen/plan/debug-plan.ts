// What is known of the module's source: for each function its place, for each instruction its line. Lines are those of the module's
// own debug information; in a module without, the line is the byte offset in the module.

import { readSourceMap } from '../../frontend/dwarf.js';
import type { SourceFunction, SourceLines, SourceUnit } from '../../frontend/dwarf.js';
import type { SourceFile } from '../../frontend/dwarf-line.js';
import type { WasmModule } from '../../frontend/module.js';
import { localFunction } from '../../frontend/program.js';
import type { Instance, Program } from '../../frontend/program.js';

/** What partitions need to describe their functions. Plain data. */
export interface DebugPlan {
  readonly units: readonly SourceUnit[];
  readonly files: readonly SourceFile[];
  /** By function index; a function that is missing gets no debug information. */
  readonly functions: ReadonlyMap<number, SourceFunction>;
  /** Undefined: all lines are byte offsets. */
  readonly lines: SourceLines | undefined;
  /** Parts of the module's debug information that were not understood. */
  readonly problems: readonly string[];
}

/** First row of functions whose lines are byte offsets. */
export const NO_ROWS = -1;

/** Plans the debug information of a program. `compiled` are its functions that are; `mainName` is what the main module's file is called. */
export function planDebugInfo({ instances }: Program, compiled: readonly number[], mainName: string): DebugPlan {
  const plans = instances.map((instance) => {
    const own = compiled.filter((index) => index >= instance.firstFunction && index < instance.endFunction).map((index) => localFunction(instance, index));
    return { plan: planModule(instance.module, own, instance.input === 0 ? mainName : instance.name), instance };
  });
  const [first] = plans;
  return plans.length === 1 && first !== undefined ? first.plan : joinPlans(plans);
}

function planModule(module: WasmModule, compiled: readonly number[], moduleName: string): DebugPlan {
  const source = readSourceMap(module);
  if (source !== undefined && source.functions.size > 0) return source;
  const file = { name: moduleName, directory: '' };
  const functions = new Map<number, SourceFunction>();
  for (const index of compiled) {
    const line = module.functions.bodyStart[index];
    functions.set(index, { unit: 0, name: undefined, linkageName: undefined, file: 0, line, firstRow: NO_ROWS, endRow: NO_ROWS });
  }
  return { units: [{ ...file, language: 0 }], files: [file], functions, lines: undefined, problems: source?.problems ?? [] };
}

/** One plan for all modules: units, files and rows of one behind those of the other, functions by their index in the program. */
function joinPlans(plans: readonly { readonly plan: DebugPlan; readonly instance: Instance }[]): DebugPlan {
  const units: SourceUnit[] = [];
  const files: SourceFile[] = [];
  const functions = new Map<number, SourceFunction>();
  const parts: SourceLines[] = [];
  let rows = 0;
  for (const { plan, instance } of plans) {
    const firstUnit = units.length,
      firstFile = files.length,
      firstRow = rows;
    for (const unit of plan.units) units.push(unit);
    for (const file of plan.files) files.push(file);
    if (plan.lines !== undefined) {
      parts.push({ ...plan.lines, file: plan.lines.file.map((file) => file + firstFile) });
      rows += plan.lines.offset.length;
    }
    const moved = (row: number): number => (plan.lines === undefined ? row : row + firstRow);
    const { importCount } = instance.module.functions;
    for (const [index, source] of plan.functions) {
      if (index < importCount) continue;
      functions.set(instance.firstFunction + index - importCount, {
        ...source,
        unit: source.unit + firstUnit,
        file: source.file + firstFile,
        firstRow: moved(source.firstRow),
        endRow: moved(source.endRow),
      });
    }
  }
  const lines =
    parts.length === 0
      ? undefined
      : {
          offset: joined(parts.map(({ offset }) => offset)),
          file: joined(parts.map(({ file }) => file)),
          line: joined(parts.map(({ line }) => line)),
          column: Uint16Array.from(parts.flatMap(({ column }) => Array.from(column))),
        };
  return { units, files, functions, lines, problems: plans.flatMap(({ plan }) => plan.problems) };
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
