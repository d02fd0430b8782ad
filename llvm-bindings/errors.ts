// The two ways in which LLVM can fail us.

/** No usable libLLVM on this machine. `failures` says what was tried. */
export class LlvmUnavailable extends Error {
  constructor(readonly failures: readonly string[]) {
    super('libLLVM 19 or newer was not found');
    this.name = 'LlvmUnavailable';
  }
}

/** LLVM refused what we gave it: our own bug. */
export class LlvmError extends Error {
  constructor(stage: string, detail: string) {
    super(`LLVM ${stage}: ${detail}`);
    this.name = 'LlvmError';
  }
}
