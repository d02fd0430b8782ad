import { describe, expect, test } from '@jest/globals';
import { formatFigure, renderOutcomes, renderTable } from '../table.js';

describe('tables', () => {
  test('columns are as wide as their widest cell', () => {
    const text = renderTable(
      [
        { title: 'name', align: 'left' },
        { title: 'n', align: 'right' },
      ],
      [
        ['a', '10'],
        ['longer', '9'],
      ],
    );
    expect(text.split('\n')).toEqual(['name     n', '------  --', 'a       10', 'longer   9']);
  });

  test.each([
    [71_234, 'ns', '71.2 us'],
    [123_456_789, 'ns', '123.5 ms'],
    [25e9, 'ns', '25.00 s'],
    [24 * 1024, 'bytes', '24.0 KiB'],
    [963_700_000, 'instructions', '963.7 M'],
    [1749.2, 'instructions', '1,749'],
    [1.5 * 2 ** 30, 'bytes', '1536.0 MiB'],
    [12_345.6, 'requests/s', '12346'],
    [0.456, 'share', '46 %'],
  ] as const)('%d %s is %s', (value, unit, text) => {
    expect(formatFigure(value, unit)).toBe(text);
  });

  test('an outcome shows ratio, verdict and peers as ratios', () => {
    const text = renderOutcomes([
      {
        benchmark: 'speed/core-O2',
        metric: 'CPU',
        unit: 'ns',
        ours: 120e6,
        spread: 0.02,
        reference: { name: 'clang', figure: 100e6 },
        target: { of: 'ratio', atMost: 1.15 },
        peers: { V8: 150e6 },
      },
      { benchmark: 'compile/lua', metric: 'CPU', unit: 'ns', ours: 5e9, spread: 0, target: { of: 'figure', atMost: 25e9 } },
    ]);
    const [, , core, lua] = text.split('\n').map((line) => line.split(/\s{2,}/));
    expect(core).toEqual(['speed/core-O2', 'CPU', '120.0 ms', '100.0 ms', 'clang', '1.200', '<= 1.15', 'NO', '2.0 %', '1.500']);
    expect(lua).toEqual(['compile/lua', 'CPU', '5.000 s', '<= 25.00 s', 'yes']);
  });
});
