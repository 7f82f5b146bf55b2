import { accessGroups, type Member } from './access-groups';
import type { ControlFlow } from './control-flow';
import type { InstructionUses, Use } from './instruction-use';
import { FLAGS_IN, type FlagsIn } from './lazy-flags';
import { otherPages, pageOf, type Region } from './region';

export interface BlockUse {
  /** What each of its instructions touches. */
  readonly uses: readonly Use[];
  /** What the accesses of each belong to, in the order of {@link Use.accesses}. */
  readonly members: readonly (readonly (Member | undefined)[])[];
  /** What may have been changed when the block begins, and where the flags are then. */
  readonly xDirty: number;
  readonly vDirty: number;
  readonly flags: FlagsIn;
  /** Pages that are surely where they were when the region was compiled: the entry's, and all that the way here led through. */
  readonly pages: ReadonlySet<number>;
}

/** What a region touches, and what may be changed where. Registers are bits, as in {@link Use}. */
export interface RegionUse {
  /** Of the whole region. */
  readonly x: number;
  readonly xWritten: number;
  readonly v: number;
  readonly vWritten: number;
  readonly memory: boolean;
  readonly unprivileged: boolean;
  readonly pc: boolean;
  /** As in {@link Use}. */
  readonly bounds: number;
  /** All places where the flags may be when it is left. */
  readonly flagKinds: ReadonlySet<FlagsIn>;
  readonly blocks: readonly BlockUse[];
  /** By block: instructions from its start on until a loop begins or the region is left, at most. */
  readonly longestWay: readonly number[];
}

/** How a block turns the place of the flags at its start into that at its end. */
function flagsAfter(uses: readonly Use[], before: FlagsIn): FlagsIn {
  let now = before;
  for (const { readsFlags, flags } of uses) {
    if (readsFlags && now === FLAGS_IN.ANY) now = FLAGS_IN.LOCALS;
    if (flags !== undefined) now = flags;
  }
  return now;
}

/** {@link BlockUse.pages} by block. `order`: reverse postorder. */
function knownPages({ blocks }: Region, flow: ControlFlow, order: readonly number[]): Set<number>[] {
  const own = blocks.map(({ start }) => pageOf(start));
  const known = blocks.map((_, block) => new Set(block === 0 ? [own[0]!] : own));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order) {
      for (const next of flow.successors[block]!) {
        for (const page of known[next]!) if (page !== own[next] && !known[block]!.has(page)) changed = known[next]!.delete(page);
      }
    }
  }
  return known;
}

export function regionUse(region: Region, flow: ControlFlow, uses: InstructionUses): RegionUse {
  const { blocks } = region;
  const summary = {
    x: 0,
    xWritten: 0,
    v: 0,
    vWritten: 0,
    memory: false,
    unprivileged: false,
    pc: otherPages(region).length > 0,
    bounds: 0,
    readsFlags: false,
  };
  const flagKinds = new Set<FlagsIn>([FLAGS_IN.MEMORY]);
  const byBlock: Use[][] = [];
  const writes: { x: number; v: number }[] = [];
  for (const { instructions, returns, targets } of blocks) {
    const list: Use[] = [];
    const written = { x: 0, v: 0 };
    for (const instruction of instructions) {
      const use = uses.of(instruction);
      list.push(use);
      written.x |= use.xWritten;
      written.v |= use.vWritten;
      summary.x |= use.x;
      summary.v |= use.v;
      summary.memory ||= use.memory;
      summary.unprivileged ||= use.unprivileged;
      summary.pc ||= use.pc;
      summary.bounds |= use.bounds;
      summary.readsFlags ||= use.readsFlags;
      if (use.flags !== undefined) flagKinds.add(use.flags);
    }
    summary.xWritten |= written.x;
    summary.vWritten |= written.v;
    summary.pc ||= returns.length > 0 || targets !== undefined;
    byBlock.push(list);
    writes.push(written);
  }

  const order = blocks.map((_, i) => i).sort((a, b) => flow.place[a]! - flow.place[b]!);
  const before: { xDirty: number; vDirty: number; flags: FlagsIn | undefined }[] = blocks.map((_, i) => ({
    xDirty: 0,
    vDirty: 0,
    flags: i === 0 ? FLAGS_IN.MEMORY : undefined,
  }));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order) {
      const at = before[block]!;
      if (at.flags === undefined) continue;
      const [x, v, flags] = [at.xDirty | writes[block]!.x, at.vDirty | writes[block]!.v, flagsAfter(byBlock[block]!, at.flags)];
      for (const next of flow.successors[block]!) {
        const to = before[next]!;
        const merged = to.flags === undefined || to.flags === flags ? flags : FLAGS_IN.ANY;
        if ((to.xDirty | x) === to.xDirty && (to.vDirty | v) === to.vDirty && to.flags === merged) continue;
        to.xDirty |= x;
        to.vDirty |= v;
        to.flags = merged;
        changed = true;
      }
    }
  }

  const pages = knownPages(region, flow, order);
  const longestWay = blocks.map(() => 0);
  for (const block of [...order].reverse()) {
    const onwards = flow.successors[block]!.map((next) => (flow.isLoop[next] ? 0 : longestWay[next]!));
    longestWay[block] = blocks[block]!.instructions.length + Math.max(0, ...onwards);
  }

  for (const { flags } of before) flagKinds.add(flags!);
  if (summary.readsFlags && flagKinds.has(FLAGS_IN.ANY)) flagKinds.add(FLAGS_IN.LOCALS);
  return {
    ...summary,
    flagKinds,
    blocks: before.map(({ xDirty, vDirty, flags }, block) => ({
      uses: byBlock[block]!,
      members: accessGroups(byBlock[block]!),
      xDirty,
      vDirty,
      flags: flags!,
      pages: pages[block]!,
    })),
    longestWay,
  };
}
