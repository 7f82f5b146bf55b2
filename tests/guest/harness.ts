/**
 * A real Linux (the Debian guest) in this process, for tests: boots it under a given configuration, runs commands through the guest's
 * agent, and keeps everything the host saw. Disks outlive machines, so a test can cut the power and start again.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nodeHost } from '../../src/cli/node-host';
import type { BlockDevice } from '../../src/storage/block-device';
import { collected } from '../../src/storage/byte-reader';
import { MemoryDisk } from '../../src/storage/memory-disk';
import type { BootImages, EndReason, FirmwareCall, VmConfig, VmEvent } from '../../src/vm/api';
import { applyTemplate } from '../../src/vm/disk-template';
import type { VmHost } from '../../src/vm/host';
import { readSavedVm } from '../../src/vm/saved-vm';
import type { Vm } from '../../src/vm/vm';
import { createVm, vmFromSnapshot } from '../../src/vm/vm-builder';
import { PATIENCE } from '../patience';

const FOLDER = join(import.meta.dirname, '../../public/guests/debian');
const MIB = 2 ** 20;

/** Why the suite cannot run here, or undefined if it can. */
export const missing = existsSync(join(FOLDER, 'guest.json'))
  ? undefined
  : 'skipped: public/guests/debian is not here, `npm run guests` fetches it';

interface GuestPath {
  path: string;
}
interface Manifest {
  files: { kernel: GuestPath; initrd: GuestPath; regions?: GuestPath; disk?: GuestPath };
  append: string;
  defaults: { diskMiB: number };
}

/** Read when it is asked for: it may not be there. */
function manifest(): Manifest {
  return JSON.parse(readFileSync(join(FOLDER, 'guest.json'), 'utf8')) as Manifest;
}
const unpackedFile = ({ path }: GuestPath): Uint8Array => gunzipSync(readFileSync(join(FOLDER, path)));

/** A disk that begins empty, as those of guests without a template do: /init makes it swap, so that there is a place to hibernate to. */
export const newDisk = (): MemoryDisk => new MemoryDisk(600 * MIB, { name: 'nap' });

/** Why there are no disks that keep files, or undefined if there are. */
export const noHome =
  !missing && manifest().files.disk ? undefined : (missing ?? 'skipped: the guest was made without mke2fs (package e2fsprogs)');

/** A disk that begins as the guest's own do: swap, and a file system for the home directory. */
export async function newHomeDisk(): Promise<MemoryDisk> {
  const { files, defaults } = manifest();
  const disk = new MemoryDisk(defaults.diskMiB * MIB, { name: 'home' });
  await applyTemplate(disk, unpackedFile(files.disk!));
  return disk;
}

/** A copy of a disk, so that what sleeps on it can be woken more than once. */
export function copyOf(disk: MemoryDisk): MemoryDisk {
  const copy = newDisk();
  const chunk = new Uint8Array(MIB);
  for (let at = 0; at < disk.size; at += MIB) {
    disk.read(at, chunk);
    // Zeros would take up memory in the copy.
    if (chunk.some((byte) => byte !== 0)) copy.write(at, chunk);
  }
  return copy;
}

/** Put behind the name of a suite that {@link missing} skips. */
export const whyMissing = missing ? ` (${missing})` : '';

interface Images {
  kernel: Uint8Array;
  initrd: Uint8Array;
  append: string;
}
let images: Images | undefined;

/** Unpacked once: every boot would unpack the kernel again. */
export function debian(): Images {
  if (images) return images;
  const { files, append } = manifest();
  images = { kernel: unpackedFile(files.kernel), initrd: unpackedFile(files.initrd), append };
  return images;
}

/** The same with what was hot when it was made: for tests that boot often, and are of something else. */
export function quickDebian(): BootImages {
  const { regions } = manifest().files;
  return { ...debian(), ...(regions ? { regions: unpackedFile(regions) } : {}) };
}

export interface GuestOptions extends Partial<VmConfig> {
  /** What is booted, if not the guest's own kernel with its initramfs. */
  images?: BootImages;
  disk?: BlockDevice;
  /** Disks behind that one. */
  moreDisks?: readonly BlockDevice[];
  /** What firmware keeps its variables in. */
  variables?: BlockDevice;
  /** More words for the kernel's command line. */
  append?: string;
  /** Stop at SYSTEM_RESET. */
  noReboot?: boolean;
  /** The host's time of day is so many milliseconds later than it is: somebody comes back after a while. */
  laterMs?: number;
}

/** The shortest time that the VMM gives a guest by itself; tests that want less say so. */
const GIVEN_BY_VMM = 10_000;

/** A host whose time of day is later than ours, and on which nobody is late: a test judges what happens, not how fast. */
function laterHost(ahead: { readonly ms: number }): VmHost {
  const host = nodeHost();
  return {
    ...host,
    time: { ...host.time, wall: () => host.time.wall() + BigInt(ahead.ms) * 1_000_000n },
    timeouts: { start: (after, fire) => host.timeouts.start(after < GIVEN_BY_VMM ? after : PATIENCE.TEST, fire) },
  };
}

/** Seconds by which a clock that shows seconds since 1970 is off, however long it takes to ask: `laterMs` is how far the host's clock is ahead of ours. */
export async function secondsOff(ask: () => Promise<string>, laterMs = 0): Promise<number> {
  const before = (Date.now() + laterMs) / 1000;
  const shown = Number(await ask());
  const after = (Date.now() + laterMs) / 1000;
  return Math.max(0, before - shown, shown - after);
}

interface Waiter {
  done: () => boolean;
  resolve: () => void;
}

export class Guest {
  /** Everything the guest printed on its serial console. */
  console = '';
  /** All firmware calls, oldest first. */
  calls: FirmwareCall[] = [];
  notices: string[] = [];
  vm!: Vm;
  private ready = false;
  /** By how much its host's time of day is ahead of ours. */
  private readonly ahead = { ms: 0 };
  private waiters: Waiter[] = [];

  private constructor(laterMs = 0) {
    this.ahead.ms = laterMs;
  }

  /** Time of day passes on its host: for alarms, which nobody need wait for. */
  later(ms: number): void {
    this.ahead.ms += ms;
  }

  /** Creates and starts a machine with the Debian guest; {@link up} waits for its agent. */
  static async start(options: GuestOptions = {}): Promise<Guest> {
    const { images, disk, moreDisks = [], variables, append, noReboot, laterMs, ...config } = options;
    const guest = new Guest(laterMs);
    const files = images ?? debian();
    const words = [files.append, append].filter((each) => each !== undefined).join(' ');
    const boot: BootImages = { ...files, ...(words && { append: words }) };
    guest.vm = await createVm({
      config: { guest: 'debian', vcpus: 2, memoryMiB: 512, conduit: 'hvc', gic: 3, engine: 'jit', clock: 'realtime', ...config },
      images: boot,
      host: laterHost(guest.ahead),
      onEvents: (events) => guest.saw(events),
      allCalls: true,
      ...(disk ? { disks: [disk, ...moreDisks] } : {}),
      ...(variables ? { variables } : {}),
      ...(noReboot ? { noReboot } : {}),
    });
    await guest.vm.start();
    return guest;
  }

  /** Starts a machine and waits until its agent answers. */
  static async boot(options: GuestOptions = {}): Promise<Guest> {
    const guest = await Guest.start(options);
    await guest.up();
    return guest;
  }

  /** A machine from a snapshot, still paused; `host` is the host generation to restore on. Rejects with the VMM's sentence. */
  static async restore(
    snapshot: Uint8Array,
    options: Pick<GuestOptions, 'host' | 'disk' | 'moreDisks' | 'noReboot' | 'laterMs'> & { skipRegisters?: boolean } = {},
  ): Promise<Guest> {
    const saved = await readSavedVm([snapshot]);
    const { host: _savedHost, ...config } = saved.config;
    const { disk, moreDisks = [], host, laterMs, ...rest } = options;
    const guest = new Guest(laterMs);
    guest.vm = await vmFromSnapshot(saved, {
      config: { ...config, ...(host === undefined ? {} : { host }) },
      host: laterHost(guest.ahead),
      onEvents: (events) => guest.saw(events),
      allCalls: true,
      ...(disk ? { disks: [disk, ...moreDisks] } : {}),
      ...rest,
    });
    guest.ready = guest.vm.agent.ready;
    return guest;
  }

  private saw(events: readonly VmEvent[]): void {
    for (const event of events) this.see(event);
    for (const waiter of this.waiters.filter(({ done }) => done())) waiter.resolve();
  }

  private see(event: VmEvent): void {
    if (event.type === 'console') this.console += new TextDecoder('latin1').decode(event.data);
    else if (event.type === 'firmware') this.calls.push(...event.calls);
    else if (event.type === 'notice') this.notices.push(event.sentence);
    else if (event.type === 'agent') this.ready = event.ready;
  }

  /** Waits until `done` holds, looking at every event. Rejects if the machine ends before, or this takes longer than a boot may, with what was awaited. */
  async until(what: string, done: () => boolean): Promise<void> {
    if (done()) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const happened = new Promise<'done'>((resolve) => {
      this.waiters.push({ done, resolve: () => resolve('done') });
    });
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE.BOOT);
    });
    const outcome = await Promise.race([happened, late, this.vm.ended]);
    clearTimeout(timer);
    this.waiters = this.waiters.filter((waiter) => waiter.done !== done);
    if (outcome === 'done' || done()) return;
    const why = outcome === 'late' ? `${PATIENCE.BOOT / 1000} s` : `“${outcome.sentence}”`;
    throw new Error(`Waited for ${what} until ${why}. The console ends with:\n${this.console.slice(-2000)}`);
  }

  async up(): Promise<void> {
    await this.until('the guest agent', () => this.ready);
    await this.vm.agent.ping();
  }

  /** Waits for text on the console, from `from` on. */
  printed(text: string | RegExp, from = 0): Promise<void> {
    const found = (): boolean =>
      typeof text === 'string' ? this.console.includes(text, from) : text.test(this.console.slice(from));
    return this.until(String(text), found);
  }

  /** Types on the serial console, and waits for an answer behind what is there. */
  async type(text: string, answer: string | RegExp): Promise<void> {
    const from = this.console.length;
    this.vm.input(new TextEncoder().encode(text));
    await this.printed(answer, from);
  }

  /** Runs a command in the guest; throws if it fails. Output without the last newline. */
  async exec(command: string): Promise<string> {
    const { status, output } = await this.vm.agent.exec(command);
    const text = new TextDecoder().decode(output).trimEnd();
    if (status !== 0) throw new Error(`“${command}” ended with status ${status}: ${text}`);
    return text;
  }

  /** The kernel's messages that contain `word`, without their times. */
  async dmesg(word: string): Promise<string[]> {
    const text = await this.exec('dmesg');
    return text
      .split('\n')
      .map((line) => line.replace(/^\[ *\d+\.\d+\] /, ''))
      .filter((line) => line.includes(word));
  }

  /** Names of the firmware calls from `from` on. */
  names(from = 0): string[] {
    return this.calls.slice(from).map(({ name }) => name);
  }

  /** The end of the machine. */
  async end(): Promise<EndReason> {
    await this.until('the end of the machine', () => this.vm.end !== undefined).catch((error) => {
      if (this.vm.end === undefined) throw error;
    });
    return this.vm.end!;
  }

  /** Hibernates through the agent and waits for the power to go. */
  async hibernate(): Promise<EndReason> {
    const outcome = this.vm.agent.suspendDisk();
    const end = await Promise.race([this.end(), outcome.then(() => this.end())]);
    await outcome;
    return end;
  }

  /** Pulls the plug, if the machine still runs. */
  async stop(): Promise<void> {
    await this.vm.stop();
  }

  /** The whole machine as a file's bytes; it is paused for that and stays paused. */
  async save(): Promise<Uint8Array> {
    await this.vm.pause();
    return collected(this.vm.save());
  }
}
