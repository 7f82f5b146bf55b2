import type { Use } from './instruction-use';

/**
 * Accesses of a block that go off one base register, near each other: the first of them probes the TLB for all. As they are in straight code, all
 * are carried out if the first is, and no mapping changes between them.
 */
export interface AccessGroup {
  /** Its number in the block. */
  readonly number: number;
  /** Bytes from its lowest to behind its highest address. */
  bytes: number;
}

/** An access that belongs to a group. */
export interface Member {
  readonly group: AccessGroup;
  /** The first of its group. */
  readonly leads: boolean;
  /** Bytes from the group's lowest address to its own. */
  offset: number;
}

/** What a group spans, at most. One that happens to lie across two pages is left to the interpreter: so it should seldom. */
const MOST_BYTES = 128;

/** A group that may grow. Offsets count from the value the register had when its root was named. */
interface OpenGroup {
  readonly isStore: boolean;
  low: number;
  high: number;
  readonly members: { offset: number; bytes: number; place: (member: Member | undefined) => void }[];
}

/** What is known of a register: it is some earlier value and a constant. */
interface Affine {
  readonly root: object;
  readonly offset: number;
}

/** Grows a group by an access, if it stays small enough. */
function takeIn(group: OpenGroup | undefined, offset: number, bytes: number): group is OpenGroup {
  if (!group) return false;
  const low = Math.min(group.low, offset);
  const high = Math.max(group.high, offset + bytes);
  if (high - low > MOST_BYTES) return false;
  group.low = low;
  group.high = high;
  return true;
}

/**
 * The groups of a block, by instruction and by access as {@link Use.accesses} has them; undefined for an access that stands alone. Accesses to
 * read may join a group that a store leads, for what can be written can be read; not the other way round.
 */
export function accessGroups(uses: readonly Use[]): (readonly (Member | undefined)[])[] {
  const registers = new Map<number, Affine>();
  const toRead = new Map<object, OpenGroup>();
  const toWrite = new Map<object, OpenGroup>();
  const groups: OpenGroup[] = [];
  const result = uses.map(({ accesses, affine, xWritten }) => {
    const members: (Member | undefined)[] = [];
    for (const { slot, offset, bytes, isStore } of accesses) {
      const index = members.push(undefined) - 1;
      if (slot === undefined) continue;
      let base = registers.get(slot);
      if (!base) {
        base = { root: {}, offset: 0 };
        registers.set(slot, base);
      }
      const at = base.offset + offset;
      let group = toWrite.get(base.root);
      if (!takeIn(group, at, bytes)) {
        const open = isStore ? toWrite : toRead;
        group = isStore ? undefined : open.get(base.root);
        if (!takeIn(group, at, bytes)) {
          group = { isStore, low: at, high: at + bytes, members: [] };
          open.set(base.root, group);
          groups.push(group);
        }
      }
      group.members.push({
        offset: at,
        bytes,
        place: (member) => {
          members[index] = member;
        },
      });
    }
    const moved = affine.map(({ to, from, offset }): [number, Affine] => {
      const base = registers.get(from) ?? { root: {}, offset: 0 };
      registers.set(from, base);
      return [to, { root: base.root, offset: base.offset + offset }];
    });
    if (xWritten) for (const slot of registers.keys()) if (xWritten & (1 << slot)) registers.delete(slot);
    for (const [to, value] of moved) registers.set(to, value);
    return members;
  });
  let number = 0;
  for (const { low, high, members } of groups) {
    if (members.length < 2) continue;
    const group: AccessGroup = { number: number++, bytes: high - low };
    members.forEach(({ offset, place }, i) => {
      place({ group, leads: i === 0, offset: offset - low });
    });
  }
  return result;
}
