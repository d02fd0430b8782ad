// hot
// The edges of a function as LLVM has them: which need a basic block of their own, and the phis that take their values.

import type { BlockId, EdgeId, Func, InstId } from '../../ir/function.js';
import { NORMAL_EDGE, Op, isUnwind } from '../../ir/ops.js';
import type { Environment } from './environment.js';
import type { Block, Label, Writer } from './writer.js';

/** Of jump tables in code for ring 0 (`jump-table.ts`). With fewer runs of equal destinations, comparisons take about as long. */
const FEWEST_RUNS = 16;
/** LLVM's time for the labels of an assembly grows with their square. */
const MOST_CASES = 1024;

/** Whether a terminator becomes a jump table. */
function takesJumpTable(func: Func, inst: InstId): boolean {
  const cases = func.edgeCount[inst] - 1;
  if (func.op[inst] !== Op.BrTable || cases < FEWEST_RUNS || cases > MOST_CASES) return false;
  let runs = 1;
  for (let k = 1; k < cases; k++) if (!sameEdge(func, func.edge(inst, k - 1), func.edge(inst, k))) runs++;
  return runs >= FEWEST_RUNS;
}

/** Whether two edges of one terminator go to the same block with the same arguments. */
function sameEdge(func: Func, a: EdgeId, b: EdgeId): boolean {
  if (func.edgeBlock[a] !== func.edgeBlock[b]) return false;
  for (let k = func.edgeArgCount[a] - 1; k >= 0; k--) if (func.edgeArg(a, k) !== func.edgeArg(b, k)) return false;
  return true;
}

export class Edges {
  /** Edges to each block, and the block each comes from. */
  private readonly incoming: { readonly edge: EdgeId; readonly from: BlockId }[][];
  /** Edges that have a basic block of their own. */
  private readonly apart = new Set<EdgeId>();
  /** Of edges of jump tables the first one that is the same. */
  private readonly same = new Map<EdgeId, EdgeId>();
  /** The label of the basic block that a block ended in. */
  private readonly ends: Label[] = [];

  constructor(
    private readonly func: Func,
    private readonly jumpTables = false,
  ) {
    this.incoming = Array.from({ length: func.blockCount }, () => []);
    for (const block of func.order) {
      const inst = func.terminator(block);
      const unwinds = isUnwind(func.op[inst]);
      const count = func.edgeCount[inst];
      if (this.hasJumpTable(inst)) {
        this.addJumps(inst, block);
        continue;
      }
      for (let e = 0; e < count; e++) {
        const edge = func.edge(inst, e);
        this.incoming[func.edgeBlock[edge]].push({ edge, from: block });
        // The results of a call are taken apart on the edge behind it.
        if (unwinds ? e === NORMAL_EDGE : this.differsFromEarlier(inst, e)) this.apart.add(edge);
      }
    }
  }

  /** Whether a terminator becomes a jump table. */
  hasJumpTable(inst: InstId): boolean {
    return this.jumpTables && takesJumpTable(this.func, inst);
  }

  /** All different edges of a jump table are apart, so that each label of it stands for one place. */
  private addJumps(inst: InstId, from: BlockId): void {
    const { func } = this;
    const firstOf = new Map<BlockId, EdgeId[]>();
    for (let e = 0; e < func.edgeCount[inst]; e++) {
      const edge = func.edge(inst, e);
      const block = func.edgeBlock[edge];
      const others = firstOf.get(block) ?? [];
      firstOf.set(block, others);
      const same = others.find((other) => sameEdge(func, other, edge));
      if (same !== undefined) {
        this.same.set(edge, same);
        continue;
      }
      others.push(edge);
      this.apart.add(edge);
      this.incoming[block].push({ edge, from });
    }
  }

  /** Whether an earlier edge of the same terminator goes to the same block with other arguments: LLVM's phis cannot tell the two apart. */
  private differsFromEarlier(inst: InstId, e: number): boolean {
    const { func } = this;
    const edge = func.edge(inst, e);
    if (func.edgeArgCount[edge] === 0) return false;
    for (let i = 0; i < e; i++) {
      const earlier = func.edge(inst, i);
      if (func.edgeBlock[earlier] !== func.edgeBlock[edge] || this.apart.has(earlier)) continue;
      for (let k = func.edgeArgCount[edge] - 1; k >= 0; k--) {
        if (func.edgeArg(earlier, k) !== func.edgeArg(edge, k)) return true;
      }
      return false;
    }
    return false;
  }

  /** The label of the block that an edge leads to in the end. */
  target(edge: EdgeId): Label {
    return `b${this.func.edgeBlock[edge]}`;
  }

  /** The label that a terminator names for an edge. */
  label(edge: EdgeId): Label {
    const first = this.same.get(edge) ?? edge;
    return this.apart.has(first) ? `e${first}` : this.target(edge);
  }

  /** Notes which basic block a block ends in. */
  end(block: BlockId, at: Label): void {
    this.ends[block] = at;
  }

  /** Writes the edges of a terminator that have a basic block of their own. */
  writeApart(w: Writer, inst: InstId): void {
    const count = this.func.edgeCount[inst];
    for (let i = 0; i < count; i++) {
      const edge = this.func.edge(inst, i);
      if (!this.apart.has(edge)) continue;
      w.begin(this.label(edge));
      w.br(this.target(edge));
    }
  }

  /** Writes the phis of a block, once all blocks have ended. */
  writePhis(w: Writer, env: Environment, block: BlockId, into: Block): void {
    const edges = this.incoming[block];
    this.func.blockParams[block].forEach((param, k) => {
      w.phi(
        into,
        `%v${param}`,
        env.type(param),
        edges.map(({ edge, from }) => [env.value(this.func.edgeArg(edge, k)), this.apart.has(edge) ? this.label(edge) : this.ends[from]]),
      );
    });
  }
}
