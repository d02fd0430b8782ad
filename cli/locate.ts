// Which section of a module a byte offset is in. Reads nothing but section headers, so it works on modules
// that are malformed behind that point.

const sectionNames = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'data count',
  'tag',
] as const;

/** For example `code section`; undefined outside all sections. */
export function locate(bytes: Uint8Array, offset: number): string | undefined {
  let at = 8;
  while (at < bytes.length) {
    const start = at;
    const id = bytes[at++] ?? 0;
    let size = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += size;
    if (offset >= start && offset < Math.min(at, bytes.length + 1)) {
      const name = sectionNames[id];
      return name === undefined ? undefined : `${name} section`;
    }
  }
  return undefined;
}
