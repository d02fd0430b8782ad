// The texts of EM_ASM, which the linker takes out of the module: the glue has a table of functions by the address that calls hand over.
//
//   var ASM_CONSTS = {1024: function() {return withBuiltinMalloc(function() {return allocateUTF8(Module["ASAN_OPTIONS"] || 0)})}, …}

import type { AnyNode } from 'acorn';
import { expressionName, type Syntax } from './syntax.js';

/** What the runtimes of sanitizers read in theirs, and the words around it. */
const options: ReadonlySet<unknown> = new Set(['ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS', 'printWithColors']);
const words: ReadonlySet<unknown> = new Set(['withBuiltinMalloc', 'allocateUTF8', 'Module', 'setting', 'ENVIRONMENT_IS_NODE', 'process', 'stderr', 'isTTY']);
const values: ReadonlySet<unknown> = new Set([0, null]);

/** Whether all EM_ASM of the link does nothing but to read options of sanitizers. */
export function readsSanitizerOptionsOnly(syntax: Syntax): boolean {
  const table = syntax.nodes.find((node) => node.type === 'VariableDeclarator' && expressionName(node.id) === 'ASM_CONSTS');
  if (table?.type !== 'VariableDeclarator' || table.init?.type !== 'ObjectExpression') return false;
  const keys = new Set<AnyNode>();
  const functions = new Map<AnyNode, boolean>();
  for (const entry of table.init.properties) {
    if (entry.type !== 'Property') return false;
    keys.add(entry.key);
    functions.set(entry.value, false);
  }
  for (const node of syntax.nodes) {
    if (node.type !== 'Identifier' && node.type !== 'Literal' && node.type !== 'TemplateElement') continue;
    const owner = functionAround(syntax, node, functions);
    if (owner === undefined || keys.has(node)) continue;
    const text = node.type === 'Identifier' ? node.name : node.type === 'Literal' ? node.value : undefined;
    if (options.has(text)) functions.set(owner, true);
    else if (!(node.type === 'Identifier' ? words : values).has(text)) return false;
  }
  return functions.size > 0 && [...functions.values()].every((reads) => reads);
}

function functionAround(syntax: Syntax, node: AnyNode, functions: ReadonlyMap<AnyNode, boolean>): AnyNode | undefined {
  for (let at: AnyNode | undefined = node; at !== undefined; at = syntax.parent(at)) if (functions.has(at)) return at;
  return undefined;
}
