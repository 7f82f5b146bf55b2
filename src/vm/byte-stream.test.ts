import { describe, expect, it } from 'vitest';
import { ConsolePort } from '../machine/devices/virtio/console-port';
import { ByteStream, type Passage, type Source } from './byte-stream';

const MIB = 1 << 20;

function build() {
  const port = new ConsolePort(1, 'files', () => {});
  const held: Promise<unknown>[] = [];
  return { port, held, stream: new ByteStream(port, (until) => void held.push(until), 7) };
}

/** The command of a passage opens the port and says its word. */
function open(port: ConsolePort, { word }: Passage): void {
  port.setGuestOpen(true);
  port.onData(new TextEncoder().encode(`${word}\n`));
}

/** As the device does when the driver has buffers. */
function takeAll(port: ConsolePort): Uint8Array {
  const bytes = port.take(port.pending);
  if (bytes.length > 0) port.onTaken();
  return bytes;
}

const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, index) => index * 31 + (index >> 9));
const sourceOf = (contents: Uint8Array): Source => ({
  size: contents.length,
  piece: async (at, length) => contents.subarray(at, at + length),
});
/** Everything that is ready to happen has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('what goes in', () => {
  it('waits until the command has the port, and goes piece by piece as the guest takes it', async () => {
    const { port, stream } = build();
    const contents = bytes(2 * MIB + 5);
    const given: number[] = [];
    const passage = stream.begin();
    const done = passage.give(sourceOf(contents), (at) => void given.push(at));
    await settled();
    // Somebody has the port, but not this command.
    port.setGuestOpen(true);
    await settled();
    expect(port.pending).toBe(0);
    port.setGuestOpen(false);
    open(port, passage);
    const arrived: Uint8Array[] = [];
    for (const expected of [[], [MIB], [MIB, 2 * MIB]]) {
      await settled();
      expect(given).toEqual(expected);
      expect(port.pending).toBeLessThanOrEqual(MIB);
      arrived.push(takeAll(port));
    }
    await done;
    expect(given.at(-1)).toBe(contents.length);
    expect(Buffer.concat(arrived).equals(contents)).toBe(true);
    expect(passage.lost).toBe(false);
  });

  it('ends with the command that never opened the port, and with one that closes it', async () => {
    const { port, stream } = build();
    const never = stream.begin();
    const given = never.give(sourceOf(bytes(10)), () => {});
    never.end();
    await given;
    const closes = stream.begin();
    const half = closes.give(sourceOf(bytes(2 * MIB)), () => {});
    open(port, closes);
    await settled();
    port.setGuestOpen(false);
    await half;
    expect([port.pending, closes.lost]).toEqual([0, false]);
  });
});

describe('what comes out', () => {
  it('is heard from the opening to the closing, and the machine waits for who takes it', async () => {
    const { port, held, stream } = build();
    let heard = '';
    let ready = (): void => {};
    // Somebody else's: it has the port until it is ended.
    port.setGuestOpen(true);
    const passage = stream.begin((data) => {
      heard += new TextDecoder().decode(data);
      return new Promise<void>((resolve) => {
        ready = resolve;
      });
    });
    port.onData(new TextEncoder().encode('nobody’s'));
    port.setGuestOpen(false);
    open(port, passage);
    port.onData(new TextEncoder().encode('mine'));
    const drained = passage.drained();
    port.setGuestOpen(false);
    await drained;
    expect([heard, held.length, passage.lost]).toEqual(['mine', 1, false]);
    ready();
    await held[0];
  });
});

describe('what is lost', () => {
  it('is noticed when a guest that slept has the port again', async () => {
    const { port, stream } = build();
    const passage = stream.begin(() => {
      throw new Error('comes too late');
    });
    let told = 0;
    passage.onLost = () => told++;
    open(port, passage);
    port.setGuestOpen(false);
    expect(passage.lost).toBe(false);
    port.setGuestOpen(true);
    expect([passage.lost, told]).toEqual([true, 1]);
    port.onData(bytes(3));
  });

  it('is what was on the way when the machine stops', async () => {
    const { port, stream } = build();
    const passage = stream.begin();
    const given = passage.give(sourceOf(bytes(2 * MIB)), () => {});
    open(port, passage);
    await settled();
    stream.cut();
    await given;
    await passage.drained();
    expect(passage.lost).toBe(true);
  });
});

it('one after the other has the stream, whatever comes of them', async () => {
  const { stream } = build();
  const log: string[] = [];
  const use =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} begins`);
      await settled();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const all = await Promise.allSettled([stream.alone(use('one')), stream.alone(use('two', true)), stream.alone(use('three'))]);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(log).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends']);
});
