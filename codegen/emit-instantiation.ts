// What instantiation does at run time, as LLVM IR: the body of a function that ends where a step traps.

import { callFunction } from './convention.js';
import type { InstantiationStep } from './instantiation.js';
import type { PartitionText } from './partition-text.js';
import { MEMORY_TYPE, TABLE_TYPE } from './symbols.js';
import type { TrapKind } from '../runtime-c/tables/traps.js';

export class InstantiationEmitter {
  private text = '';
  private names = 0;
  private readonly traps = new Set<TrapKind>();

  constructor(private readonly out: PartitionText) {}

  /** The lines of the body. */
  emit(steps: readonly InstantiationStep[]): string {
    const { out } = this;
    for (const step of steps) {
      switch (step.kind) {
        case 'trap':
          this.line(`call void ${out.trap(step.trap)}() #2`);
          this.line('unreachable');
          return this.finish();
        case 'call':
          this.line(callFunction(out, step.functionIndex, []));
          break;
        case 'memory-size':
          this.trapUnless(`icmp uge i64 ${this.memorySize(step.index)}, ${step.min}`, 'incompatible_import_type');
          break;
        case 'table-size':
          this.trapUnless(`icmp uge i64 ${this.tableSize(step.index)}, ${step.min}`, 'incompatible_import_type');
          break;
        case 'element': {
          const init = out.runtime('w2e_table_init', 'void', 'ptr, ptr, i64, i64, i64, i64');
          this.line(`call void ${init}(ptr ${out.table(step.into)}, ptr ${out.elements(step.segment)}, i64 ${step.length}, i64 ${step.offset}, i64 0, i64 ${step.length})`);
          this.line(`store i32 0, ptr ${out.elementLength(step.segment)}`);
          break;
        }
        case 'data':
          this.copyData(step.segment, step.into, step.offset, step.length);
      }
    }
    this.line('ret void');
    return this.finish();
  }

  private line(text: string): void {
    this.text += `  ${text}\n`;
  }

  private name(): string {
    return `s${this.names++}`;
  }

  private assign(expression: string): string {
    const name = `%${this.name()}`;
    this.line(`${name} = ${expression}`);
    return name;
  }

  private trapUnless(condition: string, trap: TrapKind): void {
    const good = this.assign(condition);
    const next = this.name();
    this.traps.add(trap);
    this.line(`br i1 ${good}, label %${next}, label %trap.${trap}, !prof !1`);
    this.text += `${next}:\n`;
  }

  private memorySize(memory: number): string {
    return this.assign(`load i64, ptr ${memory === 0 ? this.out.memorySize() : `getelementptr (${MEMORY_TYPE}, ptr ${this.out.furtherMemory(memory)}, i64 0, i32 1)`}`);
  }

  private tableSize(table: number): string {
    const { elements } = this.out.plan.tables[table]!;
    if (elements !== undefined) return String(elements.length);
    return this.assign(`zext i32 ${this.assign(`load i32, ptr getelementptr (${TABLE_TYPE}, ptr ${this.out.table(table)}, i64 0, i32 1)`)} to i64`);
  }

  private copyData(segment: number, memory: number, offset: bigint, length: number): void {
    const { out } = this;
    // size - length >= offset, and no less than 0: no sum wraps.
    const size = this.memorySize(memory);
    this.trapUnless(`icmp uge i64 ${size}, ${length}`, 'out_of_bounds_memory_access');
    this.trapUnless(`icmp uge i64 ${this.assign(`sub i64 ${size}, ${length}`)}, ${offset}`, 'out_of_bounds_memory_access');
    const base = memory === 0 && !out.plan.embedded ? out.memory() : this.assign(`load ptr, ptr ${memory === 0 ? out.memory() : out.furtherMemory(memory)}`);
    const at = this.assign(`getelementptr i8, ptr ${base}, i64 ${offset}`);
    const copy = out.intrinsic('llvm.memcpy.p0.p0.i64', 'void', 'ptr, ptr, i64, i1');
    this.line(`call void ${copy}(ptr ${at}, ptr ${out.data(segment)}, i64 ${length}, i1 false)`);
    this.line(`store i32 0, ptr ${out.dataLength(segment)}`);
  }

  private finish(): string {
    for (const trap of this.traps) this.text += `trap.${trap}:\n  call void ${this.out.trap(trap)}() #2\n  unreachable\n`;
    return this.text;
  }
}
