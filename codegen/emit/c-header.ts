// The C header of an object for a foreign program (embedding.ts says what is in it, docs/embedding.md how it is used).

import { Type } from '../../ir/types.js';
import { embeddingApi, statuses } from '../../runtime-c/tables/embedding.js';
import { returnsDirectly } from '../plan/embedding.js';
import type { Embedding, HostFunction } from '../plan/embedding.js';

/** C types by IR type. */
const C_TYPES: readonly string[] = ['void', 'uint32_t', 'uint64_t', 'float', 'double', 'w2e_v128', 'w2e_funcref', 'w2e_externref', 'w2e_exnref'];

/** The same text in the headers of all modules. */
const COMMON = `#ifndef W2E_EMBEDDING
#define W2E_EMBEDDING 1
/* What a call returns. A status from W2E_TRAP_UNREACHABLE on is a trap of the module. */
typedef enum w2e_status {
${statuses.map(({ name, value, message }) => `    W2E_${name} = ${value}, /* ${message} */`).join('\n')}
} w2e_status;
/* A v128; lanes are little-endian. */
typedef union w2e_v128 {
    uint8_t u8[16];
    uint16_t u16[8];
    uint32_t u32[4];
    uint64_t u64[2];
    float f32[4];
    double f64[2];
} w2e_v128;
/* References. An externref is the program's own pointer; the others come from the module and go back to it. */
typedef struct w2e_function *w2e_funcref;
typedef struct w2e_exception *w2e_exnref;
typedef void *w2e_externref;
#endif`;

/** A name of the module inside of a comment, which it neither ends nor seems to begin. */
function quoted(name: string): string {
  const ascii = Array.from(JSON.stringify(name), (c) =>
    c > '~' ? [...Buffer.from(c, 'utf16le').swap16().toString('hex').matchAll(/.{4}/g)].map(([unit]) => `\\u${unit}`).join('') : c,
  );
  return ascii.join('').replaceAll('*', '\\u002a');
}

function declaration(result: string, name: string, params: readonly string[]): string {
  return `${result}${result.endsWith('*') ? '' : ' '}${name}(${params.join(', ') || 'void'});`;
}

/** A parameter: vectors by address. */
function parameter(type: Type, name: string): string {
  return type === Type.V128 ? `const w2e_v128 *${name}` : `${C_TYPES[type]} ${name}`;
}

const resultPointers = (results: readonly Type[]): string[] => results.map((type, i) => `${C_TYPES[type]} *r${i}`);

function hostDeclaration({ cName, signature }: HostFunction): string {
  const params = signature.params.map((type, i) => parameter(type, `p${i}`));
  if (returnsDirectly(signature)) return declaration(C_TYPES[signature.results[0]], cName, params);
  return declaration('void', cName, [...params, ...resultPointers(signature.results)]);
}

/** The whole header. */
export function headerText(embedding: Embedding, moduleName: string): string {
  const { prefix, functions, globals, memories, imports } = embedding;
  const own = embeddingApi.map(
    ({ name, result, params, noreturn, doc }) =>
      `/* ${doc} */\n${noreturn === true ? '__attribute__((noreturn)) ' : ''}${result}${result.endsWith('*') ? '' : ' '}${prefix}_${name}(${params});`,
  );
  const exported = functions.map(
    ({ cName, origin, signature: { params, results } }) =>
      `/* ${quoted(origin)} */\n${declaration('w2e_status', cName, [...params.map((type, i) => parameter(type, `p${i}`)), ...resultPointers(results)])}`,
  );
  const accesses = globals.map(({ cName, origin, type, writes }) => {
    const vector = type === Type.V128;
    const line = writes
      ? declaration('void', cName, [parameter(type, 'value')])
      : vector
        ? declaration('void', cName, ['w2e_v128 *value'])
        : declaration(C_TYPES[type], cName, []);
    return `/* ${quoted(origin)} */\n${line}`;
  });
  const further = memories.map(({ cName, origin }) => `/* ${quoted(origin)} */\n${declaration('uint8_t *', cName, ['uint64_t *size'])}`);
  const host = imports.map((entry) => `/* ${quoted(entry.origin)} */\n${hostDeclaration(entry)}`);
  const section = (title: string, lines: readonly string[]): string => (lines.length === 0 ? '' : `\n/* ---- ${title} */\n\n${lines.join('\n')}\n`);
  return `/* Made by wasm2elf from ${quoted(moduleName)}. Do not edit. */
#ifndef W2E_HEADER_${prefix}
#define W2E_HEADER_${prefix}

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

${COMMON}
${section('The module', own)}${section(
  'Exported functions. A result of the module goes to the address at the end; nothing is stored unless W2E_OK is returned',
  exported,
)}${section('Exported globals', accesses)}${section(
  'Exported memories after the first: the first byte, which a growth may move, and the size in bytes',
  further,
)}${section('Functions that the program defines', host)}
#ifdef __cplusplus
}
#endif

#endif
`;
}
