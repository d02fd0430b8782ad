// Text that may go to a terminal. The type has no constructor that lets a control character of a module, a path or a command line through:
// what the source of the command line says stays as it is, what is inserted is escaped (`runtime-c/tables/printable.ts`).

import { printable, printableJson } from '../runtime-c/tables/printable.js';

export class Printed {
  private constructor(private readonly text: string) {}

  /** For the tag `printed`. */
  static of(strings: TemplateStringsArray, values: readonly (Printed | string | number)[]): Printed {
    return new Printed(
      strings.reduce((text, own, i) => {
        const value = values[i - 1] ?? '';
        return `${text}${value instanceof Printed ? value.text : printable(String(value))}${own}`;
      }),
    );
  }

  static joined(parts: readonly Printed[]): Printed {
    return new Printed(parts.map(({ text }) => text).join(''));
  }

  static lines(text: string): Printed {
    return new Printed(text.split('\n').map(printable).join('\n'));
  }

  static json(value: unknown): Printed {
    return new Printed(`${printableJson(value)}\n`);
  }

  toString(): string {
    return this.text;
  }
}

/** A template whose own text is ours, and may have colours and line ends; what is inserted is one line. */
export function printed(strings: TemplateStringsArray, ...values: readonly (Printed | string | number)[]): Printed {
  return Printed.of(strings, values);
}

/** The value with all of its texts printable: for a description that becomes lines of text. */
export function withPrintableTexts<T>(value: T): T;
export function withPrintableTexts(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map((item: unknown) => withPrintableTexts(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPrintableTexts(item)]));
}
