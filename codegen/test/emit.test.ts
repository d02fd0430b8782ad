// Golden tests of emission: codegen/fixtures/*.ir hold IR functions and the LLVM IR that each becomes. Every text is
// also compiled by LLVM with its verifier on. UPDATE_GOLDENS=1 rewrites the expectations; review the diff.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { arm64 } from '../../backend-arm64/target.js';
import { x64 } from '../../backend-x64/target.js';
import { parseFunction } from '../../ir/parser.js';
import { compileIr } from '../../llvm-bindings/compile.js';
import type { Target } from '../target.js';
import { emitFunction } from '../emit/function.js';
import { PartitionText } from '../emit/partition-text.js';
import { functionSymbol } from '../symbols.js';
import { fixturePlan } from './fixture-plan.js';
import type { PlanVariant } from './fixture-plan.js';

const folder = fileURLToPath(new URL('../../../codegen/fixtures/', import.meta.url));
const update = process.env.UPDATE_GOLDENS === '1';

/** `; case NAME {variant as JSON}`, the function, `; expect`, the text. */
interface Case {
  readonly title: string;
  readonly variant: PlanVariant;
  readonly input: string;
  readonly expected: string;
}

function readCases(text: string): Case[] {
  return text
    .split(/^; case /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const [, title, variant] = /^(.*?)\s*(\{.*\})?$/.exec(part.slice(0, end))!;
      const [input, expected] = part.slice(end + 1).split(/^; expect\n/m) as [string, string?];
      return { title: title!, variant: variant === undefined ? {} : (JSON.parse(variant) as PlanVariant), input, expected: (expected ?? '').trimEnd() };
    });
}

function targetOf(variant: PlanVariant): Target {
  return [x64, arm64].find(({ name }) => name === variant.target) ?? x64;
}

function emit(input: string, variant: PlanVariant): { out: PartitionText; text: string } {
  const target = targetOf(variant);
  const kernel = variant.kernel === true ? target.kernel : undefined;
  const cpu = variant.cpu ?? kernel?.cpu ?? target.defaultCpu;
  const out = new PartitionText(fixturePlan(variant), target, `"target-cpu"="${cpu}"`, { name: cpu, features: '' }, false, kernel);
  emitFunction(out, parseFunction(input), functionSymbol(0));
  return { out, text: out.definitions.trimEnd() };
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.ir'))) {
  describe(file, () => {
    const source = readFileSync(folder + file, 'utf8');
    const cases = readCases(source);
    test.each(cases.map((each) => [each.title, each] as const))('%s', (_title, { variant, input, expected }) => {
      const { out, text } = emit(input, variant);
      const { llvmName, triple, defaultCpu } = targetOf(variant);
      const { outputs } = compileIr({
        ir: Buffer.from(out.toString()),
        name: file,
        verify: true,
        passes: '',
        outputs: ['obj'],
        machine: { llvmName, triple, cpu: defaultCpu, features: '', codegenLevel: 0 },
      });
      expect(outputs.obj!.length).toBeGreaterThan(0);
      if (!update) expect(text).toBe(expected);
    });
    if (update) {
      const header = source.slice(0, source.indexOf('; case '));
      writeFileSync(
        folder + file,
        header +
          cases
            .map(
              ({ title, variant, input }) =>
                `; case ${title}${Object.keys(variant).length > 0 ? ` ${JSON.stringify(variant)}` : ''}\n${input}; expect\n${emit(input, variant).text}\n`,
            )
            .join('\n'),
      );
    }
  });
}
