// Validates the operators on whole memories and tables, and on segments: sizes, growth, bulk copies, single elements.

import type { ErrorKind } from './errors.js';
import type { FunctionSink } from './function-sink.js';
import type { WasmModule } from './module.js';
import { Op } from './opcodes.js';
import type { Reader } from './reader.js';
import { isSubtype } from './subtyping.js';
import type { ValidationStacks } from './validation-stacks.js';
import { Type, typeList, type ValueType } from './value-types.js';

export class SpaceOperators {
  constructor(
    private readonly module: WasmModule,
    private readonly reader: Reader,
    private readonly stacks: ValidationStacks,
    private readonly sink: FunctionSink,
  ) {}

  private fail(kind: ErrorKind, detail = ''): never {
    return this.stacks.fail(kind, detail);
  }

  /** A table that exists, read from the body where it is not given. */
  table(index = this.reader.u32()): number {
    if (index >= this.module.tables.length) this.fail('unknownTable', ` ${index}`);
    return index;
  }

  /** The type of indices. */
  tableAddress(table: number): ValueType {
    return this.module.tables[table].is64 ? Type.I64 : Type.I32;
  }

  private element(index: number): void {
    if (index >= this.module.elements.length) this.fail('unknownElement', ` ${index}`);
  }

  private memoryIndex(index = this.reader.u32()): number {
    if (index >= this.module.memories.length) this.fail('unknownMemory', ` ${index}`);
    return index;
  }

  private memoryAddress(memory: number): ValueType {
    return this.module.memories[memory].is64 ? Type.I64 : Type.I32;
  }

  private data(index: number): number {
    const { dataCount } = this.module;
    if (dataCount === undefined) this.fail('dataCountRequired');
    if (index >= dataCount) this.fail('unknownData', ` ${index}`);
    return index;
  }

  /** memory.size, grow, fill, copy, init and data.drop. */
  memoryOperator(op: number): void {
    let first = 0;
    let second = 0;
    let result = -1;
    switch (op) {
      case Op.MemorySize:
        first = this.memoryIndex();
        result = this.memoryAddress(first);
        break;
      case Op.MemoryGrow:
        first = this.memoryIndex();
        result = this.memoryAddress(first);
        this.stacks.pop(result);
        break;
      case Op.MemoryFill:
        first = this.memoryIndex();
        this.stacks.pop(this.memoryAddress(first));
        this.stacks.pop(Type.I32);
        this.stacks.pop(this.memoryAddress(first));
        break;
      case Op.MemoryCopy: {
        first = this.memoryIndex();
        second = this.memoryIndex();
        const to = this.memoryAddress(first);
        const from = this.memoryAddress(second);
        this.stacks.pop(to === Type.I32 ? to : from);
        this.stacks.pop(from);
        this.stacks.pop(to);
        break;
      }
      case Op.MemoryInit:
        first = this.reader.u32();
        second = this.memoryIndex();
        this.data(first);
        this.stacks.pop(Type.I32);
        this.stacks.pop(Type.I32);
        this.stacks.pop(this.memoryAddress(second));
        break;
      case Op.DataDrop:
        first = this.data(this.reader.u32());
        break;
    }
    if (this.stacks.live) this.sink.indexed(op, first, second, this.stacks.height);
    if (result >= 0) this.stacks.push(result);
  }

  /** table.get, set, size, grow, fill, copy, init and elem.drop. */
  tableOperator(op: number): void {
    const { tables, elements } = this.module;
    const first = this.reader.u32();
    const second = op === Op.TableInit || op === Op.TableCopy ? this.table() : 0;
    if (op === Op.TableInit || op === Op.ElemDrop) this.element(first);
    else this.table(first);
    let result = -1;
    switch (op) {
      case Op.TableGet:
        this.stacks.pop(this.tableAddress(first));
        result = tables[first].element;
        break;
      case Op.TableSet:
        this.stacks.pop(tables[first].element);
        this.stacks.pop(this.tableAddress(first));
        break;
      case Op.TableSize:
        result = this.tableAddress(first);
        break;
      case Op.TableGrow:
        result = this.tableAddress(first);
        this.stacks.pop(result);
        this.stacks.pop(tables[first].element);
        break;
      case Op.TableFill:
        this.stacks.pop(this.tableAddress(first));
        this.stacks.pop(tables[first].element);
        this.stacks.pop(this.tableAddress(first));
        break;
      case Op.TableCopy: {
        const to = this.tableAddress(first);
        const from = this.tableAddress(second);
        this.requireElements(tables[second].element, tables[first].element);
        this.stacks.pop(to === Type.I32 ? to : from);
        this.stacks.pop(from);
        this.stacks.pop(to);
        break;
      }
      case Op.TableInit:
        this.requireElements(elements[first].type, tables[second].element);
        this.stacks.pop(Type.I32);
        this.stacks.pop(Type.I32);
        this.stacks.pop(this.tableAddress(second));
        break;
    }
    if (this.stacks.live) this.sink.indexed(op, first, second, this.stacks.height);
    if (result >= 0) this.stacks.push(result);
  }

  private requireElements(from: ValueType, to: ValueType): void {
    if (!isSubtype(this.module.types, from, to)) {
      this.fail('typeMismatch', `: elements of ${typeList([from])} for a table of ${typeList([to])}`);
    }
  }
}
