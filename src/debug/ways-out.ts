import { flowOf } from './flow';

/** Instructions that are looked at: what is behind them is looked at when the machine has come there. */
const MOST_INSTRUCTIONS = 4096;

/** How code can be left from some place in it. */
export interface WaysOut {
  /** Addresses of returns and indirect jumps that can be reached by direct branches, and of instructions behind which nobody has looked. */
  readonly exits: ReadonlySet<bigint>;
  /** Addresses behind the calls on the way: whoever returns to one of them is called from here. */
  readonly calledFrom: ReadonlySet<bigint>;
}

const at = (address: bigint): bigint => BigInt.asUintN(64, address);

/** @param word the instruction at an address; undefined where none can be read */
export function waysOut(start: bigint, word: (address: bigint) => number | undefined): WaysOut {
  const exits = new Set<bigint>();
  const calledFrom = new Set<bigint>();
  const seen = new Set<bigint>();
  const queue = [start];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    if (seen.has(address)) continue;
    const found = seen.size < MOST_INSTRUCTIONS ? word(address) : undefined;
    if (found === undefined) {
      exits.add(address);
      continue;
    }
    seen.add(address);
    const flow = flowOf(found);
    const next = at(address + 4n);
    switch (flow.kind) {
      case 'return':
      case 'jump':
      case 'exception return':
        exits.add(address);
        break;
      case 'branch':
        queue.push(at(address + flow.offset));
        if (!flow.always) queue.push(next);
        break;
      case 'call':
        calledFrom.add(next);
        queue.push(next);
        break;
      case 'next':
        queue.push(next);
        break;
    }
  }
  return { exits, calledFrom };
}
