// What is generated from contract.ts: include/contract.gen.h, and the tables of docs/object-contract.md.

import {
  abiBits,
  elementCalls,
  guestExports,
  javascriptKinds,
  layoutOf,
  runtimeFunctions,
  sizes,
  structs,
  type FieldRow,
  type GuestExportRow,
  type RuntimeFunctionRow,
  type StructRow,
} from './contract.js';
import { signatureTypes } from './signature.js';
import { traps } from './traps.js';

const letterTypes: Readonly<Record<string, string>> = { v: 'void', i: 'u32', d: 'double' };

function letterType(letter: string): string {
  const type = letterTypes[letter];
  if (type === undefined) throw new Error(`no C type for ${letter}`);
  return type;
}

/** A comment of C for text with marks of Markdown. */
function comment(doc: string): string {
  return `// ${doc.replaceAll('`', '')}`;
}

function declaration({ name, type }: FieldRow): string {
  if (type === 'slots') return `u8 ${name}[][W2E_SLOT];`;
  return `${type}${type.endsWith('*') ? '' : ' '}${name};`;
}

function definition(struct: StructRow): string[] {
  return [
    comment(struct.doc),
    `struct ${struct.name} {`,
    ...struct.fields.map((field) => `    ${declaration(field)}${field.doc === undefined ? '' : ` ${comment(field.doc)}`}`),
    '};',
    '',
  ];
}

/** What makes sure that the C compiler lays a structure out as codegen does. */
function layoutChecks(struct: StructRow): string[] {
  const { size, offsets } = layoutOf(struct);
  return [
    `_Static_assert(sizeof(struct ${struct.name}) == ${size}, "layout");`,
    ...struct.fields.map(({ name }, i) => `_Static_assert(__builtin_offsetof(struct ${struct.name}, ${name}) == ${offsets[i]}, "layout");`),
  ];
}

type Constants = Readonly<Record<string, { readonly value: number; readonly doc: string }>>;

function constants(prefix: string, rows: Constants): string[] {
  return ['enum {', ...Object.entries(rows).map(([name, { value, doc }]) => `    ${prefix}${name} = ${value}, ${comment(doc)}`), '};'];
}

/** `X(result, name, (parameters), (arguments))` */
function call(result: string, name: string, params: readonly string[]): string {
  return `    X(${result}, ${name}, (${params.length === 0 ? 'void' : params.map((param) => `u32 ${param}`).join(', ')}), (${params.join(', ')}))`;
}

function exportCall({ symbol, signature, params }: GuestExportRow): string {
  const types = signatureTypes(signature);
  if ([...types.params, ...types.results].some((type) => type !== 'i32') || types.params.length !== params.length) throw new Error(`${symbol}: ${signature}`);
  return call(types.results.length === 0 ? 'void' : 'u32', symbol, params);
}

function elementCall(letters: string): string {
  return call(letterType(letters.charAt(0)), letters, ['index', ...[...letters.slice(1)].map((_letter, i) => 'abcd'.charAt(i))]);
}

const functionRows: readonly (readonly [name: string, row: RuntimeFunctionRow])[] = Object.entries(runtimeFunctions);

/** A function of the runtime as C declares it, without what it does in place of returning. */
function prototype(name: string, { result, params }: RuntimeFunctionRow): string {
  return `${result}${result.endsWith('*') ? '' : ' '}w2e_${name}(${params.length === 0 ? 'void' : params.join(', ')})`;
}

function runtimeFunction([name, row]: (typeof functionRows)[number]): string {
  return `${row.ends === 'throws' ? 'W2E_NORETURN ' : ''}${prototype(name, row)}${row.ends === 'twice' ? ' __attribute__((returns_twice))' : ''};${row.doc === '' ? '' : ` ${comment(row.doc)}`}`;
}

/** Lines of include/contract.gen.h. */
export function contractHeader(): string[] {
  return [
    ...constants('ABI_', abiBits),
    '',
    ...constants('JAVASCRIPT_', javascriptKinds),
    '',
    ...constants('W2E_', sizes),
    '',
    '// An export as w2e_serve and w2e_invoke call it: arguments and results are in slots.',
    'typedef void w2e_served(const void *arguments, void *results);',
    '',
    ...Object.values(structs).flatMap(definition),
    '// As codegen/contract.ts has them.',
    ...Object.values(structs).flatMap(layoutChecks),
    '',
    '// Functions that compiled code calls, besides those that imports are bound to and traps.',
    'struct w2e_entry;',
    ...functionRows.map(runtimeFunction),
    '',
    '// Exports of the module that the runtime calls: result, name, parameters, arguments.',
    '#define W2E_GUEST_EXPORTS(X) \\',
    guestExports.map(exportCall).join(' \\\n'),
    '',
    '// Calls of elements of table 0, in the same way.',
    '#define W2E_GUEST_ELEMENTS(X) \\',
    elementCalls.map(elementCall).join(' \\\n'),
  ];
}

const code = (text: string): string => `\`${text}\``;

function table(head: string, rows: readonly (readonly string[])[]): string[] {
  return [`| ${head} |`, `|${'---|'.repeat(head.split('|').length)}`, ...rows.map((cells) => `| ${cells.join(' | ')} |`)];
}

function structureRows(struct: StructRow): string[][] {
  const { size, offsets } = layoutOf(struct);
  return [
    [code(`struct ${struct.name}`), '', `${size} bytes. ${struct.doc}`],
    ...struct.fields.map((field, i) => [code(declaration(field).slice(0, -1)), String(offsets[i]), field.doc ?? '']),
  ];
}

function constantRows(prefix: string, rows: Constants): string[][] {
  return Object.entries(rows).map(([name, { value, doc }]) => [code(`${prefix}${name}`), String(value), doc]);
}

/** The tables of docs/object-contract.md by their names. */
// biome-ignore format: a row is a line
const documentTables: Readonly<Record<string, () => string[]>> = {
  exports: () => table('`w2e_export_` + | type | names in the module', guestExports.map(({ symbol, signature, names }) => [code(symbol), code(signature), names.map(code).join(', ')])),
  calls: () => table('`w2e_call_` + | in C', elementCalls.map((letters) => [code(letters), code(`${letterType(letters.charAt(0))} (${['u32', ...[...letters.slice(1)].map(letterType)].join(', ')})`)])),
  functions: () => table('in C |', functionRows.map(([name, row]) => [code(prototype(name, row)), `${row.ends === 'throws' ? 'does not return; ' : ''}${row.doc}`])),
  traps: () => table('`w2e_trap_` + | number | what has happened', traps.map(({ kind, number, doc }) => [code(kind), String(number), doc])),
  structures: () => table('| offset |', Object.values(structs).flatMap(structureRows)),
  constants: () => table('| value |', [...constantRows('ABI_', abiBits), ...constantRows('JAVASCRIPT_', javascriptKinds), ...constantRows('W2E_', sizes)]),
};

/** docs/object-contract.md with its tables as they are now. Throws where one has no place. */
export function contractDocument(text: string): string {
  return Object.entries(documentTables).reduce((document, [name, rows]) => {
    const mark = `<!-- table: ${name} -->\n`;
    const begin = document.indexOf(mark) + mark.length,
      end = document.indexOf('<!-- end -->', begin);
    if (begin < mark.length || end < 0) throw new Error(`docs/object-contract.md has no place for ${name}`);
    return `${document.slice(0, begin)}${rows().join('\n')}\n${document.slice(end)}`;
  }, text);
}
