/** Wrong snapshots made from right ones. The checksums are right in most: what lies behind them is to be tested. */
import { decodeCbor, encodeCbor } from '../../src/storage/cbor';
import { Kind } from '../../src/storage/snapshot-format';
import type { StateValue } from '../../src/storage/state-value';
import { bulk, changeCount, replaced } from './cbor-bytes';
import type { Random } from './random';
import { type FilePart, partsOf, putTogether, type SnapshotFile } from './snapshot-file';
import { changeVm } from './whole-vm';

const NUMBERS = [0, 1, -1, 2, 31, 32, 255, 256, 65535, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, 2 ** 53 - 1, 2 ** 53, 1e300];
const ODD_NUMBERS = [-0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE];
const BIGINTS = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 127n, -(2n ** 64n)];
const TEXTS = ['', 'foo', 'runnable', 'suspended', 'x'.repeat(5000), '\0', '\u{1f400}', '__proto__', '1.3', 'NaN'];
const KEYS = ['__proto__', 'constructor', 'toString', 'length', 'x', '', 'state', 'name'];

function anything(random: Random, depth = 0): StateValue {
  switch (random.below(depth < 3 ? 9 : 7)) {
    case 0:
      return random.pick(NUMBERS);
    case 1:
      return random.pick(ODD_NUMBERS);
    case 2:
      return random.pick(BIGINTS);
    case 3:
      return random.pick(TEXTS);
    case 4:
      return random.pick([true, false]);
    case 5:
      return null;
    case 6:
      return Uint8Array.from({ length: random.pick([0, 1, 3, 16, 32, 300]) }, () => random.next());
    case 7:
      return Array.from({ length: random.pick([0, 1, 2, 40]) }, () => anything(random, depth + 1));
    default:
      return Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.pick(KEYS), anything(random, depth + 1)]));
  }
}

/** Another value that looks much the same. */
function neighbour(random: Random, value: StateValue): StateValue {
  if (typeof value === 'number') {
    return random.chance(2)
      ? random.pick(NUMBERS)
      : value + random.pick([1, -1, 2 ** random.below(53), -(2 ** random.below(53))]);
  }
  if (typeof value === 'bigint') return random.chance(2) ? random.pick(BIGINTS) : value ^ (1n << BigInt(random.below(66)));
  if (typeof value === 'string') return random.chance(2) ? random.pick(TEXTS) : value.slice(1);
  if (typeof value === 'boolean') return !value;
  if (value instanceof Uint8Array) {
    const bytes = value.slice(0, random.chance(3) ? random.below(value.length + 1) : value.length);
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return random.chance(8) ? Uint8Array.from([...bytes, 0]) : bytes;
  }
  return anything(random);
}

const otherValue = (random: Random, value: StateValue): StateValue =>
  random.chance(3) ? anything(random) : neighbour(random, value);

/** Changes one value somewhere in a state. */
function changeState(random: Random, value: StateValue, other = otherValue): StateValue {
  const isLeaf = typeof value !== 'object' || value === null || value instanceof Uint8Array;
  if (isLeaf || random.chance(12)) return other(random, value);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    if (value.length === 0 || random.chance(8)) return [...value.slice(0, at), other(random, null), ...value.slice(at)];
    if (random.chance(8)) return value.filter((_, index) => index !== at);
    const changed = at % value.length;
    return value.map((each, index) => (index === changed ? changeState(random, each, other) : each));
  }
  const keys = Object.keys(value);
  const key = random.pick(keys);
  if (keys.length === 0 || random.chance(12)) return { ...value, [random.pick(KEYS)]: other(random, null) };
  if (random.chance(12)) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  if (random.chance(12)) return { ...value, [key]: value[random.pick(keys)]! };
  return { ...value, [key]: changeState(random, value[key]!, other) };
}

/** Flips, inserts, removes or repeats some bytes. */
function changeBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = random.pick([1, 1, 2, 4, 8, 100]);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(6)) {
    case 0:
      return before.slice();
    case 1:
      return Uint8Array.from([...before, ...after.subarray(length)]);
    case 2:
      return Uint8Array.from([...before, ...Array.from({ length }, () => random.next()), ...after]);
    case 3:
      return Uint8Array.from([...before, ...after.subarray(0, length), ...after]);
    default: {
      const changed = bytes.slice();
      for (let n = 0; n < length && bytes.length > 0; n++) {
        const place = n === 0 ? at % bytes.length : random.below(bytes.length);
        changed[place] = random.chance(3) ? random.next() : changed[place]! ^ (1 << random.below(8));
        if (n === 2) break;
      }
      return changed;
    }
  }
}

const encoder = new TextEncoder();

function changePart(random: Random, part: FilePart, others: readonly FilePart[]): FilePart {
  switch (random.below(6)) {
    case 0:
      return { ...part, name: random.chance(2) ? random.pick(others).name : changeBytes(random, part.name).subarray(0, 255) };
    case 1:
      return { ...part, name: encoder.encode(random.pick(['vcpu 9', 'device disk 7', 'ram', 'extra', 'device '])) };
    case 2:
      return { ...part, major: random.pick([0, 1, 2, 65535]), minor: random.pick([0, 1, 65535]) };
    case 3:
      return { ...part, flags: random.below(6) };
    case 4:
      return { ...part, kind: random.below(5) };
    default:
      return { ...part, payload: random.pick(others).payload };
  }
}

/** What a mutation does, for people. */
export type MutationKind =
  | 'state'
  | 'state bytes'
  | 'counts'
  | 'bulk'
  | 'memory'
  | 'part'
  | 'list of parts'
  | 'header'
  | 'file'
  | 'whole VM';

/** States are never changed in place. */
const states = new WeakMap<FilePart, StateValue>();
function decoded(part: FilePart): StateValue {
  const known = states.get(part) ?? decodeCbor(part.payload);
  states.set(part, known);
  return known;
}

export interface Mutant {
  kind: MutationKind;
  file: Uint8Array;
}

const MARK = 'a mark that is replaced';

/** A state in which something great stands for some value. */
function withBulk(random: Random, state: StateValue): Uint8Array {
  const marked = encodeCbor(changeState(random, state, () => MARK));
  return replaced(marked, encodeCbor(MARK), bulk(random));
}

/** These go the page's way, which takes the time of ten others. */
const WHOLE_VM_PER_MILLE = 15;

/** A wrong file from a right one. */
export function mutate(random: Random, right: SnapshotFile, whole: Uint8Array): Mutant {
  const parts = [...right.parts];
  const index = random.pick(parts.flatMap(({ kind }, at) => (kind === Kind.state ? [at] : [])));
  const part = parts[index]!;
  const roll = random.below(100);
  if (random.below(1000) < WHOLE_VM_PER_MILLE) return { kind: 'whole VM', file: putTogether(changeVm(random, right)) };
  if (roll < 52) {
    let state = decoded(part);
    for (let changes = random.pick([1, 1, 1, 2, 5]); changes > 0; changes--) state = changeState(random, state);
    parts[index] = { ...part, payload: encodeCbor(state) };
    return { kind: 'state', file: putTogether({ ...right, parts }) };
  }
  if (roll < 65) {
    parts[index] = { ...part, payload: changeBytes(random, part.payload) };
    return { kind: 'state bytes', file: putTogether({ ...right, parts }) };
  }
  if (roll < 73) {
    parts[index] = { ...part, payload: changeCount(random, part.payload) };
    return { kind: 'counts', file: putTogether({ ...right, parts }) };
  }
  if (roll < 75) {
    parts.splice(index, 1, ...partsOf(part, withBulk(random, decoded(part))));
    return { kind: 'bulk', file: putTogether({ ...right, parts }) };
  }
  if (roll < 80) {
    const memory = parts.flatMap(({ kind }, at) => (kind === Kind.bytes ? [at] : []));
    const at = random.pick(memory);
    const { payload } = parts[at]!;
    const head = changeBytes(random, payload.subarray(0, 4));
    const rest = payload.subarray(4, random.chance(2) ? undefined : random.below(payload.length + 1));
    const bytes = new Uint8Array(head.length + rest.length);
    bytes.set(head);
    bytes.set(rest, head.length);
    parts[at] = { ...parts[at]!, payload: bytes };
    return { kind: 'memory', file: putTogether({ ...right, parts }) };
  }
  if (roll < 87) {
    const at = random.below(parts.length);
    parts[at] = changePart(random, parts[at]!, right.parts);
    return { kind: 'part', file: putTogether({ ...right, parts }) };
  }
  if (roll < 93) {
    const [at, to] = [random.below(parts.length), random.below(parts.length)];
    const [moved] = random.chance(2) ? parts.splice(at, 1) : [parts[at]];
    if (random.chance(2)) parts.splice(to, 0, moved!);
    return { kind: 'list of parts', file: putTogether({ ...right, parts }) };
  }
  if (roll < 95) return { kind: 'header', file: putTogether({ header: changeBytes(random, right.header), parts }) };
  if (random.chance(2)) return { kind: 'file', file: whole.slice(0, random.below(whole.length)) };
  const file = whole.slice();
  for (let flips = random.pick([1, 1, 10]); flips > 0; flips--) file[random.below(file.length)]! ^= 1 << random.below(8);
  return { kind: 'file', file };
}
