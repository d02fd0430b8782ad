// `npm run docs`: writes docs/cli.md from the option table. A test compares the file with the table.

import { writeFileSync } from 'node:fs';
import { helpMarkdown } from './help.js';

writeFileSync(new URL('../../docs/cli.md', import.meta.url), helpMarkdown());
