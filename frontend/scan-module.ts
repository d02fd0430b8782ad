// hot
// One validating pass over all bodies, on the main thread, that also collects what whole-module decisions need:
// the call graph, which globals and tables change, which memory operators occur. Facts are a superset of what is reached.

import { FunctionDecoder } from './decode-function.js';
import { WasmError } from './errors.js';
import type { FunctionSink } from './function-sink.js';
import type { UncompiledUse, WasmModule } from './module.js';
import { Op } from './opcodes.js';

/** What bodies do. Functions are numbered in the module's index space, imports included. */
export interface ModuleFacts {
  /** Callees and functions named by `ref.func` of function `f`: `callTargets[callStart[f] .. callStart[f + 1]]`, no duplicates. */
  readonly callStart: Uint32Array;
  readonly callTargets: Uint32Array;
  /** By function index: 1 where `ref.func` names it in live code. */
  readonly referenced: Uint8Array;
  /** By global index: 1 where a body sets it. */
  readonly globalsWritten: Uint8Array;
  /** By table index: 1 where a body sets, fills, copies into, initializes or grows it. */
  readonly tablesMutated: Uint8Array;
  /** By table index: 1 where a body grows it. */
  readonly tablesGrown: Uint8Array;
  /** By table index: 1 where a body reads elements as values (table.get, source of table.copy). */
  readonly tablesRead: Uint8Array;
  /** By canonical type id: 1 where an indirect call expects it. */
  readonly indirectTypes: Uint8Array;
  /** By table index: 1 where an indirect call goes through it. */
  readonly tablesCalled: Uint8Array;
  /** Pairs of a function and a global of `GOT.func` that it reads: it uses the function of that name by its address. */
  readonly addressReads: readonly (readonly [functionIndex: number, globalIndex: number])[];
  readonly growsMemory: boolean;
  readonly usesTailCalls: boolean;
  /** A body throws, or has clauses that catch. */
  readonly usesExceptions: boolean;
  /** The first use of a feature that cannot be compiled, outside bodies or in one. */
  readonly uncompiled: UncompiledUse | undefined;
}

/** Validates every body; throws `WasmError` with the function's index. */
export function scanModule(module: WasmModule): ModuleFacts {
  const scanner = new Scanner(module);
  const decoder = new FunctionDecoder(module, scanner);
  const { importCount, count } = module.functions;
  for (let index = importCount; index < count; index++) decoder.decode(index);
  return scanner.facts(module.uncompiled ?? decoder.uncompiled);
}

/** Throws where a valid module uses what cannot be compiled. */
export function requireCompiled({ uncompiled }: ModuleFacts): void {
  if (uncompiled !== undefined) throw new WasmError('featureNotCompiled', uncompiled.offset, ` ${uncompiled.feature}, which cannot be compiled yet`);
}

class Scanner implements FunctionSink {
  readonly wantsValues = false;
  private readonly callStart: Uint32Array;
  private callTargets = new Uint32Array(1024);
  private callCount = 0;
  /** By callee: caller + 1 that named it last. */
  private readonly lastCaller: Uint32Array;
  private caller = 0;
  private readonly referenced: Uint8Array;
  private readonly globalsWritten: Uint8Array;
  private readonly tablesMutated: Uint8Array;
  private readonly tablesGrown: Uint8Array;
  private readonly tablesRead: Uint8Array;
  private readonly tablesCalled: Uint8Array;
  private readonly indirectTypes: Uint8Array;
  /** By global index, of imports: 1 in `GOT.func`. Most modules have none. */
  private readonly isAddress: Uint8Array;
  private readonly addressReads: [number, number][] = [];
  private growsMemory = false;
  private usesTailCalls = false;
  private usesExceptions = false;

  constructor(private readonly module: WasmModule) {
    const { functions, globals, tables, types } = module;
    this.callStart = new Uint32Array(functions.count + 1);
    this.lastCaller = new Uint32Array(functions.count);
    this.referenced = new Uint8Array(functions.count);
    this.globalsWritten = new Uint8Array(globals.length);
    this.tablesMutated = new Uint8Array(tables.length);
    this.tablesGrown = new Uint8Array(tables.length);
    this.tablesRead = new Uint8Array(tables.length);
    this.tablesCalled = new Uint8Array(tables.length);
    this.indirectTypes = new Uint8Array(types.length);
    this.isAddress = new Uint8Array(globals.length);
    for (const { kind, module: from, index } of module.imports) if (kind === 'global' && from === 'GOT.func') this.isAddress[index] = 1;
  }

  facts(uncompiled: UncompiledUse | undefined): ModuleFacts {
    this.callStart[this.module.functions.count] = this.callCount;
    return {
      callStart: this.callStart,
      callTargets: this.callTargets.slice(0, this.callCount),
      referenced: this.referenced,
      globalsWritten: this.globalsWritten,
      tablesMutated: this.tablesMutated,
      tablesGrown: this.tablesGrown,
      tablesRead: this.tablesRead,
      indirectTypes: this.indirectTypes,
      tablesCalled: this.tablesCalled,
      addressReads: this.addressReads,
      growsMemory: this.growsMemory,
      usesTailCalls: this.usesTailCalls,
      usesExceptions: this.usesExceptions,
      uncompiled,
    };
  }

  begin(functionIndex: number): void {
    this.caller = functionIndex;
    this.callStart[functionIndex] = this.callCount;
  }

  private edge(target: number): void {
    if (this.lastCaller[target] === this.caller + 1) return;
    this.lastCaller[target] = this.caller + 1;
    if (this.callCount === this.callTargets.length) {
      const grown = new Uint32Array(this.callCount * 2);
      grown.set(this.callTargets);
      this.callTargets = grown;
    }
    this.callTargets[this.callCount++] = target;
  }

  call(op: number, functionIndex: number): void {
    if (op === Op.ReturnCall) this.usesTailCalls = true;
    this.edge(functionIndex);
  }

  callIndirect(op: number, typeIndex: number, table: number): void {
    if (op === Op.ReturnCallIndirect) this.usesTailCalls = true;
    this.indirectTypes[this.module.typeIds[typeIndex]] = 1;
    this.tablesCalled[table] = 1;
  }

  callRef(op: number): void {
    if (op === Op.ReturnCallRef) this.usesTailCalls = true;
  }

  globalGet(index: number): void {
    if (this.isAddress[index] === 1) this.addressReads.push([this.caller, index]);
  }

  globalSet(index: number): void {
    this.globalsWritten[index] = 1;
  }

  access(): void {}

  simple(): void {}

  indexed(op: number, first: number, second: number): void {
    switch (op) {
      case Op.RefFunc:
        this.referenced[first] = 1;
        this.edge(first);
        return;
      case Op.MemoryGrow:
        this.growsMemory = true;
        return;
      case Op.TableGet:
        this.tablesRead[first] = 1;
        return;
      case Op.TableGrow:
        this.tablesGrown[first] = 1;
        this.tablesMutated[first] = 1;
        return;
      case Op.TableSet:
      case Op.TableFill:
        this.tablesMutated[first] = 1;
        return;
      case Op.TableCopy:
        this.tablesMutated[first] = 1;
        this.tablesRead[second] = 1;
        return;
      case Op.TableInit:
        this.tablesMutated[second] = 1;
        return;
      default:
    }
  }

  exception(): void {
    this.usesExceptions = true;
  }

  catchClause(): void {
    this.usesExceptions = true;
  }

  catchArm(): boolean {
    this.usesExceptions = true;
    return true;
  }

  /** Whatever follows a block counts as live: facts may only err on the side of more. */
  end(): boolean {
    return true;
  }

  constant(): void {}
  vectorImmediate(): void {}
  lane(): void {}
  refNull(): void {}
  aggregate(): void {}
  localGet(): void {}
  localSet(): void {}
  localTee(): void {}
  select(): void {}
  block(): void {}
  elseArm(): void {}
  br(): void {}
  brIf(): void {}
  brTable(): void {}
  brOnNull(): void {}
  unreachable(): void {}
}
