/** The machine a person is putting together in the header, before it is started. */
import type {
  BootImages,
  ClockChoice,
  Conduit,
  CpuModelName,
  EngineChoice,
  GuestInfo,
  PsciVersion,
  VmConfig,
} from '../../vm/api';
import { hostKnows, OWN_KERNEL } from './options';
import { HOST_NAMES } from './psci-facts';
import type { QueryWishes } from './query';

const OWN_DEFAULT_DISK_MIB = 512;
const NEWEST_HOST_NAME = HOST_NAMES[HOST_NAMES.length - 1];

export class Draft {
  guest = $state('');
  vcpus = $state(2);
  memoryMiB = $state(512);
  /** Empty: the host's default, which is left out of the configuration. */
  psci = $state<PsciVersion | ''>('');
  /** Name of the host generation; empty: the newest. */
  host = $state('');
  systemSuspend = $state(false);
  rules = $state<'kvm' | 'spec'>('kvm');
  /** Firmware pseudo-registers to write before the start, as `name=value`. */
  registers = $state.raw<readonly string[]>([]);
  conduit = $state<Conduit>('hvc');
  /** Empty: the default. */
  cpu = $state<CpuModelName | ''>('');
  engine = $state<EngineChoice>('auto');
  clock = $state<ClockChoice>('realtime');
  kernel = $state.raw<File | undefined>();
  /** One's own kernel is code, whatever it looks like. */
  flat = $state(false);
  initrd = $state.raw<File | undefined>();
  append = $state('console=ttyAMA0');
  /** Disk for one's own kernel; 0 for none. */
  ownDiskMiB = $state(OWN_DEFAULT_DISK_MIB);

  get own(): boolean {
    return this.guest === OWN_KERNEL;
  }

  /** Takes over what the address asked for; `guests` decides whether the guest exists. Returns a complaint, if any. */
  applyQuery(wishes: QueryWishes, guests: readonly GuestInfo[]): string | undefined {
    if (wishes.psci) this.psci = wishes.psci;
    if (wishes.host) this.host = wishes.host;
    if (wishes.rules) this.rules = wishes.rules;
    if (wishes.suspend !== undefined) this.systemSuspend = wishes.suspend;
    if (wishes.registers) this.registers = wishes.registers;
    if (wishes.conduit) this.conduit = wishes.conduit;
    if (wishes.cpu) this.cpu = wishes.cpu;
    if (wishes.engine) this.engine = wishes.engine;
    if (wishes.clock) this.clock = wishes.clock;
    if (wishes.append) this.append = wishes.append;
    const known = guests.find((guest) => guest.name === wishes.guest);
    const first = known ?? guests[0];
    if (wishes.guest === OWN_KERNEL) this.guest = OWN_KERNEL;
    else if (first) this.pick(first);
    // After the guest's own defaults, which they override.
    if (wishes.cpus !== undefined) this.vcpus = wishes.cpus;
    if (wishes.mem !== undefined) this.memoryMiB = wishes.mem;
    if (wishes.guest && !known && wishes.guest !== OWN_KERNEL) {
      const names = guests.map((guest) => guest.name).join(', ');
      return `The address asks for the guest “${wishes.guest}”, but there is only ${names || 'none'}; the first is used.`;
    }
    return undefined;
  }

  /** Of another file nobody has said yet that it is code. */
  chooseKernel(file: File | undefined): void {
    this.kernel = file;
    this.flat = false;
  }

  pick(guest: GuestInfo): void {
    this.guest = guest.name;
    this.vcpus = guest.defaults.vcpus;
    this.memoryMiB = guest.defaults.memoryMiB;
  }

  /** Another host. A version it does not know gives way to its default; returns the version given up, if any. */
  chooseHost(name: string): PsciVersion | undefined {
    this.host = name === NEWEST_HOST_NAME ? '' : name;
    const given = this.psci;
    if (!given || hostKnows(this.host, given)) return undefined;
    this.psci = '';
    return given;
  }

  config(): VmConfig {
    return {
      guest: this.guest,
      vcpus: this.vcpus,
      memoryMiB: this.memoryMiB,
      ...(this.psci ? { psci: this.psci } : {}),
      conduit: this.conduit,
      ...(this.cpu ? { cpu: this.cpu } : {}),
      gic: 3,
      engine: this.engine,
      clock: this.clock,
      ...(this.host ? { host: this.host } : {}),
      ...(this.systemSuspend ? { systemSuspend: true } : {}),
      ...(this.rules === 'spec' ? { rules: this.rules } : {}),
      ...(this.registers.length > 0 ? { registers: this.registers } : {}),
      ...(this.own && this.flat ? { kernelFormat: 'flat' } : {}),
    };
  }

  /** Reads the chosen files. Rejects with one sentence if there is no kernel or a file cannot be read. */
  async images(): Promise<BootImages> {
    if (!this.kernel) throw new Error('Choose an arm64 Image file first: your own kernel needs one.');
    const bytes = async (file: File) => {
      try {
        return new Uint8Array(await file.arrayBuffer());
      } catch {
        throw new Error(`The file “${file.name}” can no longer be read; choose it again.`);
      }
    };
    const images: BootImages = { kernel: await bytes(this.kernel) };
    if (this.initrd) images.initrd = await bytes(this.initrd);
    if (this.append.trim()) images.append = this.append.trim();
    return images;
  }
}
