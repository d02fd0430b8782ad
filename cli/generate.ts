// `npm run generate`: writes every file that is generated from a table; with `--check` names those that are not what their tables
// say, and fails if there are some.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { opcodesSource as operatorNumbers } from '../frontend/generate-opcodes.js';
import { opcodesSource as opNumbers } from '../ir/generate-opcodes.js';
import { generatedFiles } from '../runtime-c/tables/generate.js';
import { helpMarkdown } from './help.js';
import { manualPage } from './man-page.js';

const root = new URL('../../', import.meta.url);
const check = process.argv[2] === '--check';

const files = [
  { path: 'frontend/opcodes.ts', text: operatorNumbers() },
  { path: 'ir/opcodes.ts', text: opNumbers() },
  ...generatedFiles(),
  { path: 'docs/cli.md', text: helpMarkdown() },
  { path: 'docs/wasm2elf.1', text: manualPage() },
];

for (const { path, text } of files) {
  const file = new URL(path, root);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) process.exitCode = 1;
  else writeFileSync(file, text);
  process.stdout.write(`${path} ${check ? 'is not what its table says' : 'written'}\n`);
}
