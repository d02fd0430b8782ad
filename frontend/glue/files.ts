// What Emscripten's glue says about files: packages that it loads before the program starts (`--preload-file`), and where the module has
// the table of those in itself (`--embed-file`), if its exports are minified. The glue has
//
//   loadPackage({"files": [{"filename": "/a.txt", "start": 0, "end": 18}], "remote_package_size": 18})
//   var ___emscripten_embedded_file_data = Module["___emscripten_embedded_file_data"] = 1244

import type { AnyNode } from 'acorn';
import { expressionName, literalText, propertiesOf, propertyName, type Syntax } from './syntax.js';

/** A file of a package: bytes `start` to `end` of it. */
export interface PackagedFile {
  /** As the glue has it: `/` in front. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

export interface FilePackage {
  readonly files: readonly PackagedFile[];
  /** Bytes of the package, as the glue has it. */
  readonly size: number;
  /** It is compressed (LZ4): places are those before. */
  readonly compressed: boolean;
  /** Every entry of the list has a name and two places. */
  readonly wellFormed: boolean;
}

/** The packages, in the order of the glue. */
export function findPackages(syntax: Syntax): FilePackage[] {
  const compressed = syntax.nodes.some((node) => node.type === 'Property' && propertyName(node) === 'compressedData');
  return syntax.nodes.flatMap((node) => {
    const properties = node.type === 'ObjectExpression' ? propertiesOf(node) : undefined;
    const list = properties?.get('files');
    const size = numberOf(properties?.get('remote_package_size'));
    if (list?.type !== 'ArrayExpression' || size === undefined) return [];
    const files = list.elements.map((element) => (element === null ? undefined : packagedFile(element)));
    return [{ files: files.filter((file) => file !== undefined), size, compressed, wellFormed: !files.includes(undefined) }];
  });
}

/** The address of the table of embedded files. */
export function findEmbeddedTable(syntax: Syntax): number | undefined {
  for (const node of syntax.nodes) {
    const [name, value] =
      node.type === 'VariableDeclarator'
        ? [expressionName(node.id), node.init]
        : node.type === 'AssignmentExpression'
          ? [expressionName(node.left), node.right]
          : [];
    if (name !== '___emscripten_embedded_file_data' || value === null || value === undefined) continue;
    const address = numberOf(value.type === 'AssignmentExpression' ? value.right : value);
    if (address !== undefined && address < 2 ** 32) return address;
  }
  return undefined;
}

function packagedFile(node: AnyNode): PackagedFile | undefined {
  const properties = node.type === 'ObjectExpression' ? propertiesOf(node) : undefined;
  const name = properties?.get('filename');
  const path = name === undefined ? undefined : literalText(name);
  const start = numberOf(properties?.get('start'));
  const end = numberOf(properties?.get('end'));
  return path === undefined || start === undefined || end === undefined ? undefined : { path, start, end };
}

/** A number that is a count of bytes. */
function numberOf(node: AnyNode | undefined): number | undefined {
  return node?.type === 'Literal' && typeof node.value === 'number' && Number.isSafeInteger(node.value) && node.value >= 0 ? node.value : undefined;
}
