// Why a JavaScript file does not tell the names of a module.

/** `syntax`: it cannot be parsed; `foreign`: it has no such imports; `renamed`: its own names are short as well. */
export type GlueErrorKind = 'syntax' | 'foreign' | 'renamed';

export class GlueError extends Error {
  override readonly name = 'GlueError';
  constructor(
    readonly kind: GlueErrorKind,
    message: string,
  ) {
    super(message);
  }
}
