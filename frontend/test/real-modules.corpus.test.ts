// The SSA builder on real programs: every function builds, and is well-formed.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';
import { verifyFunction } from '../../ir/verifier.js';
import { buildFunction, irSignature } from '../build-ssa.js';
import { irType } from '../ir-types.js';
import { decodeModule } from '../decode-module.js';
import type { WasmModule } from '../module.js';

describe('real modules', () => {
  const programs = fileURLToPath(new URL('../../../../shared/wasm/', import.meta.url));
  if (!existsSync(programs)) {
    test.skip('../shared/wasm is absent', () => {});
    return;
  }
  const contextOf = (module: WasmModule): Parameters<typeof verifyFunction>[1] => ({
    functionSignature: (index) => irSignature(module, module.functions.typeIndex[index]),
    typeSignature: (index) => irSignature(module, index),
    globalType: (index) => irType(module.globals[index].type),
    constantGlobal: () => undefined,
    indirectTargets: () => undefined,
    minimumMemoryBytes: () => 0,
    maximumMemoryBytes: () => 2 ** 32,
  });

  test.each(['dash.wasm', 'sqlite3.wasm', 'nginx.wasm'].filter((file) => existsSync(join(programs, file))))('%s builds and verifies', (file) => {
    const module = decodeModule(readFileSync(join(programs, file)));
    const context = contextOf(module);
    for (let index = module.functions.importCount; index < module.functions.count; index++) {
      verifyFunction(buildFunction(module, index), context);
    }
  });
});
