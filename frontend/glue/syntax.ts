// JavaScript text → its syntax tree with parents. acorn parses; nothing here runs or matches text.

import { type AnyNode, type Options, Parser } from 'acorn';
import { GlueError } from './errors.js';

/** A parsed file. */
export interface Syntax {
  /** Every node, parents before children. */
  readonly nodes: readonly AnyNode[];
  parent(node: AnyNode): AnyNode | undefined;
}

const common: Options = {
  ecmaVersion: 'latest',
  allowHashBang: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
};

/** Tokens of the largest file that is parsed: the tree has some 200 bytes for each. */
const MOST_TOKENS = 1 << 22;
/** Productions that are open at once. */
const MOST_DEPTH = 2000;
/** Every way of acorn's parser back into itself leads through one of these. */
const recursive = ['parseStatement', 'parseMaybeAssign', 'parseExprOp', 'parseMaybeUnary', 'parseExprSubscripts', 'parseBindingAtom', 'parseTemplate'];

/**
 * acorn's parser with a limit of its depth. To wait for the end of the stack is no way out: V8 ends the process where it has a regular
 * expression to compile just then, and acorn has many.
 */
class BoundedParser extends Parser {}
let depth = 0;
for (const name of recursive) {
  const production: unknown = Reflect.get(Parser.prototype, name);
  if (typeof production !== 'function') throw new Error(`acorn's parser has no ${name}`);
  Reflect.set(BoundedParser.prototype, name, function (this: Parser, ...parameters: unknown[]): unknown {
    if (depth === MOST_DEPTH) throw new GlueError('syntax', 'is nested too deeply');
    depth++;
    const result: unknown = Reflect.apply(production, this, parameters);
    depth--;
    return result;
  });
}
// Patterns are nothing that names are found in.
Reflect.set(BoundedParser.prototype, 'validateRegExpPattern', () => undefined);

/** Parses a module of JavaScript, or else a script. Throws `GlueError`. */
export function parseSyntax(text: string): Syntax {
  const root = parseAs(text, 'module') ?? parseAs(text, 'script');
  if (root === undefined || 'why' in root) throw new GlueError('syntax', root?.why ?? 'is no JavaScript');
  const nodes: AnyNode[] = [root];
  const parents = new Map<AnyNode, AnyNode>();
  for (let i = 0; i < nodes.length; i++) {
    for (const child of children(nodes[i])) {
      parents.set(child, nodes[i]);
      nodes.push(child);
    }
  }
  return { nodes, parent: (node) => parents.get(node) };
}

/** The program; why there is none, for a script; undefined for what may yet be a script. */
function parseAs(text: string, sourceType: 'module' | 'script'): AnyNode | { readonly why: string } | undefined {
  let tokens = 0;
  const onToken = (): void => {
    if (tokens++ === MOST_TOKENS) throw new GlueError('syntax', `has more than ${MOST_TOKENS} tokens, the most that are read of JavaScript`);
  };
  depth = 0;
  try {
    return BoundedParser.parse(text, { ...common, sourceType, onToken });
  } catch (error) {
    if (error instanceof RangeError) throw new GlueError('syntax', 'is nested too deeply');
    if (!(error instanceof SyntaxError)) throw error;
    return sourceType === 'module' ? undefined : { why: `is no JavaScript: ${error.message}` };
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}

function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const value of Object.values(node)) {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) found.push(item);
  }
  return found;
}

/** The value of a string or number literal, and of a template without expressions, as text. */
export function literalText(node: AnyNode): string | undefined {
  if (node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'number')) return String(node.value);
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The name of a property: of `x.name`, `x["name"]`, `{name: …}` and `{"name": …}`. */
export function propertyName(node: AnyNode): string | undefined {
  if (node.type === 'MemberExpression') return node.computed ? literalText(node.property) : plainName(node.property);
  if (node.type === 'Property') return node.computed ? undefined : (literalText(node.key) ?? plainName(node.key));
  return undefined;
}

function plainName(node: AnyNode): string | undefined {
  return node.type === 'Identifier' ? node.name : undefined;
}

/** The values of an object literal by their names; what is spread or computed is left out. */
export function propertiesOf(literal: Extract<AnyNode, { type: 'ObjectExpression' }>): ReadonlyMap<string, AnyNode> {
  const properties = new Map<string, AnyNode>();
  for (const property of literal.properties) {
    const name = property.type === 'Property' ? propertyName(property) : undefined;
    if (name !== undefined && property.type === 'Property') properties.set(name, property.value);
  }
  return properties;
}

/** What an expression is called: a variable, a property, a function with a name; of `a || b` and `a = b` the left one. */
export function expressionName(node: AnyNode): string | undefined {
  for (let at: AnyNode = node; ; ) {
    switch (at.type) {
      case 'Identifier':
        return at.name;
      case 'MemberExpression':
        return propertyName(at);
      case 'FunctionExpression':
        return at.id?.name;
      case 'LogicalExpression':
      case 'AssignmentExpression':
        at = at.left;
        continue;
      default:
        return undefined;
    }
  }
}
