// Facts that code for ring 0 shares with the runtime in the kernel.

import type { RuntimeFunctionRow } from './contract.js';

/** The native stack of a program in ring 0, in bytes: it begins at a multiple of its size. */
export const kernelStack = {
  size: 512 * 1024,
  /** So much is kept free for functions that call nothing, and for interrupts. */
  reserve: 32 * 1024,
} as const;

/** What compiled code calls and the runtime in the kernel defines, besides traps. */
export const kernelRuntimeFunctions = {
  jump_begin: { result: 'u32', params: [], doc: '0, and 1 each time that an exception resumes here', ends: 'twice' },
  jump_end: { result: 'void', params: [], doc: 'forgets the newest place' },
} as const satisfies Readonly<Record<string, RuntimeFunctionRow>>;

/** Symbols that the runtime in the kernel defines, besides traps: those, and what the runtime's code for ring 0 calls. */
export const kernelFunctions: readonly string[] = [
  ...Object.keys(kernelRuntimeFunctions).map((name) => `w2e_${name}`),
  'w2e_system_call',
  'w2e_system_call_3',
  'w2e_kernel_clock',
];

/** Variables of the executable that say which ring-0 object belongs to it, what the launcher calls for it, and where system calls read and write. */
export const kernelVariables = {
  imports: 'w2e_kernel_imports',
  importCount: 'w2e_kernel_import_count',
  hash: 'w2e_kernel_hash',
  device: 'w2e_kernel_device',
  systemBuffer: 'w2e_system_buffer',
  functions: 'w2e_kernel_functions',
  functionCount: 'w2e_kernel_function_count',
} as const;

/** What the module around the ring-0 object sees of it: the code from its start to its end, and the exports by their numbers. */
export const kernelSymbols: ReadonlySet<string> = new Set(['w2e_kernel_text', 'w2e_kernel_text_end', 'w2e_kernel_exports']);

/** Where landings begin, which the runtime in the kernel defines: the exception table leads there. */
export const kernelLandings = 'w2e_kernel_landings';

/** SHA-256 of the ring-0 object, as words in the machine's order. */
export const kernelHash = { words: 4 } as const;

/** Exports that are run, by their number in a request. */
export const kernelExports = ['_start', '__wasm_call_ctors', 'main'] as const;

/** Exports that the runtime's code for ring 0 calls. Where the module has none, one is made that returns 0. */
export const kernelCalledExports = ['__errno_location', 'setTempRet0'] as const;

declare const kernelNameBrand: unique symbol;
/** What a program is called in ring 0: letters, digits and underscores of ASCII. */
export type KernelName = string & { readonly [kernelNameBrand]: true };

const NAME_LENGTH = 32;

/** The name for a file: its own, as far as it is of those letters. */
export function kernelName(file: string): KernelName {
  const name = file
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, NAME_LENGTH);
  return (name === '' ? 'program' : name) as KernelName;
}

/** The device through which a program is run. */
export const kernelDevice = (name: KernelName): string => `/dev/w2e-${name}`;
