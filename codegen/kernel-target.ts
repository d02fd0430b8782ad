// What codegen and linker ask a back end about code for ring 0: how it differs from that of an executable, and what an object of it may hold.

/** Inline assembly: its text and constraints in LLVM's words. */
export interface InlineAssembly {
  readonly text: string;
  readonly constraints: string;
}

/** Inline assembly that jumps to an element of an array of addresses. Operands are the index, an i32, twice, and what it is masked with. */
export interface JumpTableText {
  /** Up to the array. */
  readonly jump: string;
  /** In front of each label. */
  readonly element: string;
  /** Behind the array. */
  readonly end: string;
  /** What it changes. */
  readonly constraints: string;
}

/** How code for ring 0 differs from that of an executable: what `--emit=kernel` makes beside one. */
export interface KernelTarget {
  /** CPU and extensions: vectors that the runtime in the kernel saves, no more. */
  readonly cpu: string;
  readonly features: string;
  /** Attributes of every function. */
  readonly attributes: string;
  /** Flags of every module: behaviour, name and value. */
  readonly moduleFlags: readonly (readonly [behaviour: number, name: string, value: number])[];
  /** Whether less than the reserve is left of the stack, an i32. A stack begins at a multiple of its size, so its pointer says that alone. */
  readonly stackIsLow: InlineAssembly;
  /** All ones if the first operand, an i64, is below the second, a constant, else 0; also where the CPU guesses that a comparison holds. */
  readonly maskBelow: InlineAssembly;
  readonly jumpTable: JumpTableText;
}

/** What an object is that the parts for ring 0 are linked to, and what it may hold. */
export interface KernelObjectTarget {
  /** LLVM's name of a CPU that has every instruction that may be met, so that what is not permitted is told by its name. */
  readonly disassembledFor: string;
  /** Whether the kernel defines the symbol for what returns and indirect branches go through. */
  readonly isThunk: (symbol: string) => boolean;
  /** The exception table of code; symbols are by their numbers in the symbol table. */
  readonly exceptionTable: (code: readonly Instruction[], codeSymbol: number, landingsSymbol: number) => ExceptionTable;
  /** How many landings the table leads to, for code of so many bytes. */
  readonly landingCount: (codeBytes: number) => number;
  /** What is held against the code of an object, in the order in which it is reported. */
  readonly codeRules: readonly CodeRule[];
  readonly verifyCode: (object: CodeObject) => CodeVerdict;
}

/** An instruction as LLVM's disassembler prints it. */
export interface Instruction {
  /** Bytes from the start of the code, and how many it has. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** The section of an exception table, and the relocations of it. */
export interface ExceptionTable {
  readonly rows: number;
  readonly contents: Buffer;
  readonly relocations: Buffer;
}

/** An ELF file as far as rules about code look at it: the linker's `ElfImage`. */
export interface CodeImage {
  readonly sections: readonly CodeSection[];
  section(name: string): CodeSection | undefined;
  contents(section: CodeSection): Buffer;
  symbols(): readonly CodeSymbol[];
}

export interface CodeSection {
  readonly index: number;
  readonly name: string;
  readonly size: number;
}

export interface CodeSymbol {
  readonly name: string;
  /** 0: undefined; `ABSOLUTE`: none. */
  readonly sectionIndex: number;
  readonly value: number;
}

/** ELF's index of no section, for symbols whose value is an address (SHN_ABS). */
export const ABSOLUTE = 0xfff1;

export interface CodeRelocation {
  /** Index of the section that is relocated, and the place in it. */
  readonly section: number;
  readonly at: number;
  readonly type: number;
  /** Undefined for a number that is none of a symbol. */
  readonly symbol: CodeSymbol | undefined;
  readonly addend: number;
}

/** What rules about code are held against. */
export interface CodeObject {
  readonly image: CodeImage;
  /** The section of the code. */
  readonly text: CodeSection;
  readonly relocations: readonly CodeRelocation[];
  /** Functions that the module around the object defines. */
  readonly provided: ReadonlySet<string>;
  readonly disassemble: (code: Uint8Array) => readonly Instruction[];
}

export interface CodeRule {
  readonly id: string;
  /** The rule, as a statement about every object. */
  readonly rule: string;
}

/** Places from which the stack is traced: where an instruction calls or may fault, and how far the return address is above the stack pointer, in bytes. */
export type Frames = readonly (readonly [place: number, depth: number])[];

/** Places of branches to what the kernel defines for returns, and for indirect jumps and calls. */
export interface ThunkSites {
  readonly returns: readonly number[];
  readonly indirect: readonly number[];
}

export interface CodeVerdict {
  /** By the id of the rule that they break, one phrase each. */
  readonly violations: ReadonlyMap<string, readonly string[]>;
  readonly frames: Frames;
  readonly sites: ThunkSites;
}
