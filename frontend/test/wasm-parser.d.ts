// The part of the parser's interface that the tests use; the package has no types of its own.

declare module '@webassemblyjs/wasm-parser' {
  const parser: { decode(bytes: Uint8Array, options: { ignoreCustomNameSection?: boolean }): unknown };
  export default parser;
}
