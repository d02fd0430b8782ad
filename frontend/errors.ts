// Bad input: one error class, one table of codes.
// The wording begins every message and is that of the spec test suite; the hint says what would fix the input.
// Codes are stable: B malformed binary, V invalid module, L limit of this implementation, M linking modules with each
// other, C component, F feature.

interface ErrorRow {
  readonly code: string;
  readonly wording: string;
  readonly hint: string;
}

const rebuild = 'The file is damaged or was truncated; build or copy it again.';
const producer = 'The module is not valid WebAssembly: report it to the tool that produced it.';

function row(code: string, wording: string, hint: string = producer): ErrorRow {
  return { code: `W2E-${code}`, wording, hint };
}

const table = {
  magic: row('B001', 'magic header not detected', 'The input must be a binary module; convert text with wat2wasm or wasm-tools parse.'),
  version: row('B002', 'unknown binary version', 'Only core modules of version 1 are accepted; a component has to be unbundled first.'),
  unexpectedEnd: row('B003', 'unexpected end of section or function', rebuild),
  lengthOutOfBounds: row('B004', 'length out of bounds', rebuild),
  integerTooLong: row('B005', 'integer representation too long', rebuild),
  integerTooLarge: row('B006', 'integer too large', rebuild),
  utf8: row('B007', 'malformed UTF-8 encoding', rebuild),
  sectionId: row('B008', 'malformed section id', rebuild),
  sectionOrder: row('B009', 'unexpected content after last section', rebuild),
  sectionSize: row('B010', 'section size mismatch', rebuild),
  sectionCounts: row('B011', 'function and code section have inconsistent lengths', rebuild),
  dataCounts: row('B012', 'data count and data section have inconsistent lengths', rebuild),
  dataCountRequired: row('B013', 'data count section required'),
  illegalOpcode: row('B014', 'illegal opcode', rebuild),
  endExpected: row('B015', 'END opcode expected', rebuild),
  importKind: row('B016', 'malformed import kind', rebuild),
  exportKind: row('B017', 'malformed export kind', rebuild),
  limitsFlags: row('B018', 'malformed limits flags', rebuild),
  memopFlags: row('B019', 'malformed memop flags', rebuild),
  mutability: row('B020', 'malformed mutability', rebuild),
  referenceType: row('B021', 'malformed reference type', rebuild),
  valueType: row('B022', 'malformed value type', rebuild),
  definitionType: row('B023', 'malformed definition type', rebuild),
  storageType: row('B024', 'malformed storage type', rebuild),
  elementSegment: row('B025', 'malformed element segment', rebuild),
  dataSegment: row('B026', 'malformed data segment', rebuild),
  tagAttribute: row('B027', 'malformed tag attribute', rebuild),
  zeroByte: row('B028', 'zero byte expected', rebuild),
  catchKind: row('B029', 'malformed catch clause', rebuild),
  blockType: row('B030', 'malformed block type', rebuild),
  tooManyLocals: row('B031', 'too many locals', 'Split the function, or compile the module with optimization.'),
  pageSizeEncoding: row('B032', 'invalid custom page size', rebuild),
  dylinkSection: row('B034', 'malformed dylink section', rebuild),
  castFlags: row('B033', 'malformed br_on_cast flags', rebuild),

  typeMismatch: row('V001', 'type mismatch'),
  unknownType: row('V002', 'unknown type'),
  unknownFunction: row('V003', 'unknown function'),
  unknownTable: row('V004', 'unknown table'),
  unknownMemory: row('V005', 'unknown memory'),
  unknownGlobal: row('V006', 'unknown global'),
  unknownTag: row('V007', 'unknown tag'),
  unknownLocal: row('V008', 'unknown local'),
  unknownLabel: row('V009', 'unknown label'),
  unknownElement: row('V010', 'unknown elem segment'),
  unknownData: row('V011', 'unknown data segment'),
  immutableGlobal: row('V012', 'immutable global'),
  alignment: row('V013', 'alignment must not be larger than natural'),
  atomicAlignment: row('V014', 'atomic alignment must be natural'),
  offsetRange: row('V015', 'offset out of range'),
  laneIndex: row('V016', 'invalid lane index'),
  resultArity: row('V017', 'invalid result arity'),
  constantExpression: row('V018', 'constant expression required'),
  duplicateExport: row('V019', 'duplicate export name'),
  startFunction: row('V020', 'start function'),
  memorySize: row('V021', 'memory size must be at most'),
  tableSize: row('V022', 'table size must be at most'),
  limitsOrder: row('V023', 'size minimum must not be greater than maximum'),
  sharedMaximum: row('V024', 'shared memory must have maximum'),
  tagResults: row('V025', 'non-empty tag result type'),
  rethrowLabel: row('V026', 'invalid rethrow label'),
  undeclaredReference: row('V027', 'undeclared function reference'),
  uninitializedLocal: row('V028', 'uninitialized local'),
  superType: row('V029', 'sub type'),
  notFunctionType: row('V031', 'type mismatch: not a function type'),
  pageSize: row('V032', 'invalid custom page size'),
  elseWithoutIf: row('V033', 'else must follow an if'),
  immutableArray: row('V034', 'immutable array'),
  immutableField: row('V035', 'immutable field'),
  arrayTypes: row('V036', 'array types do not match'),
  arrayNumeric: row('V037', 'array type is not numeric or vector'),
  unknownField: row('V038', 'unknown field'),
  packedStorage: row('V039', 'storage type is'),
  notDefaultable: row('V040', 'type is not defaultable'),
  descriptorType: row('V041', 'descriptor type'),
  describedType: row('V042', 'described type'),
  notDescribed: row('V043', 'type is not described by its descriptor'),
  describesForward: row('V044', 'forward use of described type'),
  descriptorRequired: row('V045', 'type with descriptor requires descriptor allocation'),
  withoutDescriptor: row('V046', 'type without descriptor'),
  descriptorCast: row('V047', 'type'),

  limit: row('L001', 'limit exceeded', 'Split the module, or make the construct smaller.'),

  unknownImport: row('M001', 'unknown import', 'Give the module that exports it as name=file.wasm, or correct the import.'),
  incompatibleImport: row('M002', 'incompatible import type', 'Build both modules from the same declarations.'),
  importCycle: row('M003', 'modules import each other', 'Move what both need into a third module, or pass one of the imports at run time.'),

  libraryMissing: row('M004', 'a library is not there', 'Give it behind the main module: wasm2elf main.wasm library.wasm -o app.'),
  symbolMissing: row(
    'M006',
    'no module has the data',
    'Give the module that has it; a side module comes behind its main module: wasm2elf main.wasm side.wasm -o app.',
  ),
  notLinkedDynamically: row('M005', 'cannot be linked dynamically', 'Link it statically, into the main module.'),

  component: row(
    'C001',
    'a component for preview 2 of WASI, which is not there yet',
    'Build it for preview 1 (wasm32-wasip1), or take its core module out of it.',
  ),
  featureNeeded: row('F001', 'needs feature', 'Enable it with --enable, or compile the program without it.'),
  featureNotCompiled: row('F002', 'needs feature', 'It is validated but cannot be compiled yet; compile the program without it.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorKind = keyof typeof table;

/** Every diagnostic of this stage, by kind. */
export const errorTable: Readonly<Record<ErrorKind, ErrorRow>> = table;

/** A module that is malformed, invalid, too large, that uses a feature which is off, or that does not fit the others. */
export class WasmError extends Error {
  override readonly name = 'WasmError';
  readonly kind: ErrorKind;
  /** Stable code such as `W2E-V001`. */
  readonly code: string;
  /** Absolute byte offset in the module. */
  readonly offset: number;
  readonly hint: string;
  /** Index in the module's function index space, where the error is in a body. */
  functionIndex: number | undefined;
  /** Which of several modules, by its place among the inputs of `linkModules`. */
  inputIndex: number | undefined;

  /** The message is the table's wording followed by `detail`. */
  constructor(kind: ErrorKind, offset: number, detail = '') {
    super(table[kind].wording + detail);
    this.kind = kind;
    this.code = table[kind].code;
    this.offset = offset;
    this.hint = table[kind].hint;
    this.functionIndex = undefined;
    this.inputIndex = undefined;
  }
}
