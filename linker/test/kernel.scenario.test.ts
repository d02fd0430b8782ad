// A program for ring 0, looked at by other tools: objdump says which of its instructions may fault, and the kernel's own build takes the
// folder: objtool looks at single files in 6.1 and at the whole module in 6.12.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cleanUpAfterAll, compilerCommand, findCommand, findModule, projectRoot, run, scratchFolder, skip } from '../../fixtures/harness.js';
import { bootScript, whyNoMachine, wish } from '../../fixtures/kernel/machine.js';
import { ElfImage } from '../elf-image.js';

const folder = scratchFolder();
cleanUpAfterAll();

const httpd = join(projectRoot, 'fixtures/httpd/httpd.wasm');
const programs = [httpd, findModule('minigzip', 'minigzip')].filter((path) => path !== undefined);
const objectOf = (program: string): string => join(folder, `${program.replace(/\W/g, '_')}.kernel/prog.o_shipped`);

const compile = (program: string, output: string, ...options: string[]): ReturnType<typeof run> =>
  run(compilerCommand(), [program, '--emit=kernel', '--target=x86_64-linux', '-o', output, ...options], { timeout: 300_000 });

beforeAll(async () => {
  for (const program of programs) {
    const { stderr, status } = await compile(program, objectOf(program).replace('.kernel/prog.o_shipped', ''));
    if (status !== 0) throw new Error(stderr.toString());
  }
}, 600_000);

test.each(['-O0', '-O1', '-O3', '-Os', '-Oz'])(
  'the verification permits what %s makes',
  async (level) => {
    const { stderr, status } = await compile(httpd, join(folder, `httpd${level}`), level);
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
  },
  300_000,
);

/** Whether an instruction, as objdump writes it, may fault. */
function faults(text: string): boolean {
  const [name = '', operands = ''] = text
    .replace(/\s+[#<].*/, '')
    .replace(/^(?:(?:lock|data16|cs)\s+)+/, '')
    .split(/\s+/);
  if (/^(?:ud2|i?div[bwlq]?|repn?z?)$/.test(name)) return true;
  if (/^(?:lea|nop[wl]?|j\w+|call)$/.test(name)) return false;
  return operands.split(/,(?![^(]*\))/).some((operand) => /^-?(?:0x[0-9a-f]+)?\((?!%rsp\)$)|^0x[0-9a-f]+$/.test(operand) || operand.includes(':'));
}

/** Places of instructions that objdump finds to fault. */
async function faultingPlaces(object: string): Promise<number[]> {
  const { stdout, status } = await run('objdump', ['-d', '-w', '--no-show-raw-insn', '--section=.text', object], { timeout: 120_000 });
  expect(status).toBe(0);
  return stdout
    .toString()
    .split('\n')
    .flatMap((line) => {
      const [, place, text] = /^\s*([0-9a-f]+):\t(.*)$/.exec(line) ?? [];
      return place !== undefined && text !== undefined && faults(text.trim()) ? [Number.parseInt(place, 16)] : [];
    });
}

/** Places of instructions that the exception table has rows for: where every second relocation leads. */
function placesWithRows(image: ElfImage): number[] {
  const relocations = image.contents(image.section('.rela__ex_table')!);
  return Array.from({ length: relocations.length / 48 }, (_, i) => Number(relocations.readBigInt64LE(i * 48 + 16)));
}

if (findCommand('objdump') === undefined) skip('nothing is compared with objdump: install the Debian package binutils');
else
  describe('the exception table', () => {
    test.each(programs)('%s: rows are for the instructions that objdump finds to fault', async (program) => {
      const places = placesWithRows(ElfImage.parse(readFileSync(objectOf(program))));
      expect(places.length).toBeGreaterThan(1000);
      expect(places).toEqual(await faultingPlaces(objectOf(program)));
    });
  });

const kernels = wish === 'yes' ? ['6.1', '6.12', 'rt'] : ['6.1', '6.12'];
const reason = await whyNoMachine(kernels);
if (reason !== undefined) skip(`no module is built: ${reason}`);
else
  describe('a module', () => {
    test.each(kernels)(
      "the kernel's build takes the folder without a word: %s",
      async (kernel) => {
        const folders = programs.map((program) => dirname(objectOf(program)));
        const { stdout, stderr, status } = await run(bootScript, ['--kernel', kernel, '--build-only', ...folders], {
          timeout: 600_000,
        });
        expect(stderr.toString()).toBe('');
        expect(stdout.toString()).toBe('');
        expect(status).toBe(0);
      },
      620_000,
    );
  });
