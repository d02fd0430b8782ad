// Which of Emscripten's ABIs a module was built for. Struct layouts changed without names changing: `time_t` became
// 64-bit in 3.1.16 and `struct stat` lost its padding in 3.1.42. The sdk's modules say their release; of others, what a module imports, and
// with what types, tells most of it.

import type { WasmModule } from '../../frontend/module.js';
import { Type } from '../../frontend/value-types.js';
import { functionTypeAt } from '../../frontend/module.js';
import { abiBits } from '../../runtime-c/tables/contract.js';
import { isOldName } from '../../runtime-c/tables/old-imports.js';

const TIME64 = abiBits.TIME64.value;
const BOTH = TIME64 | abiBits.COMPACT_STAT.value;

interface Mark {
  /** Name of the import in `env`. */
  readonly name: string;
  /** The mark holds only if some parameter or result is an i64. */
  readonly wide: boolean;
  readonly flags: number;
}

/** Imports that only newer versions have (3.1.43, 3.1.42, 3.1.57 to 3.1.60, 3.1.35, 3.1.74), or that only some have (3.1.46 to 3.1.56). */
const MARKS: readonly Mark[] = [
  ...['_localtime_js', '_gmtime_js', '_mktime_js', '_timegm_js'].map((name) => ({ name, wide: true, flags: BOTH })),
  ...['_mmap_js', '_munmap_js', '_msync_js'].map((name) => ({ name, wide: true, flags: BOTH })),
  ...['_abort_js', '_emscripten_memcpy_js', '__syscall_fchmodat2', '_emscripten_init_main_thread_js'].map((name) => ({ name, wide: false, flags: BOTH })),
  { name: 'emscripten_memcpy_js', wide: false, flags: BOTH },
  ...['_setitimer_js', 'emscripten_date_now'].map((name) => ({ name, wide: false, flags: TIME64 })),
];

/** What the glue of a module of Emscripten up to 2.0.3 says of it. */
export interface ModuleEra {
  /** Exports that are called before main, in order. */
  readonly constructors: readonly string[];
  /** Address of the word that has the end of the heap. */
  readonly heapEnd: number;
  /** Error numbers are those of Linux, if it says so. */
  readonly linuxErrors: boolean | undefined;
  /** off_t and ino_t have 32 bits, if it says so. */
  readonly shortOffsets: boolean | undefined;
}

/** Imports that are gone since error numbers are those of WASI (1.38.47): close and writev by number. */
const BEFORE_WASI = ['__syscall6', '__syscall146'];

/** Modules of LLVM's backend have one constructor of all; those of the first compiler, whose stack grows upwards, have none or several. */
const LLVM_CONSTRUCTOR = '__wasm_call_ctors';

function oldFlags(module: WasmModule, { constructors, linuxErrors, shortOffsets }: ModuleEra): number {
  const stack = constructors.includes(LLVM_CONSTRUCTOR) ? 0 : abiBits.STACK_UP.value;
  const linux = linuxErrors ?? module.imports.some(({ module: from, name }) => from === 'env' && BEFORE_WASI.includes(name));
  return stack | (linux ? abiBits.LINUX_ERRNO.value : 0) | (linux && shortOffsets !== false ? abiBits.SHORT_OFFSETS.value : 0);
}

/** From which release on: major, minor, tiny. */
const RELEASES: readonly { readonly since: readonly [number, number, number]; readonly flags: number }[] = [
  { since: [3, 1, 16], flags: TIME64 },
  { since: [3, 1, 42], flags: BOTH },
];

/** The section that the sdk's modules have: in it the release of Emscripten, or `1`, which is 3.1.6. */
export const SDK_SECTION = 'w2e.sdk';

function sdkFlags(module: WasmModule): number | undefined {
  const section = module.customSections.find(({ name }) => name === SDK_SECTION);
  if (section === undefined) return undefined;
  const text = Buffer.from(module.bytes.subarray(section.start, Math.min(section.end, section.start + 32))).toString('latin1');
  const release = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/.exec(text)?.slice(1).map(Number) ?? [3, 1, 6];
  const reached = RELEASES.filter(({ since }) => compare(release, since) >= 0);
  return reached.at(-1)?.flags ?? 0;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, index) => value !== b[index]);
  return i < 0 ? 0 : a[i] - b[i];
}

/** The flags of a module; 0 is Emscripten 1.38.47 to 3.1.15, and everything that does not come from Emscripten. */
export function abiFlags(module: WasmModule, era?: ModuleEra): number {
  const ofSdk = sdkFlags(module);
  if (ofSdk !== undefined) return ofSdk;
  let flags = era === undefined ? 0 : oldFlags(module, era);
  if (era !== undefined || module.imports.some(({ module: from, name }) => from === 'env' && isOldName(name))) flags |= abiBits.LOW_SIG_IGN.value;
  for (const entry of module.imports) {
    if (entry.kind !== 'function' || entry.module !== 'env') continue;
    for (const mark of MARKS) {
      if (mark.name === entry.name && (!mark.wide || isWide(module, entry.typeIndex))) flags |= mark.flags;
    }
  }
  return flags;
}

function isWide(module: WasmModule, typeIndex: number): boolean {
  const { params, results } = functionTypeAt(module, typeIndex);
  return params.includes(Type.I64) || results.includes(Type.I64);
}
