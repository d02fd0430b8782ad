// The tools and libraries outside of this project: where they are, their versions, the packages that have them.

import { findLld } from '../linker/find-lld.js';

/** A tool's line in --version. */
export interface ToolVersion {
  readonly name: string;
  /** Version and place; undefined when it is not installed. */
  readonly found: string | undefined;
  /** Debian package that has it. */
  readonly package: string;
}

/** libLLVM and lld, as a run would find them. */
export async function toolVersions(): Promise<ToolVersion[]> {
  return [
    { name: 'LLVM', found: await llvmVersion(), package: 'libllvm19' },
    { name: 'lld', found: lldVersion(), package: 'lld-19' },
  ];
}

async function llvmVersion(): Promise<string | undefined> {
  const { libraryCandidates } = await import('../llvm-bindings/api.js');
  return libraryCandidates()[0];
}

function lldVersion(): string | undefined {
  try {
    return findLld().path;
  } catch {
    return undefined;
  }
}
