/** The shape of a region's control flow. Blocks are numbered from 0, which is the entry. */
export interface ControlFlow {
  /** Place of each block in reverse postorder: an edge to a block that is not later goes back. */
  readonly place: readonly number[];
  /** Blocks that each block immediately dominates, the earliest last. */
  readonly dominated: readonly (readonly number[])[];
  /** Targets of edges that go back. */
  readonly isLoop: readonly boolean[];
  /** Blocks that several edges lead forward to. */
  readonly isMerge: readonly boolean[];
  /** Edges that remain: without those into the middle of a loop, which structured code has no way to say. */
  readonly successors: readonly (readonly number[])[];
}

/** Blocks that can be reached, in reverse postorder. */
function reversePostorder(successors: readonly (readonly number[])[]): number[] {
  const seen = new Set<number>();
  const order: number[] = [];
  const visit = (block: number): void => {
    seen.add(block);
    for (const next of successors[block]!) if (!seen.has(next)) visit(next);
    order.push(block);
  };
  visit(0);
  return order.reverse();
}

/** Immediate dominators by place (Cooper, Harvey and Kennedy). */
function dominators(order: readonly number[], place: readonly number[], predecessors: readonly (readonly number[])[]): number[] {
  const idom: number[] = [0];
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = 1; at < order.length; at++) {
      let best: number | undefined;
      for (const block of predecessors[order[at]!]!) {
        let other = place[block]!;
        if (idom[other] === undefined) continue;
        if (best === undefined) best = other;
        while (best !== other) {
          while (best > other) best = idom[best]!;
          while (other > best) other = idom[other]!;
        }
      }
      if (idom[at] !== best) {
        idom[at] = best!;
        changed = true;
      }
    }
  }
  return idom;
}

/** Analyses a graph. All blocks must be reachable from block 0. */
export function controlFlow(edges: readonly (readonly number[])[]): ControlFlow {
  let successors = edges;
  for (;;) {
    const order = reversePostorder(successors);
    const place: number[] = [];
    for (const [at, block] of order.entries()) place[block] = at;
    const predecessors: number[][] = edges.map(() => []);
    for (const block of order) for (const next of successors[block]!) predecessors[next]!.push(block);
    const idom = dominators(order, place, predecessors);
    const dominates = (above: number, below: number): boolean => {
      let at = below;
      while (at > above) at = idom[at]!;
      return at === above;
    };
    const isCut = (from: number, to: number): boolean => place[to]! <= place[from]! && !dominates(place[to]!, place[from]!);
    if (order.some((block) => successors[block]!.some((next) => isCut(block, next)))) {
      successors = successors.map((list, block) =>
        place[block] === undefined ? [] : list.filter((next) => !isCut(block, next)),
      );
      continue;
    }
    const dominated: number[][] = edges.map(() => []);
    for (let at = order.length - 1; at > 0; at--) dominated[order[idom[at]!]!]!.push(order[at]!);
    const forward = edges.map(() => 0);
    const isLoop = edges.map(() => false);
    for (const block of order) {
      for (const next of successors[block]!) {
        if (place[next]! <= place[block]!) isLoop[next] = true;
        else forward[next]!++;
      }
    }
    return { place, dominated, isLoop, isMerge: forward.map((count) => count > 1), successors };
  }
}
