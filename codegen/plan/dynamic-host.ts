// What the runtime is to modules that are linked dynamically.

import type { DynamicHost } from '../../frontend/dynamic/link-dynamic.js';
import { Type } from '../../frontend/value-types.js';
import { sizes } from '../../runtime-c/tables/contract.js';
import { asksForNames, findImport } from '../../runtime-c/tables/imports.js';
import { signatureTypes } from '../../runtime-c/tables/signature.js';
import { providedByRuntime } from './resolve-imports.js';

const types: Readonly<Record<string, Type>> = { i32: Type.I32, i64: Type.I64, f32: Type.F32, f64: Type.F64 };

export const dynamicHost = (undefinedTraps: boolean): DynamicHost => ({
  provides: providedByRuntime,
  typeOf: (name) => {
    const found = findImport('env', name, '');
    const [signature, ...others] = found === undefined ? [] : found.kind === 'found' ? [found.row.signature] : found.expected;
    if (signature === undefined || others.length > 0) return undefined;
    const { params, results } = signatureTypes(signature);
    const typesOf = (names: readonly string[]): Int32Array => Int32Array.from(names, (each) => types[each]!);
    return { params: typesOf(params), results: typesOf(results) };
  },
  asksForNames,
  mostModules: sizes.LIBRARIES.value,
  undefinedTraps,
});
