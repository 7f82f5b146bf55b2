/** The machine a person is putting together in the header, before it is started. */
import {
  type BootImages,
  type ClockChoice,
  type Conduit,
  type CpuModelName,
  DEFAULT_GIC,
  DEFAULT_VIRTIO,
  type EngineChoice,
  type GicVersion,
  type GuestInfo,
  type KernelFormat,
  type PsciVersion,
  type Recognised,
  type VirtioTransportName,
  type VmConfig,
} from '../../vm/api';
import type { SymbolEntry } from '../../vm/api/questions';
import type { AttachedDisk } from './attached-disk';
import { formatBytes } from './format';
import { OWN_MEMORY_MIB } from './memory-need';
import { missingGuestWords } from './missing-guest';
import { hostKnows, OWN_KERNEL } from './options';
import { HOST_NAMES } from './psci-facts';
import type { QueryWishes } from './query';
import { type FileRole, foreignFiles, type RemoteFiles } from './remote-files';

const OWN_DEFAULT_DISK_MIB = 512;
/** A program of a few lines needs no more. */
const PROGRAM_DEFAULTS = { vcpus: 1, memoryMiB: 64 } as const;
const NEWEST_HOST_NAME = HOST_NAMES[HOST_NAMES.length - 1];

/** A file at hand, or the address it is fetched from when the machine starts. */
export type Given = File | URL;

export type GivenFiles = Partial<Record<FileRole, Given>>;

/** What the parts of a machine that are no guest's are got by. */
export interface Loader {
  fetch(role: FileRole, url: URL): Promise<File>;
  assemble(source: string): Promise<Uint8Array>;
  /** Names of a program's addresses. */
  labels(source: string): Promise<readonly SymbolEntry[]>;
}

export class Draft {
  guest = $state('');
  vcpus = $state(2);
  memoryMiB = $state(OWN_MEMORY_MIB);
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
  gic = $state<GicVersion>(DEFAULT_GIC);
  virtio = $state<VirtioTransportName>(DEFAULT_VIRTIO);
  engine = $state<EngineChoice>('auto');
  clock = $state<ClockChoice>('realtime');
  kernel = $state.raw<Given | undefined>();
  /** What {@link kernel} was found to be, once somebody looked. */
  kernelIs = $state.raw<Recognised | undefined>();
  /** How one's own kernel is taken, whatever it looks like. */
  format = $state<KernelFormat>('auto');
  initrd = $state.raw<Given | undefined>();
  /** A64 assembly, which runs instead of a kernel. */
  program = $state.raw<Given | undefined>();
  /** The text of {@link program}, once it was read for a start. */
  source = $state<string | undefined>();
  /** A saved machine, which goes on instead of one that boots. */
  snapshot = $state.raw<Given | undefined>();
  /** Command line for one's own kernel. */
  append = $state('console=ttyAMA0');
  /** Words behind those that a guest of the site's has on its kernel's command line. */
  words = $state('');
  /** Disk for one's own kernel; 0 for none. */
  ownDiskMiB = $state(OWN_DEFAULT_DISK_MIB);
  /** One more disk. */
  attached = $state.raw<AttachedDisk | undefined>();
  /** Its disk: `memory`, `none`, or empty (kept, in the place this connection has for its disks). */
  disk = $state('');

  get own(): boolean {
    return this.guest === OWN_KERNEL;
  }

  /** {@link words}, if it is such a guest. */
  get guestWords(): string {
    return this.own ? '' : this.words.trim();
  }

  /** There is something to start, if it is one's own. */
  get hasOwn(): boolean {
    return (this.program ?? this.kernel) !== undefined;
  }

  /** It is a machine for a program: what was one before another guest was chosen is at hand all the same. */
  get runsProgram(): boolean {
    return this.own && this.program !== undefined;
  }

  /** The one more disk that it has: a program has none, whatever is attached for others. */
  get moreDisk(): AttachedDisk | undefined {
    return this.runsProgram ? undefined : this.attached;
  }

  /** What runs if it is no guest of the site's. */
  get title(): string {
    if (this.snapshot) return 'A saved machine';
    if (this.program) return 'Your program';
    return this.isFirmware ? 'Your own firmware' : 'Your own kernel';
  }

  /** What runs is {@link kernel}, from flash. */
  get isFirmware(): boolean {
    const firmware = this.format === 'firmware' || (this.format === 'auto' && this.kernelIs?.kind === 'firmware');
    return this.own && this.kernel !== undefined && !this.program && firmware;
  }

  /** What would be fetched from another origin than `origin`. */
  foreign(origin: string): [FileRole, URL][] {
    const given = { kernel: this.kernel, initrd: this.initrd, src: this.program, snapshot: this.snapshot };
    const remote = Object.fromEntries(Object.entries(given).filter(([, value]) => value instanceof URL)) as RemoteFiles;
    return foreignFiles(remote, origin);
  }

  /** Runs a program, or a kernel, of the person's own. Neither has a disk unless one was asked for. */
  takeOwn(files: GivenFiles): void {
    if (files.snapshot) this.snapshot = files.snapshot;
    if (!files.kernel && !files.src) return;
    this.program = files.src;
    this.pickOwn();
    this.kernel = files.kernel;
    this.initrd = files.initrd;
    this.ownDiskMiB = 0;
    if (files.src) {
      this.format = 'flat';
      this.vcpus = PROGRAM_DEFAULTS.vcpus;
      this.memoryMiB = PROGRAM_DEFAULTS.memoryMiB;
    }
  }

  /**
   * Takes over what the address asked for; `guests` decides whether the guest exists. Returns a complaint, if any.
   * @param files those that the address names, or that were given with it
   */
  applyQuery(wishes: QueryWishes, guests: readonly GuestInfo[], files: GivenFiles = {}): string | undefined {
    if (wishes.psci) this.psci = wishes.psci;
    if (wishes.host) this.host = wishes.host;
    if (wishes.policy) this.rules = wishes.policy;
    if (wishes.suspend !== undefined) this.systemSuspend = wishes.suspend;
    if (wishes.register) this.registers = wishes.register;
    if (wishes.conduit) this.conduit = wishes.conduit;
    if (wishes.cpu) this.cpu = wishes.cpu;
    if (wishes.gic) this.gic = wishes.gic;
    if (wishes.virtio) this.virtio = wishes.virtio;
    if (wishes.engine) this.engine = wishes.engine;
    if (wishes.clock) this.clock = wishes.clock;
    const known = guests.find((guest) => guest.name === wishes.guest);
    const first = known ?? guests[0];
    if (wishes.guest === OWN_KERNEL) this.guest = OWN_KERNEL;
    else if (first) this.pick(first);
    this.takeOwn(files);
    if (wishes.disk !== undefined) this.disk = wishes.disk;
    if (wishes.append && this.own) this.append = wishes.append;
    else this.words = wishes.append ?? '';
    if (this.own && this.disk) this.ownDiskMiB = OWN_DEFAULT_DISK_MIB;
    // After the guest's own defaults, which they override.
    if (wishes.cpus !== undefined) this.vcpus = wishes.cpus;
    if (wishes.memory !== undefined) this.memoryMiB = wishes.memory;
    return wishes.guest && !known && wishes.guest !== OWN_KERNEL ? missingGuestWords(wishes.guest, guests, first) : undefined;
  }

  /** Of another file nobody has said yet how it is to be taken. */
  chooseKernel(file: File | undefined, is?: Recognised): void {
    this.kernel = file;
    this.kernelIs = is;
    this.format = 'auto';
  }

  /** One's own kernel, or the program that is at hand, with the memory that has where nobody chose another: a guest's was not meant for it. */
  pickOwn(): void {
    if (!this.own) this.memoryMiB = this.program ? PROGRAM_DEFAULTS.memoryMiB : OWN_MEMORY_MIB;
    this.guest = OWN_KERNEL;
  }

  pick(guest: GuestInfo): void {
    this.guest = guest.name;
    this.vcpus = guest.defaults.vcpus;
    this.memoryMiB = guest.defaults.memoryMiB;
  }

  /** Becomes the machine that `config` tells of: a start makes one like it. */
  adopt(config: VmConfig): void {
    this.guest = config.guest;
    this.vcpus = config.vcpus;
    this.memoryMiB = config.memoryMiB;
    this.psci = config.psci ?? '';
    this.host = config.host ?? '';
    this.systemSuspend = config.systemSuspend ?? false;
    this.rules = config.rules ?? 'kvm';
    this.registers = config.registers ?? [];
    this.conduit = config.conduit ?? 'hvc';
    this.cpu = config.cpu ?? '';
    this.gic = config.gic ?? DEFAULT_GIC;
    this.virtio = config.virtio ?? DEFAULT_VIRTIO;
    this.engine = config.engine ?? 'auto';
    this.clock = config.clock ?? 'realtime';
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
      gic: this.gic,
      ...(this.virtio !== DEFAULT_VIRTIO ? { virtio: this.virtio } : {}),
      engine: this.engine,
      clock: this.clock,
      ...(this.host ? { host: this.host } : {}),
      ...(this.systemSuspend ? { systemSuspend: true } : {}),
      ...(this.rules === 'spec' ? { rules: this.rules } : {}),
      ...(this.registers.length > 0 ? { registers: this.registers } : {}),
      ...(this.own && this.format !== 'auto' ? { kernelFormat: this.format } : {}),
    };
  }

  /** Gets the chosen files together. Rejects with one sentence if there is no kernel, a file cannot be read, or a program is wrong. */
  async images({ fetch, assemble, labels }: Loader): Promise<BootImages> {
    const bytes = async (role: FileRole, given: Given): Promise<Uint8Array> => {
      const file = given instanceof URL ? await fetch(role, given) : given;
      try {
        return new Uint8Array(await file.arrayBuffer());
      } catch {
        throw new Error(`The file “${file.name}” can no longer be read; choose it again.`);
      }
    };
    if (this.program) {
      this.source = new TextDecoder().decode(await bytes('src', this.program));
      return { kernel: await assemble(this.source), symbols: await labels(this.source) };
    }
    if (!this.kernel) throw new Error('Choose an arm64 Image file first: your own kernel needs one.');
    const images: BootImages = { kernel: await bytes('kernel', this.kernel) };
    if (this.initrd) images.initrd = await bytes('initrd', this.initrd);
    if (this.append.trim()) images.append = this.append.trim();
    return images;
  }
}

/** `“Image”, 38 MB` or `“https://…/Image”`, for people. */
export function givenWords(given: Given): string {
  return given instanceof URL ? given.href : `${given.name}, ${formatBytes(given.size)}`;
}
