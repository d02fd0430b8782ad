// What an executable has been given with --dir, --env and --inherit-env: bytes in a section of it, which the runtime reads when the
// program starts (wasi/confined-descriptors.c, core/limited-environment.c) and --inspect shows. One record after another: a letter and its
// texts, each with a NUL behind it; a NUL ends them.

/** The section that holds them. */
export const capabilitiesSection = '.w2e.capabilities';

/** `d` HOST GUEST, `e` NAME=VALUE, `i` NAME (empty: every variable). */
const texts: Readonly<Record<string, number>> = { d: 2, e: 1, i: 1 };

export interface Capabilities {
  /** Directories that the program may reach, and what it calls them; in any other number than none it reaches nothing else. */
  readonly directories: readonly { readonly host: string; readonly guest: string }[];
  /** Variables with fixed values, as NAME=VALUE. */
  readonly variables: readonly string[];
  /** Names of variables that it gets from its environment; an empty one means all. */
  readonly inherited: readonly string[];
}

export const noCapabilities: Capabilities = { directories: [], variables: [], inherited: [] };

/** Whether the environment is another than that of the process. */
export function limitsEnvironment({ variables, inherited }: Capabilities): boolean {
  return variables.length > 0 || inherited.length > 0;
}

/** The section's bytes. No text has a NUL. */
export function encodeCapabilities({ directories, variables, inherited }: Capabilities): Uint8Array {
  const records = [
    ...directories.map(({ host, guest }) => ['d', host, guest]),
    ...variables.map((text) => ['e', text]),
    ...inherited.map((name) => ['i', name]),
  ];
  return Buffer.from(`${records.map(([letter = '', ...rest]) => letter + rest.map((text) => `${text}\0`).join('')).join('')}\0`);
}

/** The same read back, of a file that anyone may have made; undefined where it is none of ours. */
export function decodeCapabilities(bytes: Uint8Array): Capabilities | undefined {
  const directories: { host: string; guest: string }[] = [],
    variables: string[] = [],
    inherited: string[] = [];
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const letter = String.fromCharCode(bytes[at++]);
    const found: string[] = [];
    for (let i = texts[letter] ?? 0; i > 0; i--) {
      const end = bytes.indexOf(0, at);
      if (end < 0) return undefined;
      found.push(Buffer.from(bytes.subarray(at, end)).toString('utf8'));
      at = end + 1;
    }
    const [first = '', second = ''] = found;
    if (letter === 'd') directories.push({ host: first, guest: second });
    else if (letter === 'e') variables.push(first);
    else if (letter === 'i') inherited.push(first);
    else return undefined;
  }
  return at < bytes.length ? { directories, variables, inherited } : undefined;
}
