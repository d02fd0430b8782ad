// The names of a module whose own are minified (`a.a`, `b`), from Emscripten's JavaScript glue of any era. The glue has
//
//   var wasmImports = {b: ___assert_fail, a: _fd_write, …}            // asmLibraryArg until 3.1.30
//   var _main = Module["_main"] = (a, b) => (_main = wasmExports["d"])(a, b)   // Module["asm"]["d"], asm["d"]
//
// Names of C functions have an underscore in front there; what is Emscripten's own has none.

import type { AnyNode } from 'acorn';
import type { Import, WasmModule } from '../module.js';
import { GlueError } from './errors.js';
import { isShort, looksMinified } from './minified.js';
import { expressionName, propertiesOf, propertyName, type Syntax } from './syntax.js';

/** Names by those that stand in the module. */
export interface GlueNames {
  readonly imports: ReadonlyMap<string, string>;
  readonly exports: ReadonlyMap<string, string>;
}

/** Finds the names of a module in its glue. Throws `GlueError`. */
export function findNames(syntax: Syntax, module: WasmModule): GlueNames {
  const imports = importNames(syntax, module);
  const exports = exportNames(syntax, new Set(module.exports.map(({ name }) => name)));
  if (looksMinified(module) && isRenamed(module, imports, exports)) {
    throw new GlueError('renamed', 'has short names itself: Closure has renamed them');
  }
  return { imports, exports };
}

/** Whether half of the functions have no name that is long: some keep theirs, which the glue reaches through properties. */
function isRenamed(module: WasmModule, imports: ReadonlyMap<string, string>, exports: ReadonlyMap<string, string>): boolean {
  const wanted = module.imports.filter((entry) => entry.kind === 'function' && isFromGlue(entry)).length;
  const names = [...(wanted > 0 ? imports : exports).values()];
  return 2 * names.filter((name) => !isShort(name)).length < (wanted > 0 ? wanted : names.length) || names.length === 0;
}

/** What variables of the glue that are no functions are called in modules. */
const objects: Readonly<Record<string, string>> = { wasmMemory: 'memory', wasmTable: '__indirect_function_table' };

/** The name in C of a variable of the glue. */
export function nameInC(variable: string): string {
  return Object.hasOwn(objects, variable) ? objects[variable] : variable.startsWith('_') ? variable.slice(1) : variable;
}

/** Modules of imports that the engine answered for Emscripten's first compiler: they have names of their own. */
const ofEngine: ReadonlySet<string> = new Set(['global', 'global.Math', 'asm2wasm']);

/** Whether an import has its name from the glue. */
export function isFromGlue({ module }: Pick<Import, 'module'>): boolean {
  return !ofEngine.has(module);
}

// ---- imports

function importNames(syntax: Syntax, module: WasmModule): ReadonlyMap<string, string> {
  const named = module.imports.filter(isFromGlue);
  const functions = named.flatMap(({ kind, name }) => (kind === 'function' ? [name] : []));
  if (functions.length === 0) return new Map();
  const found = importObject(syntax, functions);
  const names = new Map<string, string>();
  for (const { name } of named) {
    const value = found.get(name);
    const variable = value === undefined ? undefined : expressionName(value);
    if (variable !== undefined) names.set(name, nameInC(variable));
  }
  return names;
}

type Properties = ReturnType<typeof propertiesOf>;

/** The literal with a property for each of these imports: of several the one with the fewest others. */
function importObject(syntax: Syntax, wanted: readonly string[]): Properties {
  const literals = syntax.nodes.flatMap((node) => (node.type === 'ObjectExpression' ? [{ node, properties: propertiesOf(node) }] : []));
  // Of `{a: wasmImports}` the value is such a literal itself.
  const variables = new Set(literals.flatMap(({ node }) => boundTo(syntax, node) ?? []));
  const candidates = literals
    .filter(({ properties }) => wanted.every((name) => properties.has(name)))
    .map(({ properties }) => properties)
    .filter((properties) => wanted.every((name) => isFunction(properties.get(name), variables)));
  const [first, second] = candidates.toSorted((a, b) => a.size - b.size);
  if (first === undefined) throw new GlueError('foreign', 'has no object with the imports of this module');
  if (second?.size === first.size) throw new GlueError('foreign', 'has more than one object with the imports of this module');
  return first;
}

/** The variable that a literal is the value of. */
function boundTo(syntax: Syntax, node: AnyNode): string | undefined {
  const parent = syntax.parent(node);
  if (parent?.type === 'VariableDeclarator') return expressionName(parent.id);
  if (parent?.type === 'AssignmentExpression') return expressionName(parent.left);
  return undefined;
}

function isFunction(value: AnyNode | undefined, literals: ReadonlySet<string>): boolean {
  if (value === undefined) return false;
  if (value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression') return true;
  const name = expressionName(value);
  return name !== undefined && !literals.has(name);
}

// ---- exports

/** What the object with the exports is called, from the newest era to the oldest. */
const exportObjects = new Set(['wasmExports', 'exports', 'asm']);

/** What calls the constructors, or is told to; they are exported without a variable of their own. */
const constructorCallers = new Set(['initRuntime', 'addOnInit']);

function exportNames(syntax: Syntax, wanted: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const node of syntax.nodes) {
    if (node.type !== 'MemberExpression') continue;
    const name = propertyName(node);
    if (name === undefined || !wanted.has(name) || names.has(name) || !exportObjects.has(expressionName(node.object) ?? '')) continue;
    const variable = receiver(syntax, node);
    if (variable === undefined || taken.has(variable)) continue;
    taken.add(variable);
    names.set(name, nameInC(variable));
  }
  return names;
}

/** The variable that gets an export, or a function that only calls it. */
function receiver(syntax: Syntax, member: AnyNode): string | undefined {
  let child = member;
  for (let node = syntax.parent(child); node !== undefined; child = node, node = syntax.parent(child)) {
    switch (node.type) {
      case 'AssignmentExpression':
        return node.right === child ? expressionName(node.left) : undefined;
      case 'VariableDeclarator':
        return node.init === child ? expressionName(node.id) : undefined;
      case 'CallExpression':
        if (node.callee !== child) return constructorCallers.has(expressionName(node.callee) ?? '') ? '___wasm_call_ctors' : undefined;
        continue;
      case 'ExpressionStatement':
        return constructorCallers.has(enclosingFunction(syntax, node) ?? '') ? '___wasm_call_ctors' : undefined;
      case 'MemberExpression':
        if (node.object !== child || !['apply', 'call'].includes(propertyName(node) ?? '')) return undefined;
        continue;
      case 'ReturnStatement':
      case 'BlockStatement':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'LogicalExpression':
        continue;
      case 'FunctionDeclaration':
        return node.id?.name;
      default:
        return undefined;
    }
  }
  return undefined;
}

function enclosingFunction(syntax: Syntax, inner: AnyNode): string | undefined {
  for (let node = syntax.parent(inner); node !== undefined; node = syntax.parent(node)) {
    if (node.type === 'FunctionDeclaration') return node.id?.name;
  }
  return undefined;
}
