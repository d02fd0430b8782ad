// hot
// Jump tables of code for ring 0. LLVM makes none with retpolines, so a `br_table` becomes assembly with labels (`callbr`): an element of a
// constant array of their addresses, by a masked index, jumped to through the kernel's own thunk. The array has a power of two of elements,
// so the mask bounds the index whatever the CPU guesses; the elements in excess lead where `br_table` leads otherwise.

import type { InstId } from '../../ir/function.js';
import type { KernelTarget } from '../kernel-target.js';
import type { SymbolName } from '../symbols.js';
import type { Edges } from './edges.js';
import type { Environment } from './environment.js';
import type { Label, Writer } from './writer.js';

/** Emits the check, the jump and the blocks that the array has the addresses of: each leads to the block of one edge. */
export function emitJumpTable(w: Writer, env: Environment, edges: Edges, inst: InstId, symbol: SymbolName, { jumpTable }: KernelTarget): void {
  const { func } = env;
  const last = func.edgeCount[inst] - 1;
  const labels = Array.from({ length: last + 1 }, (_, k): Label => edges.label(func.edge(inst, k)));
  const otherwise = labels[last];
  const size = 2 ** Math.ceil(Math.log2(last));
  const elements = Array.from({ length: size }, (_, k) => (k < last ? labels[k] : otherwise));
  const places = [...new Set(elements)];
  const landing = (label: Label): Label => `${label}.landing`;
  const numbers = new Map(places.map((label, i) => [label, i]));
  const index = env.operand(inst, 0);
  const inside = w.label(),
    next = w.label();
  w.condBr(w.icmp('ult', 'i32', index, size), inside, otherwise);
  w.begin(inside);
  w.jumpBy(
    jumpTable,
    index,
    symbol,
    elements.map((label) => numbers.get(label)!),
    places.map(landing),
    next,
  );
  w.begin(next);
  emitLikelihood(w, places.map(landing));
  for (const label of places) {
    w.begin(landing(label));
    w.keep();
    w.br(label);
  }
}

/**
 * What follows a `callbr` that always jumps. LLVM takes its labels for as good as never reached, and lays out code and registers accordingly;
 * what follows it takes for certain, so that leads to them, too.
 */
function emitLikelihood(w: Writer, places: readonly Label[]): void {
  const any = w.assembly('i32', { text: '', constraints: '=r' }, '');
  w.switch(any, places[0], places.slice(1));
}
