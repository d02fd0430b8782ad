// The templates of vector operations: LLVM takes every row for CPUs with and without the extensions that back ends
// know of, and what a CPU has follows from its name unless a flag says otherwise.

import { describe, expect, test } from '@jest/globals';
import { x64 } from '../../backend-x64/target.js';
import { parseFunction } from '../../ir/parser.js';
import { SIMD_OPS, simdOp } from '../../ir/simd-ops.js';
import { TYPE_NAMES } from '../../ir/types.js';
import { compileIr } from '../../llvm-bindings/compile.js';
import { emitFunction } from '../emit/function.js';
import { PartitionText } from '../emit/partition-text.js';
import { simdTable } from '../emit/simd.js';
import type { Cpu } from '../emit/simd.js';
import { functionSymbol } from '../symbols.js';
import { fixturePlan } from './fixture-plan.js';

/** A function that returns what a row computes of its parameters. */
function functionOf(row: number): string {
  const { name, operands, result, immediate } = SIMD_OPS[row];
  const params = operands.map((type, k) => `v${k}: ${TYPE_NAMES[type]}`).join(', ');
  const text = immediate === 'lane' ? 'lane=1' : immediate === 'shuffle' ? `0x${'1f'.repeat(16)}` : '';
  return (
    `func @0 "" (${operands.map((type) => TYPE_NAMES[type]).join(', ')}) -> (${TYPE_NAMES[result]}) {\nb0(${params}):\n` +
    `  v9 = ${name} ${text} ${operands.map((_type, k) => `v${k}`).join(', ')}\n  return (v9)\n}\n`
  );
}

describe('templates', () => {
  const cpus: readonly Cpu[] = ['x86-64', 'x86-64-v2', 'x86-64-v3'].map((name) => ({ name, features: '' }));
  test.each(cpus)('are LLVM IR for $name', (cpu) => {
    const out = new PartitionText(fixturePlan({}), x64, `"target-cpu"="${cpu.name}"`, cpu);
    SIMD_OPS.forEach((_op, row) => emitFunction(out, parseFunction(functionOf(row)), functionSymbol(row)));
    const { outputs } = compileIr({
      ir: Buffer.from(out.toString()),
      name: cpu.name,
      verify: true,
      passes: '',
      outputs: ['asm'],
      machine: { llvmName: x64.llvmName, triple: x64.triple, cpu: cpu.name, features: '', codegenLevel: 0 },
    });
    const asm = Buffer.from(outputs.asm!).toString();
    expect(asm.includes('pshufb')).toBe(cpu.name !== 'x86-64');
    expect(asm.includes('vfmadd')).toBe(cpu.name === 'x86-64-v3');
  });

  test('follow the name of the CPU and the flags', () => {
    const intrinsic = (name: string, features: string): string | undefined =>
      simdTable(x64, { name, features }).rows[simdOp('f32x4.relaxed_madd')].intrinsics[0]?.[0];
    expect(intrinsic('x86-64-v2', '')).toBeUndefined();
    expect(intrinsic('x86-64-v2', '+avx,+fma')).toBe('llvm.fma.v4f32');
    expect(intrinsic('haswell', '')).toBe('llvm.fma.v4f32');
    expect(intrinsic('haswell', '-fma')).toBeUndefined();
  });
});
