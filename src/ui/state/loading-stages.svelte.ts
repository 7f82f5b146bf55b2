/** How far the parts of a machine are loaded, in the order in which they were first heard of. */

export interface Stage {
  what: string;
  /** Bytes. */
  loaded: number;
  total?: number;
}

export class LoadingStages {
  list = $state.raw<Stage[]>([]);

  clear(): void {
    this.list = [];
  }

  take({ what, loaded, total }: Stage): void {
    const stage: Stage = { what, loaded, ...(total === undefined ? {} : { total }) };
    const known = this.list.some((entry) => entry.what === what);
    this.list = known ? this.list.map((entry) => (entry.what === what ? stage : entry)) : [...this.list, stage];
  }
}
