// Outputs under temporary names: in the directory of the final one, renamed when everything has succeeded.
// A run that fails leaves nothing behind; for one that is interrupted see `supervise.ts`.

import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FileError, systemErrorCode, systemErrorText } from './errors.js';
import type { Terminal } from './terminal.js';

interface PendingFile {
  readonly temporary: string;
  readonly final: string;
  readonly executable: boolean;
  /** Devices and pipes are written at the end instead of being replaced. */
  readonly copied: boolean;
}

/** A file that every folder of ours has. */
const FOLDER_MARK = 'prog.o_shipped';

let announce: (path: string) => void = () => undefined;

/** Has `listener` told of every temporary file and folder before it is made. */
export function announceTemporaries(listener: (path: string) => void): void {
  announce = listener;
}

/** The files that a run is about to produce. */
export class PendingOutputs {
  private readonly files: PendingFile[] = [];
  private readonly directories: string[] = [];
  private readonly folders: { readonly temporary: string; readonly final: string }[] = [];

  /** `randomName` makes names of temporary files that nobody can foresee; tests bring their own. */
  constructor(
    private readonly terminal: Terminal,
    private readonly randomName = (): string => randomBytes(6).toString('hex'),
  ) {}

  /** A temporary path to write in place of `final` (`-` is standard output). Throws `FileError` early if it cannot be. */
  create(final: string, executable: boolean): string {
    try {
      const copied = isStream(final);
      const target = copied ? final : resolveLinks(final);
      if (!copied) checkWritable(final, target);
      // As short as any name: the final one may be as long as names can be.
      const temporary = copied ? join(this.workDirectory(), 'output') : join(dirname(resolve(target)), `.w2e-${this.randomName()}.tmp`);
      announce(temporary);
      writeFileSync(temporary, '', { flag: 'wx' }); // whatever is there already is not ours
      this.files.push({ temporary, final: target, executable, copied });
      return temporary;
    } catch (error) {
      throw outputError(final, error);
    }
  }

  /** A temporary folder to fill in place of `final`. What is there may be a folder of ours, which is replaced, and nothing else. */
  createFolder(final: string): string {
    try {
      const found = lstatSync(final, { throwIfNoEntry: false });
      if (found !== undefined && !(found.isDirectory() && existsSync(join(final, FOLDER_MARK)))) {
        throw new FileError('W2E-O001', final, 'cannot be written: something else is there');
      }
      const temporary = join(dirname(resolve(final)), `.w2e-${this.randomName()}.tmp`);
      announce(temporary);
      mkdirSync(temporary);
      this.folders.push({ temporary, final });
      return temporary;
    } catch (error) {
      throw outputError(final, error);
    }
  }

  /** A directory that is removed at the end. */
  workDirectory(): string {
    try {
      const directory = join(tmpdir(), `wasm2elf-${this.randomName()}`);
      announce(directory);
      mkdirSync(directory, { mode: 0o700 });
      this.directories.push(directory);
      return directory;
    } catch (error) {
      throw outputError(tmpdir(), error);
    }
  }

  /** Write one pending file; a full disk is a `FileError`. */
  write(temporary: string, bytes: Uint8Array | string): void {
    try {
      writeFileSync(temporary, bytes);
    } catch (error) {
      throw outputError(this.files.find((file) => file.temporary === temporary)?.final ?? temporary, error);
    }
  }

  /** Give every file its final name. */
  commit(): void {
    this.commitFolders();
    for (let file = this.files[0]; file !== undefined; file = this.files[0]) {
      try {
        if (file.final === '-') this.terminal.output(readFileSync(file.temporary));
        else if (file.copied) writeFileSync(file.final, readFileSync(file.temporary), { flag: 'r+' });
        else {
          if (file.executable) chmodSync(file.temporary, 0o777 & ~process.umask());
          renameSync(file.temporary, file.final);
        }
      } catch (error) {
        throw outputError(file.final === '-' ? '<stdout>' : file.final, error);
      }
      // What a copy leaves behind goes with its work directory.
      this.files.shift();
    }
  }

  private commitFolders(): void {
    for (let folder = this.folders[0]; folder !== undefined; folder = this.folders[0]) {
      try {
        // An older one steps aside first: a folder cannot be renamed over another.
        if (existsSync(folder.final)) {
          const old = join(dirname(resolve(folder.final)), `.w2e-${this.randomName()}.tmp`);
          announce(old);
          this.directories.push(old);
          renameSync(folder.final, old);
        }
        renameSync(folder.temporary, folder.final);
      } catch (error) {
        throw outputError(folder.final, error);
      }
      this.folders.shift();
    }
  }

  /** Remove what has not got its final name; harmless after `commit`. */
  close(): void {
    for (const file of this.files.splice(0)) rmSync(file.temporary, { force: true });
    for (const { temporary } of this.folders.splice(0)) rmSync(temporary, { recursive: true, force: true });
    for (const directory of this.directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  }
}

/** Whether the path is standard output (`-`), or is there and neither a regular file nor a directory. */
export function isStream(path: string): boolean {
  if (path === '-') return true;
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** As in the kernel (path_resolution(7)). */
const MOST_LINKS = 40;

/** The file that a symbolic link leads to, so that the link stays. */
function resolveLinks(path: string): string {
  let target = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      return realpathSync(target);
    } catch {
      // What a link leads to need not be there yet.
      if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
      target = resolve(dirname(target), readlinkSync(target));
    }
  }
  return path;
}

function checkWritable(shown: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new FileError('W2E-O001', shown, 'cannot be written: is a directory');
  accessSync(dirname(path), constants.W_OK | constants.X_OK);
}

/** A `FileError` for a failed system call on an output; other errors as they are. */
export function outputError(file: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new FileError(full ? 'W2E-O002' : 'W2E-O001', file, `cannot be written: ${systemErrorText(code)}`);
}
