// Names in C of what a program sees of a module, and the header that declares it.
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { x64 } from '../../backend-x64/target.js';
import { decodeModule } from '../../frontend/decode-module.js';
import { defaultFeatures } from '../../frontend/features.js';
import { scanModule } from '../../frontend/scan-module.js';
import { assemble, body, functionType, leb, name, section, vector } from '../../frontend/test/assemble.js';
import { embeddingApi, statuses } from '../../runtime-c/tables/embedding.js';
import { compileModule } from '../compile.js';
import { UndefinedImportsError } from '../plan/errors.js';
import { cPart } from '../plan/embedding.js';

const file = (name: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url)));

async function embed(bytes: Uint8Array, prefix: string): Promise<{ header: string; symbols: ReadonlyMap<string, string> }> {
  const module = decodeModule(bytes, { features: defaultFeatures });
  const { texts, visibleSymbols } = await compileModule(module, scanModule(module), {
    target: x64,
    optLevel: 0,
    jobs: 1,
    memoryMode: 'guard',
    emit: new Set(['header']),
    allowUndefined: 'error',
    stackSize: 0,
    verifyIr: false,
    product: { kind: 'object', prefix, moduleName: 'a*/b.wasm' },
  });
  return { header: Buffer.concat([...texts.get('header')!]).toString(), symbols: visibleSymbols };
}

test.each([
  ['f', 'f'],
  ['a-b', 'a_b'],
  ['', ''],
  ['9é€', '9__'],
  ['_x', '_x'],
])('%j is %j in C', (name, part) => {
  expect(cPart(name)).toBe(part);
});

describe('a header', () => {
  test('declares exports and imports by their types, and escapes names in comments', async () => {
    const { header } = await embed(file('embed/engine.wasm'), 'p');
    for (const line of [
      '#ifndef W2E_HEADER_p',
      'Made by wasm2elf from "a\\u002a/b.wasm".',
      '/* "a/b\\u002a/c" */\nw2e_status p_a_b__c(uint32_t *r0);',
      'w2e_status p_instantiate(void);',
      'w2e_status p_instantiate_2(uint32_t *r0);',
      'w2e_status p_many(uint32_t p0, uint32_t *r0, uint64_t *r1, float *r2, double *r3, w2e_v128 *r4);',
      'w2e_status p_keep(w2e_externref p0, w2e_externref *r0);',
      'uint64_t p_get_version(void);',
      'void p_set_shape(const w2e_v128 *value);',
      'uint32_t p_import_env_callback(uint32_t p0);',
      'void p_import_env_mix_all(uint64_t p0, float p1, double p2, const w2e_v128 *p3, w2e_externref p4, uint32_t *r0, w2e_v128 *r1);',
    ])
      expect(header).toContain(line);
    expect(header).not.toContain('p_set_version');
    expect(header).not.toContain('wasi');
  });

  test('exports that have one name in C get numbers, in time that is about linear', async () => {
    const count = 20_000;
    const names = Array.from({ length: count }, (_name, i) => String.fromCodePoint(0x4e00 + (i >>> 12), 0x4e00 + (i & 0xfff)));
    const contents = Buffer.concat([Buffer.from(leb(count)), ...names.map((each) => Buffer.from([...name(each), 0, 0]))]);
    const bytes = Buffer.concat([
      assemble(section(1, vector(functionType([], []))), section(3, vector([0]))),
      Buffer.from([7, ...leb(contents.length)]),
      contents,
      Buffer.from(section(10, vector(body([])))),
    ]);
    const before = process.cpuUsage();
    const { symbols } = await embed(Uint8Array.from(bytes), 'p');
    const { user, system } = process.cpuUsage(before);
    const found = [...symbols.values()].filter((each) => each.startsWith('p___'));
    expect(new Set(found)).toEqual(new Set(['p___', ...Array.from({ length: count - 1 }, (_symbol, i) => `p____${i + 2}`)]));
    expect((user + system) / 1e6).toBeLessThan(5); // a hundred times as much if each looks for its number from the first one on
  });

  test('every symbol has one name, and every status one number', async () => {
    const { symbols } = await embed(file('embed/engine.wasm'), 'p');
    expect(new Set(symbols.values()).size).toBe(symbols.size);
    expect(embeddingApi.every(({ name }) => symbols.get(`w2e_api_${name}`) === `p_${name}`)).toBe(true);
    expect(new Set(statuses.map(({ value }) => value)).size).toBe(statuses.length);
    expect(new Set(statuses.map(({ message }) => message)).size).toBe(statuses.length);
  });
});

test('an imported memory is not a function of the program', async () => {
  // (import "env" "storage" (memory 1))
  const bytes = Buffer.from('0061736d0100000002100103656e760773746f72616765020001', 'hex');
  await expect(embed(bytes, 'p')).rejects.toMatchObject({ name: UndefinedImportsError.name, code: 'W2E-N001' });
});
