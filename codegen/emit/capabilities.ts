// What a program is given (--dir, --env, --inherit-env): bytes in a section of their own, and the functions of the runtime that heed
// them before instantiation. Programs without have neither, nor those functions.

import { capabilitiesSection, encodeCapabilities, limitsEnvironment } from '../../runtime-c/tables/capabilities.js';
import type { Capabilities } from '../../runtime-c/tables/capabilities.js';
import { runtimeSymbol } from '../symbols.js';
import type { PartitionText } from './partition-text.js';

export function emitCapabilities(out: PartitionText, capabilities: Capabilities): void {
  const functions = [
    ...(capabilities.directories.length > 0 ? ['confine' as const] : []),
    ...(limitsEnvironment(capabilities) ? ['limit_environment' as const] : []),
  ];
  if (functions.length === 0) return;
  out.constantBytes(runtimeSymbol('w2e_capabilities'), encodeCapabilities(capabilities), { section: capabilitiesSection, align: 1 });
  const items = [...functions.map((name) => `ptr ${out.runtime(name)}`), 'ptr null'];
  out.constantArray(runtimeSymbol('w2e_preparations'), 'ptr', items);
}
