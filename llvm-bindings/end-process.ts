// The end of a process whose threads are inside of libLLVM: Node's own exit would wait until they come back.

import koffi from 'koffi';

/** Ends the process at once with an exit status; nothing is flushed, no thread is waited for. */
export function endProcess(status: number): never {
  const exit = koffi.load(null).func('void _exit(int status)') as unknown as (status: number) => never;
  return exit(status);
}
