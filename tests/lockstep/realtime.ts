/** Realtime runs and their repetition from the log of their inputs: the state must be the same at every checkpoint. */
import type { HostTime } from '../../src/machine/clock';
import type { VirtioTransportName } from '../../src/machine/devices/virtio/virtio-transports';
import type { LoggedInput, MachineInput, Moment } from '../../src/machine/input';
import { Machine, type MachineOptions } from '../../src/machine/machine';
import { stateHash } from '../../src/machine/state-hash';
import { FirmwareRegisters, KVM_POLICY } from '../../src/psci';
import { MemoryDisk } from '../../src/storage/memory-disk';
import type { BootImages } from '../../src/vm/api';
import { boot } from '../../src/vm/kernel/boot';
import { readKernel } from '../../src/vm/kernel/kernel';

export interface Guest {
  images: BootImages;
  vcpus: number;
  memoryMiB: number;
  /** `mmio` unless given. */
  virtio?: VirtioTransportName;
  /** There is an empty disk of that size. */
  diskMiB?: number;
}

/** What is done to the machine from outside, by the number of the checkpoint after which it happens. */
export type Script = ReadonlyMap<number, readonly MachineInput[]>;

export interface Recording {
  log: LoggedInput[];
  checkpoints: Checkpoint[];
  console: string;
}
interface Checkpoint {
  moment: Moment;
  hash: string;
}

/** A host's clock, and how to let its time pass while the machine sleeps. */
export interface Host extends HostTime {
  sleep(ms: number): Promise<void>;
}

export const realHost: Host = {
  monotonic: () => performance.now() * 1e6,
  wall: () => BigInt(Date.now()) * 1_000_000n,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A host whose clock jumps about as no real one does, the same way in every run: a small step for each look, now and then a long one. */
export function unsteadyHost(): Host {
  let now = 12_345_678;
  let state = 1;
  const chance = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    monotonic() {
      now += Math.floor(chance() * 600_000) + (chance() < 0.002 ? 5e6 : 0);
      return now;
    },
    wall: () => 1_800_000_000_000_000_000n + BigInt(now) + (chance() < 0.1 ? 3_000_000_000n : 0n),
    async sleep(ms) {
      now += ms * 1e6;
    },
  };
}

async function make(
  guest: Guest,
  options: Pick<MachineOptions, 'engine' | 'host' | 'log' | 'replay' | 'onConsole'>,
): Promise<Machine> {
  const registers = FirmwareRegisters.forVersion('1.3', guest.vcpus);
  if (!registers.ok) throw new Error(registers.sentence);
  const machine = await Machine.create({
    vcpus: guest.vcpus,
    memoryMiB: guest.memoryMiB,
    conduit: 'hvc',
    clock: 'realtime',
    registers: registers.value,
    policy: KVM_POLICY,
    systemSuspend: true,
    ...(guest.virtio && { virtio: guest.virtio }),
    disks: guest.diskMiB ? [new MemoryDisk(guest.diskMiB << 20)] : [],
    seed: new Uint8Array(32).fill(0x5a),
    onFirmwareCall: () => {},
    onSystemEvent: () => {},
    onFault: (sentence) => {
      throw new Error(sentence);
    },
    ...options,
  });
  const kernel = readKernel(guest.images.kernel);
  machine.onReset = () => boot(machine, kernel, guest.images);
  boot(machine, kernel, guest.images);
  return machine;
}

const checkpointOf = (machine: Machine): Checkpoint => ({ moment: machine.moment, hash: stateHash(machine) });

/** Cost of a turn: how often the host steps in, which the guest must not be able to tell. */
const TURN = 30_011;

/** Sleeps of an idle machine between two checkpoints. */
const NAPS = 20;

/** Runs a guest with the host's clock, with a checkpoint after each `every` instructions, or earlier where the guest waits for long. */
export async function record(
  guest: Guest,
  options: { engine: MachineOptions['engine']; every: number; checkpoints: number; host: Host; script?: Script },
): Promise<Recording> {
  const { engine, every, host, script } = options;
  const log: LoggedInput[] = [];
  const out = { console: '' };
  const machine = await make(guest, { engine, host, log, onConsole: (byte) => (out.console += String.fromCharCode(byte)) });
  const checkpoints: Checkpoint[] = [];
  while (checkpoints.length < options.checkpoints) {
    const next = machine.instructions + every;
    for (let naps = 0; naps < NAPS && machine.instructions < next; ) {
      const outcome = next - machine.instructions > 2 * TURN ? machine.run({ cost: TURN }) : machine.runTo(next);
      if (outcome.state !== 'idle') continue;
      naps++;
      await host.sleep(Math.min(50, Math.max(0.1, (outcome.wakeAt - machine.clock.ns) / 1e6)));
    }
    for (const input of script?.get(checkpoints.length) ?? []) machine.input(input);
    checkpoints.push(checkpointOf(machine));
  }
  return { log, checkpoints, console: out.console };
}

/** Runs the guest again from the log alone. Returns the first checkpoint that differs, as a sentence, or undefined. */
export async function replay(guest: Guest, recording: Recording, engine: MachineOptions['engine']): Promise<string | undefined> {
  const out = { console: '' };
  const noHost: HostTime = {
    monotonic() {
      throw new Error('A replayed machine has looked at the clock of its host.');
    },
    wall: () => 0n,
  };
  const machine = await make(guest, {
    engine,
    host: noHost,
    replay: recording.log,
    onConsole: (byte) => (out.console += String.fromCharCode(byte)),
  });
  const words = ({ moment, hash }: Checkpoint): string =>
    `${hash} after ${moment.instructions} instructions and ${moment.inputs} inputs`;
  for (const [index, recorded] of recording.checkpoints.entries()) {
    machine.replayTo(recorded.moment);
    const here = words(checkpointOf(machine));
    if (here !== words(recorded))
      return `The replay differs at checkpoint ${index}: recorded ${words(recorded)}, replayed ${here}.`;
  }
  return out.console === recording.console ? undefined : 'The replay wrote something else to the console.';
}
