// What the linker has to know about a target. Any backend's `Target` value has these members, so the
// linker depends on no backend and no backend on the linker.

/** The part of a target that shapes a link. */
export interface LinkTarget {
  /** For example `x86_64-linux`. */
  readonly name: string;
  /** `e_machine` of the psABI: 62 for x86-64, 183 for AArch64. */
  readonly elfMachine: number;
  /** What `ld.lld -m` takes: `elf_x86_64`, `aarch64linux`. */
  readonly lldEmulation: string;
  /** Relocation types that write an absolute address. */
  readonly absoluteRelocations: readonly number[];
  /** Address of linear memory 0 (`w2e_memory`); the whole image lies below it. */
  readonly memoryBase: number;
  /** Largest page size that a kernel for this target may have, in bytes. */
  readonly maxPageSize: number;
}

/** One stretch of linear memory 0 with initial contents, as a section of one of the objects. */
export interface MemoryImage {
  /** Section name in the object, for example `.w2e.mem.0`. */
  readonly section: string;
  /** Final virtual address, a multiple of the page size, at or above the memory base. */
  readonly address: number;
  /** Bytes of contents; what follows up to the end of the page is zero. */
  readonly size: number;
}
