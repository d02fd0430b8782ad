// Calls that multiplex: a number chooses a command, and the command says what the argument is. A table lists the commands
// that the runtime passes on, each with the layout of its argument; everything else is refused before the kernel sees it.
// The C tables (include/commands.gen.h, posix/commands.gen.c), docs/imports.md and tests derive from these rows.

/**
 * What an argument is. Sizes are bytes in the module's memory.
 *
 * - `none`: the kernel gets 0; `number`: 32 bits, zero-extended.
 * - `in`, `out`, `inout`: a plain record, the same in the module and in the kernel, that the kernel reads, writes, both.
 *   For socket options and control messages, whose length the program gives, `size` is the most that is passed on.
 * - The others are translated by code; `layouts` says how.
 */
export type LayoutKind = keyof typeof layouts;

/** Every kind of layout and what it means, in the order of `enum command_layout`. */
export const layouts = {
  none: 'nothing',
  number: 'a number',
  in: 'read by the kernel',
  out: 'written by the kernel',
  inout: 'read and written by the kernel',
  long: 'written by the kernel as 64 bits, 32 bits in the module',
  openFlags: "flags of open, in the module's numbers",
  interface: 'struct ifreq: 32 bytes in the module, 40 in the kernel',
  interfaceMap: 'struct ifreq with struct ifmap, whose longs are repacked',
  interfaceList: 'struct ifconf and its array of struct ifreq',
  time: 'struct timeval or timespec, repacked',
  times: 'three times, repacked',
  error: 'begins with an error number, which is renumbered',
  filter: 'struct sock_fprog, whose pointer is translated',
  group: 'an interface and socket addresses, which are aligned to 8 bytes in the kernel',
  descriptors: 'descriptors of files',
} as const;

export interface Layout {
  readonly kind: LayoutKind;
  readonly size: number;
}

export const none: Layout = { kind: 'none', size: 0 };
export const number: Layout = { kind: 'number', size: 0 };
export const input = (size: number): Layout => ({ kind: 'in', size });
export const output = (size: number): Layout => ({ kind: 'out', size });
export const both = (size: number): Layout => ({ kind: 'inout', size });
export const translated = (kind: LayoutKind, size: number): Layout => ({ kind, size });

/** A command as the runtime knows it. */
export interface CommandRow {
  /** As in Linux's headers. */
  readonly name: string;
  /** The module's number; of socket options and control messages, the level is in the upper 16 bits. */
  readonly number: number;
  /** The kernel's number, where it is another one because sizes of longs are part of it. */
  readonly host?: number;
  readonly layout: Layout;
  /** prctl only: how many of its arguments the option uses; the others are 0. */
  readonly count?: number;
}

/** The commands of a call. */
export interface CommandTable {
  /** The call as in the manual. */
  readonly call: string;
  /** The C table is `w2e_` + symbol + `_commands`. */
  readonly symbol: string;
  /** The error of what is not listed. */
  readonly refusal: string;
  /** Numbers are a level and a number in it. */
  readonly leveled?: true;
  readonly rows: readonly CommandRow[];
}

/** A row: name, number, layout. */
export function command(name: string, value: number, layout: Layout, more: Partial<Pick<CommandRow, 'host' | 'count'>> = {}): CommandRow {
  return { name, number: value, layout, ...more };
}
