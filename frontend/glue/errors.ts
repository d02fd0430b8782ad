// Why a JavaScript file does not tell the names of a module.

/** `syntax`: it cannot be parsed; `foreign`: it has no such imports; `renamed`: its own names are short as well; `layout`: what it puts into memory cannot lie there. */
export type GlueErrorKind = 'syntax' | 'foreign' | 'renamed' | 'layout';

export class GlueError extends Error {
  override readonly name = 'GlueError';
  constructor(
    readonly kind: GlueErrorKind,
    message: string,
  ) {
    super(message);
  }
}
