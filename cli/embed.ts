// `--embed=HOST[::GUEST]` → files for the executable: a directory with all that is in it, in the order of the runtime's index.

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { type EmbeddedFile, inIndexOrder, mostEmbeddedBytes } from '../linker/embedded-files.js';
import { FileError, systemErrorCode, systemErrorText, UsageError } from './errors.js';

/** What an option asks for: where the files are, and where the program sees them. */
export interface EmbedRequest {
  readonly host: string;
  /** Absolute and normal. */
  readonly guest: string;
}

const SEPARATOR = '::';
/** Bytes of the longest path that Linux takes, without the NUL. */
const LONGEST_PATH = 4095;
/** More are a mistake: a whole disk. */
const MOST_FILES = 1_000_000;

/** Reads one option's value; throws `UsageError`. */
export function readEmbedRequest(text: string): EmbedRequest {
  const at = text.indexOf(SEPARATOR);
  const host = at < 0 ? text : text.slice(0, at);
  const guest = at < 0 ? text : text.slice(at + SEPARATOR.length);
  if (host === '' || guest === '') throw new UsageError(`--embed=${text} names no ${host === '' ? 'file' : 'place'}`, '--embed=HOST or --embed=HOST::GUEST');
  const normal = guestPath(guest);
  if (normal === undefined) throw new UsageError(`--embed=${text}: the program's path would be above its root`, 'say where it is to be: --embed=HOST::GUEST');
  return { host, guest: normal };
}

/** An absolute, normal path; a relative one is under the root. Undefined for what leads out of that. */
export function guestPath(path: string): string | undefined {
  const relative = posix.normalize(path.replace(/^\/+/, ''));
  if (relative === '..' || relative.startsWith('../')) return undefined;
  const trimmed = relative.replace(/\/$/, '');
  return trimmed === '.' || trimmed === '' ? '/' : `/${trimmed}`;
}

/** Reads all files. Those of `others` are there unless an option has the same path. Throws `FileError`. */
export function collectEmbedded(requests: readonly EmbedRequest[], others: readonly EmbeddedFile[]): EmbeddedFile[] {
  const found = new Map<string, { readonly file: EmbeddedFile; readonly host: string }>();
  let bytes = 0;
  const add = (host: string, file: EmbeddedFile): void => {
    const before = found.get(file.path);
    if (before !== undefined && (before.file.contents ?? file.contents) !== undefined)
      throw refused(host, `is to be embedded as ${file.path}, as ${before.host} is`);
    if (file.path.includes('\ufffd')) throw refused(host, 'has a name that is not UTF-8');
    if (Buffer.byteLength(file.path) > LONGEST_PATH) throw refused(host, `would have a path of more than ${LONGEST_PATH} bytes`);
    if (file.path === '/' && file.contents !== undefined) throw refused(host, 'is a file, and the root a directory', '--embed=HOST::GUEST');
    bytes += file.contents?.length ?? 0;
    if (bytes > mostEmbeddedBytes) throw new FileError('W2E-I008', host, `the files to embed are larger than ${mostEmbeddedBytes / 2 ** 20} MiB together`);
    if (found.size === MOST_FILES) throw new FileError('W2E-I008', host, `more than ${MOST_FILES} files are to be embedded`);
    found.set(file.path, { file, host });
  };
  for (const { host, guest } of requests) addTree(host, guest, [], add);
  for (const file of others) if (!found.has(file.path)) add(file.path, file);
  const ordered = inIndexOrder([...found].map(([path, { file, host }]) => ({ path, file, host })));
  ordered.forEach(({ path, host }, i) => {
    const before = ordered[i - 1]?.file;
    if (before?.contents !== undefined && path.startsWith(`${before.path}/`)) throw refused(host, `is to be embedded as ${path}, but ${before.path} is a file`);
  });
  return ordered.map(({ file }) => file);
}

/** `above`: the directories that this one is in, as they really are, so that links make no circle. */
function addTree(host: string, guest: string, above: readonly string[], add: (host: string, file: EmbeddedFile) => void): void {
  try {
    const stats = statSync(host);
    if (stats.isFile()) {
      if (stats.size > mostEmbeddedBytes)
        throw new FileError('W2E-I008', host, `is larger than ${mostEmbeddedBytes / 2 ** 20} MiB, the most that can be embedded`);
      return add(host, { path: guest, contents: readFileSync(host) });
    }
    if (!stats.isDirectory()) throw refused(host, 'is neither a file nor a directory');
    const real = realpathSync(host);
    if (above.includes(real)) throw refused(host, 'is a link to a directory that it is in');
    add(host, { path: guest, contents: undefined });
    for (const name of readdirSync(host)) addTree(`${host.replace(/\/$/, '')}/${name}`, guest === '/' ? `/${name}` : `${guest}/${name}`, [...above, real], add);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== undefined) throw refused(host, `cannot be embedded: ${systemErrorText(code)}`);
    throw error;
  }
}

function refused(host: string, why: string, hint?: string): FileError {
  return new FileError('W2E-I007', host, why, hint);
}
