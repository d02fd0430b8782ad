// The spec suite beside the project, as a list of modules with what is expected of each.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the suite; it is data beside the project and may be absent. */
export const suiteRoot = fileURLToPath(new URL('../../../../shared/spec-tests/', import.meta.url));

export const suiteIsPresent = existsSync(suiteRoot);

export interface SuiteCase {
  readonly file: string;
  readonly line: number;
  readonly expected: 'valid' | 'malformed' | 'invalid';
  /** Beginning of the message, for rejected modules. */
  readonly text: string;
}

interface Command {
  readonly type: string;
  readonly line: number;
  readonly filename?: string;
  readonly module_type?: string;
  readonly text?: string;
}

const expectations: Readonly<Record<string, SuiteCase['expected']>> = {
  module: 'valid',
  module_definition: 'valid',
  assert_unlinkable: 'valid',
  assert_uninstantiable: 'valid',
  assert_trap: 'valid',
  assert_malformed: 'malformed',
  assert_invalid: 'invalid',
};

/** Names of the folders that hold test files: `core`, …, `proposals/annotations`, …. */
export function suiteAreas(): string[] {
  const folders = (under: string): string[] =>
    readdirSync(join(suiteRoot, under))
      .filter((name) => statSync(join(suiteRoot, under, name)).isDirectory())
      .map((name) => join(under, name));
  return folders('').flatMap((area) => (area === 'proposals' ? folders(area) : [area]));
}

/** Every binary module of an area. */
export function suiteCases(area: string): SuiteCase[] {
  const cases: SuiteCase[] = [];
  for (const name of readdirSync(join(suiteRoot, area))) {
    const folder = join(suiteRoot, area, name);
    const script = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { commands: Command[] };
    for (const { type, line, filename, module_type: moduleType, text } of script.commands) {
      const expected = expectations[type];
      if (expected === undefined || filename === undefined || moduleType === 'text') continue;
      cases.push({ file: join(folder, filename), line, expected, text: text ?? '' });
    }
  }
  return cases;
}
