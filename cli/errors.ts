// The kinds of failure that the command line itself finds. Bad modules are `WasmError`, from frontend/.

/** The command line asks for something that does not exist: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    message: string,
    /** What would be right. */
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** A file that is not what it should be, or cannot be read or written: exit status 1. */
export class FileError extends Error {
  override readonly name = 'FileError';
  constructor(
    /** Row of the diagnostics table. */
    readonly code: FileErrorCode,
    readonly file: string,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** Codes that a `FileError` can have. */
export type FileErrorCode =
  | 'W2E-I001'
  | 'W2E-I002'
  | 'W2E-I003'
  | 'W2E-I004'
  | 'W2E-I005'
  | 'W2E-I006'
  | 'W2E-I007'
  | 'W2E-I008'
  | 'W2E-J001'
  | 'W2E-J002'
  | 'W2E-J003'
  | 'W2E-J004'
  | 'W2E-J005'
  | 'W2E-J006'
  | 'W2E-O001'
  | 'W2E-O002';

/** The error code of a failed system call (`ENOENT`), or undefined for other errors. */
export function systemErrorCode(error: unknown): string | undefined {
  const isSystemError = typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
  return isSystemError && typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed system call means, in words. */
export function systemErrorText(code: string): string {
  const texts: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EISDIR: 'is a directory',
    ENOTDIR: 'a part of the path is not a directory',
    EROFS: 'read-only file system',
    ENOSPC: 'no space left on the device',
    EDQUOT: 'disk quota exceeded',
    EFBIG: 'file too large',
    ETXTBSY: 'is a program that is running',
    ELOOP: 'too many symbolic links',
    ENAMETOOLONG: 'name too long',
    EPIPE: 'nobody reads the pipe',
    EIO: 'input/output error',
  };
  return texts[code] ?? code;
}
