// Which characters of foreign text may be shown, and the one function that makes such text printable: names from a module,
// paths, words of a command line. What a terminal might obey, or nobody can see, is written as an escape. The runtime
// has the same in C (core/printable.c), by a header that is generated from this table.

/**
 * Ranges of code points that are escaped, ascending: controls, surrogates that stand alone, line separators, characters that
 * direct bidirectional text, and others that are invisible by definition (Unicode 15: Cc, Cf, Cs, Zl, Zp,
 * Default_Ignorable_Code_Point).
 */
// biome-ignore format: a row is a line
export const escapedRanges: readonly (readonly [first: number, last: number])[] = [
  [0x0, 0x1f], [0x7f, 0x9f], [0xad, 0xad], [0x34f, 0x34f], [0x600, 0x605], [0x61c, 0x61c], [0x6dd, 0x6dd], [0x70f, 0x70f],
  [0x890, 0x891], [0x8e2, 0x8e2], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180b, 0x180f], [0x200b, 0x200f], [0x2028, 0x202e],
  [0x2060, 0x206f], [0x3164, 0x3164], [0xd800, 0xdfff], [0xfe00, 0xfe0f], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb],
  [0x110bd, 0x110bd], [0x110cd, 0x110cd], [0x13430, 0x1343f], [0x1bca0, 0x1bca3], [0x1d173, 0x1d17a], [0xe0000, 0xe0fff],
];

declare const escapedHere: unique symbol;

/** One line of text that a terminal only shows. */
export type PrintableText = string & { readonly [escapedHere]: true };

const escaped = new RegExp(`[${escapedRanges.map((range) => range.map((point) => `\\u{${point.toString(16)}}`).join('-')).join('')}]`, 'gu');

/** The text with `\u{…}` in the place of each character that must not be shown. Done twice it is the same as done once. */
export function printable(text: string): PrintableText {
  const shown = /^[ -~]*$/.test(text) ? text : text.replace(escaped, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
  return shown as PrintableText;
}

/** JSON of a value in which every such character is an escape of JSON. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(escaped, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
