/** Wrong files whose sizes agree with each other, so that they get as far as they can on the page's way: configuration, disks, images. */
import { gzipSync } from 'node:zlib';
import { decodeCbor, encodeCbor } from '../../src/storage/cbor';
import { Fingerprint } from '../../src/storage/disk-contents';
import { Kind } from '../../src/storage/snapshot-format';
import type { DeviceState, StateValue } from '../../src/storage/state-value';
import type { Random } from './random';
import { type FilePart, partsOf, type SnapshotFile } from './snapshot-file';

const MIB = 1 << 20;
const SIZES = [0, 1, 512, 1024, MIB, MIB + 512, 2 ** 30, 2 ** 40, 2 ** 44, 2 ** 44 + 512, 2 ** 46, 2 ** 53 - 512];
const NAMES: readonly StateValue[] = ['memory', '', 'a/b', '..', '\n\u202e', '\0'.repeat(255), 'z'.repeat(256), 7, null];
const COUNTS = [0, 1, 1, 1, 2, 8, 30, 31, 64];

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const nameOf = ({ name }: FilePart): string => decoder.decode(name);

function withState(parts: readonly FilePart[], name: string, change: (state: DeviceState) => DeviceState): FilePart[] {
  return parts.map((part) =>
    part.kind === Kind.state && nameOf(part) === name
      ? { ...part, payload: encodeCbor(change(decodeCbor(part.payload) as DeviceState)) }
      : part,
  );
}

/** Disks of other sizes and numbers, of which every section says the same. */
function otherDisks(random: Random, parts: readonly FilePart[]): FilePart[] {
  const count = random.pick(COUNTS);
  const sizes = Array.from({ length: count }, () => random.pick(SIZES));
  const empty = new Fingerprint().value;
  const content = parts.find((part) => nameOf(part) === 'disk 0');
  const fingerprints = (decodeCbor(parts.find((part) => nameOf(part) === 'disks')!.payload) as { disks: DeviceState[] }).disks;
  const named = sizes.map((size): DeviceState => ({ size, ...(random.chance(2) ? { name: random.pick(NAMES) } : {}) }));
  let changed = withState(parts, 'vm', (state) => ({ ...state, disks: named }));
  changed = withState(changed, 'machine', (state) => ({ ...state, disks: sizes }));
  const told = sizes.map((size, n): DeviceState => ({ fingerprint: (n === 0 && fingerprints[0]?.fingerprint) || empty, size }));
  changed = withState(changed, 'disks', (state) => ({ ...state, disks: random.chance(4) ? told.slice(1) : told }));
  const place = changed.findIndex((part) => nameOf(part) === 'disks');
  if (!content || place < 0) return changed;
  const others = sizes
    .slice(1)
    .map((_, n) => ({ ...content, name: encoder.encode(`disk ${n + 1}`), flags: 1, payload: new Uint8Array(0) }));
  changed.splice(place, 0, ...others);
  return count === 0 ? changed.filter((part) => !/^(device )?disk 0$/.test(nameOf(part))) : changed;
}

const MEMORIES = [0, 15, 16, 17, 64, 512, 3072, 3073, 2 ** 32];

function otherConfig(random: Random, parts: readonly FilePart[]): FilePart[] {
  const [field, value] = random.pick<[string, StateValue]>([
    ['memoryMiB', random.pick(MEMORIES)],
    ['memoryMiB', random.pick(MEMORIES)],
    ['vcpus', random.below(10)],
    ['engine', random.pick(['jit', 'auto'])],
    ['clock', 'realtime'],
    ['gic', random.pick([1, 4])],
    ['virtio', random.pick(['pci', 'usb'])],
    ['cpu', random.pick(['max', 'cortex-a53', 'cortex-a72', 'none'])],
    ['kernelFormat', 'flat'],
    ['psci', random.pick(['0.1', '0.2', '1.0'])],
    ['host', random.pick(['linux-5.18', 'linux-9'])],
    ['rules', 'spec'],
  ]);
  return withState(parts, 'vm', (state) => ({ ...state, config: { ...(state.config as DeviceState), [field]: value } }));
}

let bombs: Uint8Array[] | undefined;
/** A few bytes that unpack to much: of gzip, of zstd (a frame with a window of 1 MiB whose blocks are one byte repeated), and a cut one. */
function bomb(random: Random): Uint8Array {
  bombs ??= (() => {
    const gzip = new Uint8Array(gzipSync(new Uint8Array(64 * MIB)));
    const zstd = Uint8Array.from([
      0x28,
      0xb5,
      0x2f,
      0xfd,
      0,
      0x50,
      ...Array<number[]>(500).fill([2, 0, 0x10, 0x78]).flat(),
      3,
      0,
      0x10,
      0x78,
    ]);
    return [gzip, zstd, gzip.slice(0, 9000), zstd.slice(0, 3000)];
  })();
  return random.pick(bombs);
}

function otherImage(random: Random, parts: readonly FilePart[]): FilePart[] {
  const at = parts.findIndex((part) => nameOf(part) === 'kernel');
  const kernel = parts[at]!;
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.next());
  const image = [
    () => bomb(random),
    () => new Uint8Array(gzipSync(kernel.payload)),
    () => noise(random.pick([0, 1, 64, 5000])),
    () => Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...noise(200)]),
    () => kernel.payload.map((byte) => (random.chance(20) ? random.next() : byte)),
    () => new Uint8Array(random.pick([2, 20]) * MIB).fill(0x1f),
  ];
  const payload = random.pick(image)();
  const changed = [...parts];
  if (random.chance(3)) changed.splice(at + 1, 0, ...partsOf({ ...kernel, name: encoder.encode('initrd') }, payload));
  else changed.splice(at, 1, ...partsOf(kernel, payload));
  return changed;
}

export function changeVm(random: Random, { header, parts }: SnapshotFile): SnapshotFile {
  let changed: FilePart[] = [...parts];
  for (let changes = random.pick([1, 1, 2]); changes > 0; changes--) {
    changed = random.pick([otherDisks, otherDisks, otherConfig, otherImage])(random, changed);
  }
  return { header, parts: changed };
}
