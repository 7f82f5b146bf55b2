/**
 * What each vCPU had of the one thread that all of them share, in cost (cpu/cost.ts) since power-on or the last restore: what it spent itself, and what
 * others spent while it could have run. For people only: it is not part of the machine's state.
 */
export class TurnShares {
  /** Spent by each vCPU at each exception level (0, 1), credited slice by slice to the level the slice ended in. */
  readonly spent: readonly number[][];
  /** Spent by others while this vCPU waited for its turn. */
  readonly waited: number[];

  constructor(vcpus: number) {
    this.spent = Array.from({ length: vcpus }, () => [0, 0]);
    this.waited = new Array<number>(vcpus).fill(0);
  }

  /** vCPU `index` ran a slice that ended at `el`; `wantsTurn` says who else could have. */
  add(index: number, el: number, cost: number, wantsTurn: (vcpu: number) => boolean): void {
    const levels = this.spent[index]!;
    levels[el] = levels[el]! + cost;
    const { waited } = this;
    for (let other = 0; other < waited.length; other++)
      if (other !== index && wantsTurn(other)) waited[other] = waited[other]! + cost;
  }
}
