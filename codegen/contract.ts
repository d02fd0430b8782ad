// The structures and sizes of the contract with the runtime (runtime-c/tables/contract.ts), as LLVM IR has them.

import { fieldIndex, fieldOffset, sizes, structs } from '../runtime-c/tables/contract.js';
import type { FieldName, FieldRow, StructRow } from '../runtime-c/tables/contract.js';

const INTEGERS: Readonly<Record<string, string>> = { u8: 'i8', u16: 'i16', u32: 'i32', u64: 'i64' };

function fieldType({ type }: FieldRow): string {
  return INTEGERS[type] ?? 'ptr';
}

/** The LLVM type of a structure without slots. */
function structType({ fields }: StructRow): string {
  return `{ ${fields.map(fieldType).join(', ')} }`;
}

/** A value of a structure, as an initializer. */
export function structText<S extends StructRow>({ fields }: S, values: Readonly<Record<FieldName<S>, string | number>>): string {
  const byName = new Map(Object.entries(values));
  return `{ ${fields.map((field) => `${fieldType(field)} ${String(byName.get(field.name))}`).join(', ')} }`;
}

export const MODULE_TYPE = structType(structs.module);
export const MEMORY_TYPE = structType(structs.memory);
export const TABLE_TYPE = structType(structs.table);
/** A function descriptor: what a funcref points to. */
export const DESCRIPTOR_TYPE = structType(structs.descriptor);
export const RUN_TYPE = structType(structs.run);
export const EXCEPTION_ROOT_TYPE = structType(structs.exceptionRoot);
export const CALLABLE_TYPE = structType(structs.callable);
export const JAVASCRIPT_VALUE_TYPE = structType(structs.javascriptValue);

/** The places of fields that compiled code reads. Pointers are first: it reads them at the structure's address. */
export const MEMORY_SIZE_FIELD = fieldIndex(structs.memory, 'size');
export const TABLE_SIZE_FIELD = fieldIndex(structs.table, 'size');
export const DESCRIPTOR_TYPE_FIELD = fieldIndex(structs.descriptor, 'type_id');

export const JAVASCRIPT_KIND_FIELD = fieldIndex(structs.javascriptValue, 'kind');

/** Of an exception: where its mark of being kept and its values are. */
export const EXCEPTION_KEPT_OFFSET = fieldOffset(structs.exception, 'kept');
export const EXCEPTION_VALUES_OFFSET = fieldOffset(structs.exception, 'values');

/** Bytes of a jump buffer, of a call from a foreign program, of a value of an exception or of a call from outside. */
export const JUMP_BUFFER = sizes.JUMP_BUFFER.value;
export const ENTRY_SIZE = sizes.ENTRY_SIZE.value;
export const SLOT = sizes.SLOT.value;
