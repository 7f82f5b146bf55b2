/**
 * Hostile snapshots: each is either restored and runs, or refused in one sentence for people, in bounded time and memory.
 */

import { performance } from 'node:perf_hooks';
import { assembleLab } from '../../guests/lab/assemble-lab';
import { assemble } from '../../src/isa/text/assemble';
import { Machine } from '../../src/machine/machine';
import { FLASH_BANK_BYTES, MEMORY_MAP } from '../../src/machine/memory-map';
import { FirmwareRegisters, KVM_POLICY } from '../../src/psci';
import { collected } from '../../src/storage/byte-reader';
import { MemoryDisk } from '../../src/storage/memory-disk';
import type { BootImages, VmConfig } from '../../src/vm/api';
import { makeFirmwareRegisters } from '../../src/vm/firmware-registers';
import type { VmHost } from '../../src/vm/host';
import { boot } from '../../src/vm/kernel/boot';
import { readKernel } from '../../src/vm/kernel/kernel';
import { emptyDisksFor } from '../../src/vm/saved-disks';
import { readSavedVm, restoreVm, saveVm } from '../../src/vm/saved-vm';
import { vmFromSnapshot } from '../../src/vm/vm-builder';
import { complaintAbout } from './complaint';
import { type MutationKind, mutate } from './mutations';
import { Random } from './random';
import { type SnapshotFile, takeApart } from './snapshot-file';

/** The lab's board: GICv3, virtio-mmio. */
const LAB: VmConfig = {
  guest: 'lab',
  vcpus: 2,
  memoryMiB: 16,
  psci: '1.3',
  conduit: 'hvc',
  gic: 3,
  engine: 'interpreter',
  clock: 'virtual',
};
/** A board with flash and what else there is for firmware only, with a GICv2 and virtio on PCI. */
const FIRMWARE: VmConfig = { ...LAB, guest: 'firmware', kernelFormat: 'firmware', gic: 2, virtio: 'pci' };
/** One of so many is of that board, whose files are larger. */
const FIRMWARE_BOARDS = 6;
/** Firmware that switches its interrupts on, sends some to itself, arms its timer, and reads its flash. */
const FIRMWARE_CODE = `
      ldr  x10, =0x8000000
      mov  w0, #1
      str  w0, [x10]
      add  x11, x10, #0x10000
      str  w0, [x11]
      mov  w1, #0xf0
      str  w1, [x11, #4]
      movn w1, #0
      str  w1, [x10, #0x100]
      ldr  x2, =0x30000
      msr  cntv_tval_el0, x2
      msr  cntv_ctl_el0, x0
lap:  add  x3, x3, #1
      and  w4, w3, #0xf
      movz w5, #0x200, lsl #16
      orr  w4, w4, w5
      str  w4, [x10, #0xf00]
      and  x6, x3, #0xfff8
      ldr  x7, [x6]
      tst  x3, #0x3f
      b.ne lap
      ldr  w8, [x11, #0xc]
      b    lap`;
/** Its second bank. */
const VARIABLES = MEMORY_MAP.flash.base + FLASH_BANK_BYTES;

/** Less than any VM has: clearing memory is most of what a restore into the same machine takes. The file is that of a VM with more. */
const MEMORY_MIB = 4;
/** Instructions a restored machine runs. */
const RUN = 1000;
/** Processor time in ms that nothing may take: a good one takes a few. */
const LONGEST_MS = 4000;
/** MiB by which nothing may raise the most this process has ever used: a VM of its own takes some tens. */
const MOST_MIB = 256;
/** One of so many goes the page's way, whatever was changed in it. */
const PAGES_WAY = 200;

export interface Tally {
  tried: number;
  restored: number;
  refused: number;
  /** How many of them went the page's way. */
  pages: number;
  byKind: Partial<Record<MutationKind, { restored: number; refused: number }>>;
  /** The longest, in milliseconds. */
  slowest: number;
  /** Different sentences, with digits left out. */
  sentences: Map<string, number>;
  failures: { seed: number; what: string }[];
}

export const noTally = (): Tally => ({
  tried: 0,
  restored: 0,
  refused: 0,
  pages: 0,
  byKind: {},
  slowest: 0,
  sentences: new Map(),
  failures: [],
});

const TIME = { monotonic: () => 0, wall: () => 0n };
const HOST: VmHost = {
  time: TIME,
  entropy: (into) => void into.fill(7),
  timeouts: { start: () => ({ cancel: () => {} }) },
  breathe: () => Promise.resolve(),
};

function firmware(): FirmwareRegisters {
  const registers = FirmwareRegisters.forVersion('1.3', LAB.vcpus);
  if (!registers.ok) throw new Error(registers.sentence);
  return registers.value;
}

function machine({ vcpus, gic, virtio }: VmConfig, registers: FirmwareRegisters, flash?: Uint8Array): Promise<Machine> {
  return Machine.create({
    vcpus,
    gic,
    ...(virtio && { virtio }),
    ...(flash && { flash }),
    memoryMiB: MEMORY_MIB,
    conduit: 'hvc',
    clock: 'virtual',
    engine: 'interpreter',
    registers,
    policy: KVM_POLICY,
    systemSuspend: true,
    disks: [new MemoryDisk(1 << 20)],
    host: TIME,
    seed: new Uint8Array(32),
    onConsole: () => {},
    onFirmwareCall: () => {},
    onSystemEvent: () => {},
    onFault: () => {},
  });
}

/** Machines of one kind, and the file of one that has done something. */
interface Board {
  readonly target: Machine;
  readonly whole: Uint8Array;
  readonly right: SnapshotFile;
}

async function board(config: VmConfig, images: BootImages, work: (source: Machine) => void): Promise<Board> {
  const registers = firmware();
  const kernel = readKernel(images.kernel, config.kernelFormat);
  const source = await machine(config, registers, kernel.flash);
  boot(source, kernel, {});
  source.options.disks[0]!.write(5000, new TextEncoder().encode('acorns'));
  source.options.disks[0]!.write(300_000, new Uint8Array(70_000).fill(7));
  work(source);
  // A guest need not be heavy to be restored: the machine's own file holds what it booted, too.
  const small = { kernel: images.kernel.slice(0, 64) };
  const whole = await collected(saveVm({ machine: source, registers, config, images: small, agent: { nextId: 1 } }));
  return { target: await machine(config, firmware(), kernel.flash), whole, right: takeApart(whole) };
}

const labBoard = (): Promise<Board> =>
  board(LAB, { kernel: assembleLab().bytes }, (source) => {
    source.runTo(300_000);
    source.input({ type: 'console', bytes: new TextEncoder().encode('on 1\rtick 2\r') });
    source.input({ type: 'key', key: 'power' });
    source.runTo(400_000);
  });

const firmwareBoard = (): Promise<Board> =>
  board(FIRMWARE, { kernel: assemble(FIRMWARE_CODE, { base: 0n }).bytes }, (source) => {
    source.runTo(20_000);
    // A word of variables, of two chips side by side; the second command is left half given.
    for (const word of [0x0040_0040, 0xfefe_0101, 0x00e8_00e8]) source.bus.write(VARIABLES + 0x40, 4, word);
    // The size of the file list, begun to be read.
    source.bus.write(MEMORY_MAP.fwCfg.base + 8, 2, 0x1900);
    source.bus.read(MEMORY_MAP.fwCfg.base, 1);
    source.runTo(40_000);
  });

export class SnapshotFuzzer {
  private constructor(
    private readonly lab: Board,
    private readonly firmware: Board,
  ) {}

  static async create(): Promise<SnapshotFuzzer> {
    return new SnapshotFuzzer(await labBoard(), await firmwareBoard());
  }

  get bytes(): number {
    return this.lab.whole.length + this.firmware.whole.length;
  }

  /** Tries the mutations with these seeds. */
  async run(first: number, count: number, watch: (seed: number) => void = () => {}): Promise<Tally> {
    const tally = noTally();
    let cpu = process.cpuUsage();
    for (let seed = first; seed < first + count; seed++) {
      watch(seed);
      const { right, whole, target } = seed % FIRMWARE_BOARDS === 0 ? this.firmware : this.lab;
      const { kind, file } = mutate(new Random(seed), right, whole);
      const began = performance.now();
      if (tally.tried % 100 === 0) cpu = process.cpuUsage();
      const isPage = kind === 'whole VM' || seed % PAGES_WAY === 0;
      const peak = peakMib();
      const outcome = await (isPage ? tryAsPage(file) : tryInto(target, file));
      const took = performance.now() - began;
      tally.slowest = Math.max(tally.slowest, took);
      // A busy host is slow, too: what counts is the processor's time, asked for when there is reason to.
      const used = took > LONGEST_MS ? process.cpuUsage(cpu) : { user: 0, system: 0 };
      const ms = (used.user + used.system) / 1000;
      if (ms > LONGEST_MS) tally.failures.push({ seed, what: `${kind}: took ${Math.round(ms)} ms` });
      const raised = peakMib() - peak;
      if (raised > MOST_MIB) tally.failures.push({ seed, what: `${kind}: took ${Math.round(raised)} MiB of memory` });
      if (isPage) tally.pages++;
      tally.tried++;
      const entry = (tally.byKind[kind] ??= { restored: 0, refused: 0 });
      if (outcome.how === 'failed') tally.failures.push({ seed, what: `${kind}: ${outcome.what}` });
      else {
        tally[outcome.how]++;
        entry[outcome.how]++;
        if (outcome.how === 'refused') {
          const words = outcome.what.replace(/-?\d[\dxa-f.e+]*n?/g, '#');
          tally.sentences.set(words, (tally.sentences.get(words) ?? 0) + 1);
        }
      }
    }
    return tally;
  }
}

/** Into a machine that is there already, which is fast. */
function tryInto(target: Machine, file: Uint8Array): Promise<Outcome> {
  return outcomeOf(async () => {
    const saved = await readSavedVm([file]);
    try {
      const { config } = saved;
      const registers = makeFirmwareRegisters(config.psci, config.vcpus, [], config.host);
      for (const disk of target.options.disks) disk.writeZeroes(0, disk.size);
      await restoreVm(saved, target, registers, { emptyDisks: new Set(target.options.disks) });
    } finally {
      await saved.close();
    }
    return target;
  });
}

/** As the page and the command line restore it: the disks, and the machine itself, are made after what the file says. */
function tryAsPage(file: Uint8Array): Promise<Outcome> {
  return outcomeOf(async () => {
    const saved = await readSavedVm([file]);
    const disks = emptyDisksFor(saved.disks);
    const made = { config: saved.config, disks, emptyDisks: new Set(disks), host: HOST, onEvents: () => {} };
    return (await vmFromSnapshot(saved, made)).machine;
  });
}

type Outcome = { how: 'restored' } | { how: 'refused' | 'failed'; what: string };

async function outcomeOf(restore: () => Promise<Machine>): Promise<Outcome> {
  let machine: Machine;
  try {
    machine = await restore();
  } catch (error) {
    const complaint = complaintAbout(error);
    return complaint ? { how: 'failed', what: complaint } : { how: 'refused', what: (error as Error).message };
  }
  try {
    machine.runTo(machine.instructions + RUN);
  } catch (error) {
    return { how: 'failed', what: `restored, but then: ${(error as Error).stack}` };
  }
  return { how: 'restored' };
}

/** The most this process has used so far. */
const peakMib = (): number => process.resourceUsage().maxRSS / 1024;

/** Puts one tally into another. */
export function addTally(into: Tally, tally: Tally): void {
  into.tried += tally.tried;
  into.restored += tally.restored;
  into.refused += tally.refused;
  into.pages += tally.pages;
  into.slowest = Math.max(into.slowest, tally.slowest);
  for (const [kind, { restored, refused }] of Object.entries(tally.byKind) as [
    MutationKind,
    { restored: number; refused: number },
  ][]) {
    const entry = (into.byKind[kind] ??= { restored: 0, refused: 0 });
    entry.restored += restored;
    entry.refused += refused;
  }
  for (const [sentence, count] of tally.sentences) into.sentences.set(sentence, (into.sentences.get(sentence) ?? 0) + count);
  into.failures.push(...tally.failures);
}
