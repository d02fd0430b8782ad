// Where Emscripten up to 2.0.3 put what lies in memory 0, which only its JavaScript says. The glue of its last versions has
//
//   var STATIC_BASE = 1024, STACK_BASE = 60384, STACK_MAX = 5303264, DYNAMIC_BASE = 5303264, DYNAMICTOP_PTR = 60128
//   HEAP32[DYNAMICTOP_PTR >> 2] = DYNAMIC_BASE
//
// and that of 1.38.12 and before `STATICTOP = STATIC_BASE + 1212304`, behind which it allocates the rest when it runs. Numbers are read of
// assignments of constants; nothing runs.

import type { AnyNode } from 'acorn';
import { nameInC } from './names.js';
import { expressionName, literalText, propertiesOf, propertyName, type Syntax } from './syntax.js';

/** Addresses and sizes in bytes. */
export interface Layout {
  /** Where static data begins. */
  readonly staticBase: number;
  /** What the stack pointer starts with, and what it may not reach. */
  readonly stackBase: number;
  readonly stackMax: number;
  /** The word that has the end of the heap, and what it starts with. */
  readonly heapEnd: number;
  readonly heapBase: number;
  /** 16 bytes for conversions. */
  readonly scratch: number | undefined;
  /** Memory that the program starts with. */
  readonly memory: number | undefined;
}

/** What a glue says about a module of these versions. */
export interface OldGlue {
  readonly layout: Layout | undefined;
  /** C names of functions that are called before main, in order. */
  readonly constructors: readonly string[];
  /** The file with the static data, where the module does not have it. */
  readonly memoryFile: string | undefined;
  /** Error numbers are those of Linux; undefined if it does not say. */
  readonly linuxErrors: boolean | undefined;
  /** off_t and ino_t have 32 bits; undefined if it does not say. */
  readonly shortOffsets: boolean | undefined;
}

/** Reads a glue. */
export function readOldGlue(syntax: Syntax): OldGlue {
  const numbers = constantsOf(syntax);
  return {
    layout: layoutFrom(numbers),
    constructors: findConstructors(syntax),
    memoryFile: findMemoryFile(syntax),
    linuxErrors: findErrors(syntax),
    shortOffsets: findShortOffsets(syntax),
  };
}

// ---- numbers

type Numbers = ReadonlyMap<string, number>;

interface Assignment {
  readonly name: string;
  readonly value: AnyNode;
  readonly start: number;
}

function assignmentsOf(syntax: Syntax): Assignment[] {
  return syntax.nodes
    .flatMap((node) => {
      const [left, value] =
        node.type === 'VariableDeclarator'
          ? [node.id, node.init]
          : node.type === 'AssignmentExpression' && node.operator === '='
            ? [node.left, node.right]
            : [];
      const name = left?.type === 'Identifier' ? left.name : undefined;
      return name === undefined || value === null || value === undefined ? [] : [{ name, value, start: node.start }];
    })
    .toSorted((a, b) => a.start - b.start);
}

/** The last constant that each variable gets. */
function constantsOf(syntax: Syntax): Numbers {
  const numbers = new Map<string, number>();
  for (const { name, value } of assignmentsOf(syntax)) {
    const number = constant(value, numbers);
    if (number !== undefined) numbers.set(name, number);
  }
  return numbers;
}

/** The value of an expression of constants: of `Module["X"] || 5`, what holds without the former. */
function constant(node: AnyNode, numbers: Numbers): number | undefined {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' ? node.value : undefined;
    case 'Identifier':
      return numbers.get(node.name);
    case 'UnaryExpression': {
      const operand = node.operator === '-' && node.argument.type === 'Literal' ? node.argument.value : undefined;
      return typeof operand === 'number' ? -operand : undefined;
    }
    case 'LogicalExpression':
      return node.operator === '||' && node.left.type === 'MemberExpression' && node.right.type === 'Literal' ? constant(node.right, numbers) : undefined;
    case 'BinaryExpression': {
      if (node.operator !== '+' || node.left.type !== 'Identifier' || !['Literal', 'UnaryExpression'].includes(node.right.type)) return undefined;
      const left = constant(node.left, numbers),
        right = constant(node.right, numbers);
      return left === undefined || right === undefined ? undefined : left + right;
    }
    default:
      return undefined;
  }
}

const align16 = (value: number): number => Math.ceil(value / 16) * 16;
const DEFAULT_STACK = 5 << 20;

function layoutFrom(numbers: Numbers): Layout | undefined {
  const memory = ['INITIAL_TOTAL_MEMORY', 'INITIAL_INITIAL_MEMORY', 'INITIAL_MEMORY', 'TOTAL_MEMORY']
    .map((name) => numbers.get(name))
    .find((value) => value !== undefined);
  const staticBase = numbers.get('STATIC_BASE') ?? numbers.get('GLOBAL_BASE') ?? 1024;
  const heapEnd = numbers.get('DYNAMICTOP_PTR') ?? 0,
    heapBase = numbers.get('DYNAMIC_BASE') ?? 0;
  if (heapEnd !== 0 && heapBase !== 0) {
    const stackBase = numbers.get('STACK_BASE') ?? 0,
      stackMax = numbers.get('STACK_MAX') ?? 0;
    return { staticBase, stackBase, stackMax, heapEnd, heapBase, scratch: numbers.get('tempDoublePtr'), memory };
  }
  const staticTop = numbers.get('STATICTOP') ?? 0;
  if (staticTop === 0) return undefined;
  // The glue allocates: 16 bytes for conversions, the word, the stack.
  const scratch = align16(staticTop),
    stackBase = scratch + 32,
    stackMax = stackBase + (numbers.get('TOTAL_STACK') ?? DEFAULT_STACK);
  return { staticBase, stackBase, stackMax, heapEnd: scratch + 16, heapBase: align16(stackMax), scratch, memory };
}

// ---- the rest

/** The functions of `__ATINIT__.push({func: function() { f() }}, …)`. */
function findConstructors(syntax: Syntax): string[] {
  const names: string[] = [];
  for (const node of syntax.nodes.filter(({ type }) => type === 'CallExpression').toSorted((a, b) => a.start - b.start)) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue;
    if (propertyName(node.callee) !== 'push' || expressionName(node.callee.object) !== '__ATINIT__') continue;
    for (const argument of node.arguments) {
      const called = argument.type === 'ObjectExpression' ? propertiesOf(argument).get('func') : undefined;
      const body = called?.type === 'FunctionExpression' ? called.body.body[0] : undefined;
      const call = body?.type === 'ExpressionStatement' && body.expression.type === 'CallExpression' ? body.expression.callee : undefined;
      const name = call === undefined ? undefined : expressionName(call);
      if (name !== undefined) names.push(nameInC(name));
    }
  }
  return names;
}

function findMemoryFile(syntax: Syntax): string | undefined {
  for (const { name, value } of assignmentsOf(syntax)) {
    const text = name === 'memoryInitializer' ? literalText(value) : undefined;
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

/** EPERM is 1 in Linux and 63 in WASI. */
function findErrors(syntax: Syntax): boolean | undefined {
  for (const node of syntax.nodes) {
    const value = node.type === 'ObjectExpression' ? propertiesOf(node).get('EPERM') : undefined;
    if (value?.type === 'Literal' && typeof value.value === 'number') return value.value === 1;
  }
  return undefined;
}

/** The last field of `struct stat` is st_ino, at 72 with 32-bit offsets and at 80 with 64-bit ones; llseek writes one word or two. */
function findShortOffsets(syntax: Syntax): boolean | undefined {
  const stat = lastStore(syntax, 'doStat', 'buf');
  if (stat !== undefined) return stat < 80;
  const seek = lastStore(syntax, '___syscall140', 'result');
  return seek === undefined ? undefined : seek < 4;
}

/** The largest constant that is added to a variable in a function, where something is indexed by it. */
function lastStore(syntax: Syntax, functionName: string, variable: string): number | undefined {
  let last: number | undefined;
  for (const node of syntax.nodes) {
    if (node.type !== 'BinaryExpression' || node.operator !== '>>' || !isWithin(syntax, node, functionName)) continue;
    const { left } = node;
    const at =
      left.type === 'Identifier' && left.name === variable
        ? 0
        : left.type === 'BinaryExpression' && left.operator === '+' && expressionName(left.left) === variable && left.right.type === 'Literal'
          ? left.right.value
          : undefined;
    if (typeof at === 'number') last = Math.max(last ?? 0, at);
  }
  return last;
}

function isWithin(syntax: Syntax, inner: AnyNode, functionName: string): boolean {
  for (let node = syntax.parent(inner); node !== undefined; node = syntax.parent(node)) {
    if (node.type === 'FunctionDeclaration') return node.id?.name === functionName;
    if (node.type === 'Property' && propertyName(node) === functionName) return true;
  }
  return false;
}
