// What is made of a program.

import type { KernelName } from '../../runtime-c/tables/kernel.js';

export type Product =
  /** An executable that runs `_start` or `main`. */
  | {
      readonly kind: 'program';
      /** It has to have something to run. */
      readonly mustRun?: boolean;
      /** The export that is its main in their place; constructors run before it. */
      readonly entry?: string | undefined;
      /** Beside it the same functions for ring 0, which use its variables, under this name. */
      readonly kernel?: KernelName;
    }
  /** An executable that calls the export that its command line names and prints the results (`runtime-c/serving/invoke.c`). */
  | { readonly kind: 'invoked' }
  /** One that on request from its standard input instantiates a module or calls an export (`servedExports`, `runtime-c/serving/serve.c`). */
  | { readonly kind: 'served' }
  /** An object for a foreign program: position-independent, with C functions around the exports. */
  | {
      readonly kind: 'object';
      /** What their names begin with. */
      readonly prefix: string;
      /** What the header calls the module. */
      readonly moduleName: string;
    };
