/**
 * The same as wild-guest.test.ts for a machine that starts with firmware, and has a GICv2: code runs from flash that is programmed and erased under it, fw_cfg moves what it is told
 * to where it is told to, and states come from files that somebody has changed. SEED and COUNT (rounds of each test) repeat and lengthen it.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../isa/text/assemble';
import { encodeCbor } from '../storage/cbor';
import { MemoryDisk } from '../storage/memory-disk';
import type { DeviceState, StateValue } from '../storage/state-value';
import type { Persistent } from './device';
import { FLASH_BLOCK_BYTES } from './devices/cfi-flash';
import type { Machine } from './machine';
import { bareMachine } from './machine.testkit';
import { FLASH_BANK_BYTES, MEMORY_MAP } from './memory-map';
import { accessAtRandom, EXTREMES, generator, throughFile, type WildWindow } from './wild.testkit';

const seed = Number(process.env.SEED ?? 1);
const count = Number(process.env.COUNT ?? 60);
const VCPUS = 2;

/** Runs through its flash, and reads it; at each of its vectors, too. */
const CODE = assemble(
  `lap:  add  x1, x1, #4
         and  x2, x1, #0xfff8
         ldr  x3, [x2]
         ldr  w4, [x2, #4]
         b    lap`,
  { base: 0n },
).bytes;

const VARIABLES = MEMORY_MAP.flash.base + FLASH_BANK_BYTES;
const FW_CFG = MEMORY_MAP.fwCfg.base;
const RAM = MEMORY_MAP.ram;
const RAM_BYTES = 16 << 20;
const WINDOWS: readonly WildWindow[] = [
  [MEMORY_MAP.gicDistributor.base, 0x1000],
  [MEMORY_MAP.gicCpuInterface.base, 0x2000],
  [MEMORY_MAP.uart.base, 0x1000],
  [MEMORY_MAP.uart.base, 0x4c],
  [MEMORY_MAP.rtc.base, 0x1000],
  [MEMORY_MAP.gpio.base, 0x1000],
  [FW_CFG, MEMORY_MAP.fwCfg.size],
];
/** Of flash, those that begin something more often than others. */
const COMMANDS = [0xe8, 0xe8, 0x40, 0x10, 0x20, 0xd0, 0xd0, 0x60, 0x90, 0x98, 0x70, 0x50, 0xff, 0xf0, 0];
const KEYS = [0, 1, 5, 8, 0x0b, 0x11, 0x12, 0x15, 0x19, 0x20, 0x4000, 0x8000, 0xffff];

class Wild {
  constructor(
    readonly machine: Machine,
    private readonly random: () => number,
  ) {}

  private pick<T>(list: readonly T[]): T {
    return list[this.random() % list.length]!;
  }

  /** Writes into a bank as whoever knows how: mostly commands, and numbers of words. */
  flash(): void {
    const { random } = this;
    const base = this.pick([MEMORY_MAP.flash.base, VARIABLES]);
    // In few blocks, of which one is behind the image, and one the last.
    const block = this.pick([0, 0, 0, 1, 2, FLASH_BANK_BYTES / FLASH_BLOCK_BYTES - 1]);
    const within = this.pick([0, 0x10, FLASH_BLOCK_BYTES - 4, random() % FLASH_BLOCK_BYTES]);
    for (let left = 1 + (random() % 40); left > 0; left--) {
      const width = this.pick([1, 2, 4, 4, 8] as const);
      const at = base + block * FLASH_BLOCK_BYTES + Math.min(FLASH_BLOCK_BYTES - 8, within + 4 * (random() % 4)) + (random() % 8);
      const address = at - (at % width);
      const [command, value] = [this.pick(COMMANDS), this.pick([random(), random() % 20, ...EXTREMES])];
      const word = random() % 3 ? ((command << 16) | command) >>> 0 : value;
      if (random() % 8 === 0) this.machine.bus.read(address, width);
      else this.machine.bus.write(address, width, width < 4 ? word & ((1 << (8 * width)) - 1) : word, word);
    }
  }

  /** Asks fw_cfg for a transfer from, to and of anything. */
  transfer(): void {
    const { random, machine } = this;
    const address = (): number =>
      this.pick([
        RAM.base + (random() % RAM_BYTES),
        RAM.base + (random() % 0x1000),
        RAM.base + (random() % 0x1000),
        RAM.base + RAM_BYTES - 1 - (random() % 32),
        0,
        VARIABLES,
        MEMORY_MAP.uart.base,
        random(),
      ]);
    const at = address();
    const given = new DataView(new ArrayBuffer(16));
    given.setUint32(0, ((this.pick(KEYS) << 16) | this.pick([10, 2, random() % 64])) >>> 0);
    given.setUint32(4, this.pick([random() % 64, random() % RAM_BYTES, random() % RAM_BYTES, this.pick(EXTREMES)]));
    given.setUint32(8, this.pick([0, 0, 0, 0, 0xffff_ffff]));
    given.setUint32(12, address());
    if (machine.memory.contains(at, 16)) machine.memory.write(at, new Uint8Array(given.buffer));
    const low = new DataView(new ArrayBuffer(4));
    low.setUint32(0, at);
    machine.bus.write(FW_CFG + 16, 8, this.pick([0, 0, 0, 0, 0, random()]), low.getUint32(0, true));
  }

  anything(): void {
    const { random, machine } = this;
    const what = random() % 8;
    if (what < 3) this.flash();
    else if (what < 6) this.transfer();
    else {
      const window = this.pick(WINDOWS);
      for (let left = 40; left > 0; left--) accessAtRandom(machine, window, random);
    }
    if (random() % 4 === 0) machine.input({ type: 'console', bytes: new Uint8Array(random() % 40) });
  }

  /** A state with something in it exchanged, at any depth. */
  changed(state: DeviceState): DeviceState {
    const { random } = this;
    const changed = structuredClone(state);
    let holder: Record<string, StateValue> | StateValue[] = changed;
    for (;;) {
      const names = Object.keys(holder);
      const name = this.pick(names);
      const inner = (holder as Record<string, StateValue>)[name];
      const isHolder =
        typeof inner === 'object' && inner !== null && !(inner instanceof Uint8Array) && Object.keys(inner).length > 0;
      if (isHolder && random() % 4) {
        holder = inner as typeof holder;
        continue;
      }
      if (random() % 6 === 0 && !Array.isArray(holder)) delete holder[name];
      else (holder as Record<string, StateValue>)[name] = this.anyValue(inner);
      return changed;
    }
  }

  private anyValue(was: StateValue | undefined): StateValue {
    const { random } = this;
    const words = ['array', 'status', 'buffer', 'confirm', 'count', 'erase', ''];
    if (typeof was === 'number' && random() % 2)
      return this.pick([was + 1, was - 1, was ^ (1 << (random() % 31)), was * 2, was + 0.5]);
    return this.pick<StateValue>([
      ...EXTREMES,
      -1,
      Number.NaN,
      2 ** 53,
      2n ** 64n,
      -1n,
      null,
      true,
      [],
      {},
      new Uint8Array(random() % 70_000),
      this.pick(words),
    ]);
  }
}

/** Of machines after one seed: each test takes its own. */
const seeds = Array.from({ length: Math.ceil(count / 60) }, (_, index) => seed + index);
const rounds = Math.min(60, count);

describe('a machine with firmware whose guest is wild', () => {
  let it_: Machine;
  let other: Machine;
  beforeAll(async () => {
    const made = (): Promise<Machine> =>
      bareMachine({
        vcpus: VCPUS,
        memoryMiB: RAM_BYTES >> 20,
        gic: 2,
        engine: 'jit',
        jit: { heat: 60, batch: 1 },
        flash: CODE,
        firmwareFiles: { kernel: new Uint8Array(3_000_000).fill(7), initrd: CODE, append: 'quiet' },
        variables: new MemoryDisk(FLASH_BANK_BYTES),
      });
    [it_, other] = [await made(), await made()];
  });
  const others = (): Map<string, Persistent> => new Map(other.persistents());

  it.each(seeds)('runs on, and its devices’ states are taken back (seed %i)', (at) => {
    const wild = new Wild(it_, generator(at));
    let transfers = 0;
    for (let round = 0; round < rounds; round++) {
      if (round % 10 === 0) it_.reset(0, 0);
      wild.anything();
      it_.runTo(it_.instructions + 500);
      const targets = others();
      for (const [name, device] of it_.persistents()) {
        const state = throughFile(device.save());
        if (name === 'fw-cfg' && state.job !== null) transfers++;
        targets.get(name)!.check(state)();
        // By bytes: blocks of flash are large.
        expect(Buffer.compare(encodeCbor(targets.get(name)!.save()), encodeCbor(state)), name).toBe(0);
      }
    }
    if (at === 1 && rounds === 60) expect(transfers, 'transfers that go on').toBeGreaterThan(0);
  });

  it.each(seeds)('takes a state that somebody has changed, or says in one sentence why not (seed %i)', (at) => {
    const wild = new Wild(it_, generator(at + 1_000_000));
    const after = new Wild(other, generator(at + 2_000_000));
    const seen = { taken: 0, refused: 0 };
    for (let round = 0; round < rounds; round++) {
      if (round % 10 === 0) for (const machine of [it_, other]) machine.reset(0, 0);
      wild.anything();
      const targets = others();
      for (const [name, device] of it_.persistents()) {
        const changed = wild.changed(throughFile(device.save()));
        try {
          targets.get(name)!.check(changed)();
          seen.taken++;
        } catch (error) {
          seen.refused++;
          expect((error as Error).message, name).toMatch(/^[A-Z“][^\n]*\.$/);
          expect((error as Error).name, name).toMatch(/^(Error|SnapshotError)$/);
        }
      }
      after.anything();
      other.runTo(other.instructions + 500);
      for (const [, device] of other.persistents()) encodeCbor(device.save());
    }
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(0);
  });
});
