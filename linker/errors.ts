// What can go wrong in a link, by who has to act: the user installs a tool, the user changes the input or
// the disk, or we have a bug.

/** A tool that the link needs is not installed. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
  constructor(
    /** What was looked for, for example `ld.lld 19 or newer`. */
    readonly tool: string,
    /** Debian packages that have it, the preferred one first. */
    readonly packages: readonly string[],
  ) {
    super(`${tool} is not installed`);
  }
}

/** lld refused: its own words are in `details`. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  constructor(
    message: string,
    readonly details: readonly string[],
  ) {
    super(message);
  }
}

/** The linked file breaks a rule that our output keeps: a bug of ours, never of the input. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
  constructor(readonly violations: readonly string[]) {
    super(`the linked file breaks ${violations.length === 1 ? 'a rule' : 'rules'} of the output:\n  ${violations.join('\n  ')}`);
  }
}

/** The bytes are not an ELF file that can be read. */
export class ElfFormatError extends Error {
  override readonly name = 'ElfFormatError';
}
