// Results come back bit by bit: no list of result types has a float on the x87 stack of x86-64, where a signaling NaN becomes quiet.
// Every list of up to four types, returned by a function, by one that calls it, and by a host function of a C program.

import { describe, expect, test } from '@jest/globals';
import { x64 } from '../../backend-x64/target.js';
import { ByteWriter, joinSections } from '../../fixtures/engine/binary.js';
import { CodeWriter } from '../../fixtures/engine/code-writer.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { scanModule } from '../../frontend/scan-module.js';
import { compileModule } from '../compile.js';
import type { OptLevel } from '../levels.js';

/** i64, f32, f64, v128. */
const TYPES = [0x7e, 0x7d, 0x7c, 0x7b];
const LONGEST = 4;

const lists: number[][] = [];
for (let last: number[][] = [[]], length = 1; length <= LONGEST; length++) {
  last = last.flatMap((list) => TYPES.map((type) => [...list, type]));
  lists.push(...last);
}

type Kind = 'C convention' | 'tail calls' | 'embedded';

function vector(items: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter().unsigned(items.length);
  for (const item of items) out.append(item);
  return out.take();
}

/** For each list a function that returns its parameters, and an exported one that returns what the first (and a host function) returns. */
function moduleOf(kind: Kind): Uint8Array {
  const imports = kind === 'embedded' ? lists.map((_list, i) => new ByteWriter().name('m').name(`h${i}`).byte(0).unsigned(i).take()) : [];
  const first = imports.length,
    count = lists.length;
  const bodies = [...lists, ...lists].map((list, k) => {
    const code = new CodeWriter();
    code.out.byte(0);
    list.forEach((_type, i) => code.op('local.get', i));
    const i = k - count;
    if (i >= 0) code.op('call', first + i);
    if (i >= 0 && kind === 'embedded') code.op('call', i);
    if (i >= 0 && kind === 'tail calls') code.op('return_call', first + i);
    return new ByteWriter().sized(code.op('end').out.take()).take();
  });
  const functions = new ByteWriter().unsigned(2 * count);
  for (let k = 0; k < 2 * count; k++) functions.unsigned(k % count);
  return joinSections([
    { id: 1, contents: vector(lists.map((list) => new ByteWriter().byte(0x60, list.length, ...list, list.length, ...list).take())) },
    { id: 2, contents: vector(imports) },
    { id: 3, contents: functions.take() },
    {
      id: 7,
      contents: vector(
        lists.map((_list, i) =>
          new ByteWriter()
            .name(`e${i}`)
            .byte(0)
            .unsigned(first + count + i)
            .take(),
        ),
      ),
    },
    { id: 10, contents: vector(bodies) },
  ]);
}

async function assembly(kind: Kind, optLevel: OptLevel): Promise<string> {
  const module = decodeModule(moduleOf(kind));
  const { texts } = await compileModule(module, scanModule(module), {
    target: x64,
    optLevel,
    jobs: 1,
    memoryMode: 'guard',
    emit: new Set(['asm'] as const),
    allowUndefined: 'error',
    stackSize: 0,
    verifyIr: true,
    product: kind === 'embedded' ? { kind: 'object', prefix: 'p', moduleName: 'm.wasm' } : { kind: 'served' },
  });
  return Buffer.concat([...texts.get('asm')!]).toString();
}

describe.each(['C convention', 'tail calls', 'embedded'] as const)('%s', (kind) => {
  test.each([0, 2, 3] as const)('-O%s', async (level) => {
    const text = await assembly(kind, level);
    expect(text.match(/^w2e\.f\.\d+:/gm)?.length).toBeGreaterThanOrEqual(lists.length);
    expect(text.match(/^\s+f\w+\s.*/gm)).toBeNull(); // all mnemonics of x87 begin with f, and no others
  });
});
