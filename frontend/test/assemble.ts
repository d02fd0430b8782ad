// Assembles tiny binary modules by hand, so that tests know every byte and its offset.

export const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

/** A count and its items. */
export function vector(...items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

/** A section with its size. */
export function section(id: number, ...contents: readonly (readonly number[])[]): number[] {
  const bytes = contents.flat();
  return [id, ...leb(bytes.length), ...bytes];
}

export function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...leb(bytes.length), ...bytes];
}

export function functionType(params: readonly number[], results: readonly number[]): number[] {
  return [0x60, ...leb(params.length), ...params, ...leb(results.length), ...results];
}

/** A code entry: local declarations as pairs of count and type, then the operators without the final `end`. */
export function body(locals: readonly (readonly [number, number])[], ...operators: readonly number[]): number[] {
  return longBody(locals, operators);
}

/** `body` for more operators than a call can have arguments. */
export function longBody(locals: readonly (readonly [number, number])[], operators: readonly number[]): number[] {
  const bytes = [...vector(...locals.map(([count, type]) => [...leb(count), type])), ...operators, 0x0b];
  return [...leb(bytes.length), ...bytes];
}

export function assemble(...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...header, ...sections.flat()]);
}

/** A module with one function of the given type and body. */
export function oneFunction(params: readonly number[], results: readonly number[], ...operators: readonly number[]): Uint8Array {
  return assemble(section(1, vector(functionType(params, results))), section(3, vector([0])), section(10, vector(body([], ...operators))));
}

export const i32 = 0x7f;
export const i64 = 0x7e;
export const f32 = 0x7d;
export const f64 = 0x7c;
export const funcref = 0x70;
export const externref = 0x6f;
