// `--inspect` of an ELF file: what it is, its segments and sections, and which program made it.

import { capabilitiesSection, decodeCapabilities, type Capabilities } from '../runtime-c/tables/capabilities.js';
import { ElfImage, elfTypes, segmentTypes, symbolTypes } from './elf-image.js';
import { ElfFormatError } from './errors.js';
import { embeddedSection, readEmbedded } from './embedded-files.js';
import { producerSection } from './layout.js';

/** A description of an ELF file that can be printed or turned into JSON. */
export interface ElfDescription {
  readonly kind: 'elf';
  readonly class: 32 | 64;
  readonly type: string;
  readonly machine: string;
  readonly entry: number;
  /** The line that our linker leaves in the file; undefined for files that we did not make. */
  readonly producer: string | undefined;
  /** What it was given with --dir, --env and --inherit-env; undefined for what has all that a native program has. */
  readonly capabilities: Capabilities | undefined;
  readonly size: number;
  readonly segments: readonly {
    readonly type: string;
    readonly permissions: string;
    readonly address: number;
    readonly fileSize: number;
    readonly memorySize: number;
  }[];
  readonly sections: readonly { readonly name: string; readonly address: number; readonly size: number }[];
  /** Files inside, if it has some; directories have no size. */
  readonly files?: readonly { readonly path: string; readonly size: number | undefined }[];
  readonly symbols: { readonly functions: number; readonly objects: number; readonly total: number };
}

const typeNames: Readonly<Record<number, string>> = {
  [elfTypes.relocatable]: 'relocatable object',
  [elfTypes.executable]: 'executable',
  [elfTypes.shared]: 'shared object or position-independent executable',
};

const machineNames: Readonly<Record<number, string>> = { 3: 'i386', 40: 'arm', 62: 'x86-64', 183: 'aarch64', 243: 'riscv' };

const segmentNames: Readonly<Record<number, string>> = {
  [segmentTypes.load]: 'LOAD',
  [segmentTypes.dynamic]: 'DYNAMIC',
  [segmentTypes.interp]: 'INTERP',
  [segmentTypes.note]: 'NOTE',
  [segmentTypes.tls]: 'TLS',
  [segmentTypes.gnuEhFrame]: 'EH_FRAME',
  [segmentTypes.gnuStack]: 'STACK',
};

/** Whether the bytes begin like an ELF file. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Describe an ELF file of any origin; throws `ElfFormatError`. */
export function describeElf(bytes: Uint8Array): ElfDescription {
  const image = ElfImage.parse(bytes);
  const producer = image.section(producerSection);
  const capabilities = image.section(capabilitiesSection);
  const symbols = image.symbols();
  return {
    kind: 'elf',
    class: image.is64Bit ? 64 : 32,
    type: typeNames[image.type] ?? `type ${image.type}`,
    machine: machineNames[image.machine] ?? `machine ${image.machine}`,
    entry: image.entry,
    producer: producer === undefined ? undefined : image.contents(producer).toString('utf8').replace(/\0.*$/s, ''),
    capabilities: capabilities === undefined ? undefined : decodeCapabilities(image.contents(capabilities)),
    size: bytes.length,
    segments: image.segments.map((segment) => ({
      type: segmentNames[segment.type] ?? `0x${segment.type.toString(16)}`,
      permissions: `${segment.read ? 'r' : '-'}${segment.write ? 'w' : '-'}${segment.execute ? 'x' : '-'}`,
      address: segment.address,
      fileSize: segment.fileSize,
      memorySize: segment.memorySize,
    })),
    sections: image.sections.filter((s) => s.name !== '').map(({ name, address, size }) => ({ name, address, size })),
    ...embedded(image, producer !== undefined),
    symbols: {
      functions: symbols.filter((s) => s.type === symbolTypes.func && s.sectionIndex !== 0).length,
      objects: symbols.filter((s) => s.type === symbolTypes.object && s.sectionIndex !== 0).length,
      total: symbols.length,
    },
  };
}

/** The files of one of our executables. */
function embedded(image: ElfImage, isOurs: boolean): Pick<ElfDescription, 'files'> {
  const section = isOurs ? image.section(embeddedSection) : undefined;
  if (section === undefined) return {};
  try {
    return { files: readEmbedded(image.contents(section)) };
  } catch (error) {
    if (error instanceof RangeError) throw new ElfFormatError('its embedded files are damaged');
    throw error;
  }
}

/** As the options that give them. */
function capabilityLines(capabilities: Capabilities | undefined): string[] {
  if (capabilities === undefined) return [];
  const { directories, variables, inherited } = capabilities;
  return [
    'given:',
    ...directories.map(({ host, guest }) => `  --dir=${host}::${guest}`),
    ...variables.map((text) => `  --env=${text}`),
    ...inherited.map((name) => (name === '' ? '  --inherit-env' : `  --inherit-env=${name}`)),
  ];
}

/** The description as lines of text. */
export function formatElf(description: ElfDescription): string {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  const rows = (table: readonly (readonly string[])[]): string[] => {
    const widths = (table[0] ?? []).map((_, column) => table.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
    return table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  };
  return [
    `ELF${description.class} ${description.machine} ${description.type}, ${description.size} bytes, entry ${hex(description.entry)}`,
    `made by ${description.producer ?? 'something else than wasm2elf'}`,
    ...capabilityLines(description.capabilities),
    'segments:',
    ...rows([
      ['type', 'perm', 'address', 'file bytes', 'memory bytes'],
      ...description.segments.map((s) => [s.type, s.permissions, hex(s.address), String(s.fileSize), String(s.memorySize)]),
    ]),
    'sections:',
    ...rows([['name', 'address', 'bytes'], ...description.sections.map((s) => [s.name, hex(s.address), String(s.size)])]),
    ...(description.files === undefined
      ? []
      : ['files:', ...rows([['path', 'bytes'], ...description.files.map(({ path, size }) => [path, size === undefined ? 'directory' : String(size)])])]),
    `symbols: ${description.symbols.functions} functions, ${description.symbols.objects} objects, ${description.symbols.total} in all`,
    '',
  ].join('\n');
}
