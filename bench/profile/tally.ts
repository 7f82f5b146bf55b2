/** Counts by group and name. */
export class Tally {
  private readonly groups = new Map<string, Map<string, number>>();

  add(group: string, name: string, by = 1): void {
    let names = this.groups.get(group);
    if (!names) this.groups.set(group, (names = new Map()));
    names.set(name, (names.get(name) ?? 0) + by);
  }

  /** All of them, the largest of each group first. */
  read(): Counts {
    const sorted = [...this.groups].map(([group, names]) => {
      return [group, Object.fromEntries([...names].sort((a, b) => b[1] - a[1]))] as const;
    });
    return Object.fromEntries(sorted);
  }

  clear(): void {
    this.groups.clear();
  }
}

export type Counts = Record<string, Record<string, number>>;
