// The texts that LLVM writes, with the module's name of each function beside its definition: LLVM itself knows numbers only.

import type { PrintableText } from '../runtime-c/tables/printable.js';
import { FUNCTION_SYMBOL_STEM } from './symbols.js';
import type { Target } from './target.js';

const stem = FUNCTION_SYMBOL_STEM.replaceAll('.', '\\.');

/** How a definition looks in a text, with the index in group 1, and what begins a comment. */
const forms = {
  'llvm-ir': { definition: new RegExp(`^define [^@"]*@${stem}(\\d+)[(.].*$`, 'gm'), comment: () => ';' },
  asm: { definition: new RegExp(`^${stem}(\\d+)(?:\\.[.\\w]+)?:.*$`, 'gm'), comment: ({ asmComment }: Target) => asmComment },
} as const;

/** The text with a comment in front of each definition of a function of the module. `names` are by function index. */
export function withNames(text: Uint8Array, kind: keyof typeof forms, target: Target, names: readonly PrintableText[]): Uint8Array {
  const { definition, comment } = forms[kind];
  return Buffer.from(
    Buffer.from(text)
      .toString('utf8')
      .replace(definition, (line, index) => `${comment(target)} ${names[Number(index)] ?? ''}\n${line}`),
  );
}
