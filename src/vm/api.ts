/**
 * The VMM as the page, the command line and tests see it: plain data in, plain data and events out.
 * Everything here survives structured clone, so the same types cross the worker's boundary.
 */
import { CPU_MODEL_NAMES, type CpuModelName } from '../cpu/models/names';
import { DEFAULT_VIRTIO, VIRTIO_TRANSPORTS, type VirtioTransportName } from '../machine/devices/virtio/virtio-transports';
import { DEFAULT_GIC, GIC_VERSIONS, type GicVersion } from '../machine/gic/gic-versions';
import type { Conduit } from '../psci/state';
import type { PsciVersion } from '../psci/versions';
import type { AssemblyWords, CheckedProgram } from './api/assembly';
import type { Breakpoint, StepKind, Stop, Watchpoint } from './api/debugging';
import type { Answer, Ask, Question, SymbolEntry } from './api/questions';
import type { NamedMoment, PastView, TravelTarget } from './api/time-travel';
import type { TraceBatch } from './api/traced';

/** PSCI versions a VM can be pinned to. */
export { PSCI_VERSIONS } from '../psci/versions';
export type { Conduit, CpuModelName, GicVersion, PsciVersion, VirtioTransportName };
export { CPU_MODEL_NAMES, DEFAULT_GIC, DEFAULT_VIRTIO, GIC_VERSIONS, VIRTIO_TRANSPORTS };

export type EngineChoice = 'interpreter' | 'jit' | 'auto';
export type ClockChoice = 'realtime' | 'virtual';

/** `flat`: the kernel is code without a header, whatever it looks like. `auto`: its format is found out, and what is no kernel is refused. */
export type KernelFormat = 'auto' | 'flat' | 'firmware';
/** Name of the error by which a kernel of no known format is refused: its person may know that it is `flat`. */
export const UNKNOWN_KERNEL = 'UnknownKernel';
/** Name of the error by which a start is refused that would destroy what sleeps on its disk: `wakeAnyway` starts all the same. */
export const WAKE_REFUSAL = 'WakeRefusal';
/** Name of the errors of a guest that could not be fetched: it may be there a moment later. */
export const DOWNLOAD_FAILED = 'DownloadFailed';
/** Name of the errors of disks: another tab has it, there is no room, or it is broken. */
export const DISK_ERROR = 'DiskError';

/** Most bytes of guest memory that are read at once. */
export const MEMORY_READ_LIMIT = 16 << 20;

export const LIMITS = { minVcpus: 1, maxVcpus: 8, minMemoryMiB: 16, maxMemoryMiB: 3072 } as const;

/** What the machine boots: bytes already loaded by the host (page or command line). */
export interface BootImages {
  /** arm64 Image (as it is, or packed with gzip or zstd, or an EFI zboot image), ELF, or a flat binary (entered at RAM + 0x80000). */
  kernel: Uint8Array;
  /** What QEMU takes by `-bios`: the machine starts in it, and it finds kernel, initrd and command line by fw_cfg. Firmware that boots by itself is the kernel. */
  firmware?: Uint8Array;
  initrd?: Uint8Array;
  /** Kernel command line (`bootargs`). */
  append?: string;
  /** Names of addresses in the kernel, such as the labels of a program. Left out: those in its file, if it is an ELF file that has some. */
  symbols?: readonly SymbolEntry[];
  /** What was hot when this guest ran before, with code for it (`src/cpu/jit/pack-format.ts`), as it is or packed with gzip: whoever gives it vouches for it. */
  regions?: Uint8Array;
}

export interface VmConfig {
  /** Shown in events and errors, e.g. `debian`. */
  guest: string;
  vcpus: number;
  memoryMiB: number;
  /** Left out: the newest the host knows (opt-out, as KVM). */
  psci?: PsciVersion;
  /** Firmware pseudo-registers to write before the start, each as `name=value`, in order. */
  registers?: readonly string[];
  conduit: Conduit;
  /** The CPU model. Left out: `max`, everything that is implemented. */
  cpu?: CpuModelName;
  /** Architecture version of the interrupt controller. */
  gic: GicVersion;
  /** How its virtio devices are reached. Left out: `mmio`. */
  virtio?: VirtioTransportName;
  engine: EngineChoice;
  clock: ClockChoice;
  /** The host to pretend to be, by the name of a host generation such as `linux-5.18`. Left out: the newest. */
  host?: string;
  /** Offer SYSTEM_SUSPEND (a capability of the VM, off by default). */
  systemSuspend?: boolean;
  /** `kvm` (default): bit for bit as KVM. `spec`: as DEN0022 says where KVM differs. */
  rules?: 'kvm' | 'spec';
  /** Left out: `auto`. */
  kernelFormat?: KernelFormat;
}

/** A firmware pseudo-register as the VMM sees it. */
export interface FirmwareRegister {
  name: string;
  /** KVM's register id. */
  id: bigint;
  value: bigint;
  /** The value in words. */
  text: string;
  summary: string;
  setBy: 'default' | 'vmm' | 'restore';
}

/** What the firmware offers now, and what this guest used of it. */
export interface FirmwareView {
  version: PsciVersion;
  host: string;
  conduit: Conduit;
  rules: 'kvm' | 'spec';
  systemSuspend: boolean;
  registers: FirmwareRegister[];
  /** Calls so far by function name. */
  calls: Record<string, number>;
  /**
   * Versions this guest was told by PSCI_VERSION, oldest first, the same one only once in a row: what its kernel believes is the last one it asked for at boot.
   * Empty if it never asked (a guest of 0.1).
   */
  told: PsciVersion[];
}

/** What the machine is doing now, as a person would say it. */
export type VmState = 'empty' | 'loading' | 'ready' | 'running' | 'paused' | 'off' | 'hibernated' | 'crashed';

/** How a machine stopped. `systemEvent` mirrors KVM_EXIT_SYSTEM_EVENT where the firmware caused it. */
export interface EndReason {
  how: 'off' | 'hibernated' | 'reset' | 'crashed' | 'stopped-by-host';
  /** One sentence for people. */
  sentence: string;
  /** The firmware call that ended it, if any. */
  call?: 'SYSTEM_OFF' | 'SYSTEM_OFF2' | 'SYSTEM_RESET' | 'SYSTEM_RESET2';
  vcpu?: number;
  systemEvent?: { type: 'shutdown' | 'reset' | 'suspend' | 'crash'; flags: bigint; data: bigint[] };
  /**
   * What there is to wake it from. `image`: the image of a Linux, on one of its disks. `perhaps`: it said by SYSTEM_OFF2 that it hibernates, and has a disk, with
   * nothing on it that is understood here. `nothing`: it said so, and has no disk. Left out: it did not, or nobody looked.
   */
  kept?: 'image' | 'perhaps' | 'nothing';
}

/** How a machine rests that its host lets run. */
export interface Rest {
  /**
   * `ram`: suspended by SYSTEM_SUSPEND. `idle`: all vCPUs wait, and its drivers have put its virtio devices away (reset them): what Linux does
   * when it is suspended to idle (`freeze`). No firmware call tells that.
   */
  how: 'ram' | 'idle';
  /** A driver listens to the UART: what is typed wakes it, if it counts that among what wakes it. */
  listens: boolean;
}

/** One firmware call, in numbers and in words. Times are nanoseconds of machine time. */
export interface FirmwareCall {
  seq: number;
  time: number;
  vcpu: number;
  conduit: Conduit;
  /** SMCCC function id (32 bits). */
  id: number;
  /** `CPU_ON`, `PSCI_FEATURES`, `SMCCC_VERSION`, or `unknown`. */
  name: string;
  /** x1..x3 as the guest passed them. */
  args: [bigint, bigint, bigint];
  /** Arguments in words, e.g. `cpu1 entry 0x41a20000`. */
  argsText: string;
  /** x0 after the call; undefined when the call does not return. */
  result?: bigint;
  /** `SUCCESS`, `NOT_SUPPORTED`, `1.3`, `hibernated`… */
  resultText: string;
  /** The rule (and version) that decided it, one sentence. */
  why: string;
  outcome: 'ok' | 'error' | 'event';
  /** How often the same call was made in a row, if more than once: `seq` and `time` are the first's. */
  times?: number;
}

/** Power state of a vCPU for people, as the scheduler sees it. `ready`: it could run, and waits for its turn: all vCPUs share one thread. */
export type VcpuPower = 'on' | 'ready' | 'idle' | 'off' | 'suspended';

/** Registers and state of one vCPU at one moment. 64-bit values as BigInt. */
export interface VcpuView {
  index: number;
  power: VcpuPower;
  el: 0 | 1;
  pc: bigint;
  sp: bigint;
  /** x0..x30 */
  x: bigint[];
  /** N,Z,C,V in bits 31..28 and DAIF in 9..6, EL and SP bits as in SPSR. */
  pstate: number;
  instructions: number;
  /** Shares of the last reporting period, 0..1. */
  el0Share: number;
  el1Share: number;
  /** It could have run, and others had their turn. What is left of the period it was idle or off, or the machine rested. */
  readyShare: number;
}

export interface VmStats {
  /** Machine time in ns. */
  time: number;
  instructions: number;
  /** Millions of guest instructions per host second of running, over the last reporting period. */
  mips: number;
  engine: EngineChoice;
  /** Share of instructions run by compiled code, 0..1, last period. */
  jitShare: number;
}

/** What happens to a machine. It is told in batches, one a turn (some milliseconds) at most. */
export type VmEvent =
  | { type: 'state'; state: VmState }
  | { type: 'console'; data: Uint8Array }
  /**
   * Calls since the last such event, oldest first. Of very many the first of each kind and the newest are there, and `dropped` says how many
   * are not; `counts` has all of them, by function name.
   */
  | { type: 'firmware'; calls: FirmwareCall[]; dropped: number; counts: Record<string, number> }
  | { type: 'vcpus'; vcpus: VcpuView[] }
  | { type: 'stats'; stats: VmStats }
  /** What the vCPUs did when, if that was asked for. */
  | { type: 'trace'; trace: TraceBatch }
  | { type: 'progress'; what: string; loaded: number; total?: number }
  /** Dormouse speaking for itself (amber lines in the console). `over`: the guest does not go on in the line that it has begun. */
  | { type: 'notice'; sentence: string; tone: 'info' | 'warning' | 'error'; over?: boolean }
  | { type: 'agent'; ready: boolean }
  /** The agent answers for the first time since power-on: one that was just started (`anew`), as in a guest that boots, or one that was there before, in a guest that was woken. */
  | { type: 'began'; anew: boolean }
  /** A machine was restored: what its console showed when it was saved. */
  | { type: 'screen'; screen: SavedScreen }
  /** It has moments that somebody had named when it was saved. */
  | { type: 'bookmarks'; bookmarks: readonly NamedMoment[] }
  /** A machine that runs went to rest, or (`rest` left out) is at work again. */
  | { type: 'rest'; rest?: Rest }
  /** The debugger stopped the machine: it is paused then. */
  | { type: 'stopped'; stop: Stop }
  /** The machine was brought back in time, or, with `past` left out, is in its present again. */
  | { type: 'past'; past?: PastView }
  /**
   * It goes on anew from the past: what was told of later machine time (ns) than this has not happened, nor have the calls with this number and later ones, nor the last `unprinted` bytes
   * of the console been printed.
   */
  | { type: 'course'; time: number; calls: number; unprinted: number }
  | { type: 'ended'; end: EndReason };

/** A guest the host can offer. */
export interface GuestInfo {
  name: string;
  title: string;
  description: string;
  /** Bytes to download; 0 if built in. */
  bytes: number;
  /** They are in this browser already, from an earlier visit: a start reads them there. */
  kept?: true;
  defaults: { vcpus: number; memoryMiB: number; diskMiB: number };
  /** The guest has an agent that can hibernate it. */
  agent: boolean;
  /** The folder of the guest that is on its disk, from the first start with a new one on. Left out: it keeps no files. */
  keepsFilesIn?: string;
}

/** What is on a disk, or on a partition of one. Sizes in bytes. */
export interface DiskPart {
  /** Of the partition, from 1; 0: it is the whole disk. */
  number: number;
  size: number;
  /** `empty`: zeros, as far as it was looked at. `other`: something that is not known here. */
  kind: 'swap' | 'ext2' | 'ext3' | 'ext4' | 'empty' | 'other';
  label?: string;
  /** Of swap: the image of a hibernated Linux is in it. */
  asleep?: true;
  /** Of a file system. */
  files?: {
    /** For files, and how much of that is used: as `df` in the guest tells. */
    size: number;
    used: number;
    /** Files and folders. */
    count: number;
    /** It was not unmounted: what was written last may not be counted. */
    behind?: true;
  };
}

/** A disk kept in this browser. */
export interface DiskInfo {
  name: string;
  /** Virtual size in bytes. */
  size: number;
  /** Bytes really used in storage. */
  used: number;
  inUse: boolean;
  /** What is on it, as far as a guest has written it back. Left out: another tab has it, or it cannot be read. */
  parts?: DiskPart[];
  /** It is in the worker's memory, and gone with it. */
  inMemory?: true;
  /** Its page was closed, or broke, while a machine ran on it: as after a power cut. Listed so once, with a notice that says it. */
  interrupted?: true;
  /** The firmware call by which a machine hibernated onto it, if one did. */
  hibernated?: {
    call: 'SYSTEM_OFF2' | 'SYSTEM_OFF';
    psci: PsciVersion;
    /** Those that its kernel had: of a machine that was woken with more it asked for no others, and with fewer it went on without. */
    vcpus: number;
    memoryMiB: number;
    when: number;
    type?: number;
    /** Memory that the image holds, in bytes, before compression. Left out: not known. */
    imageBytes?: number;
    /** What its CPUs and its interrupt controller were, and how its virtio devices were reached. Left out: not known. */
    cpu?: CpuModelName;
    gic?: GicVersion;
    virtio?: VirtioTransportName;
    /** Name of the host generation that it ran on. Left out: not known. */
    host?: string;
    /** The guest that sleeps, where the disk is not that guest's own but one that was attached; `hasOwn`: it had its own beside it. */
    guest?: string;
    hasOwn?: true;
    /** What was on that, as {@link DiskChoice.print}. Left out: not known. */
    ownPrint?: string;
    /** The disk that was attached while it fell asleep, and is not this one. */
    attached?: AttachedWhenAsleep;
  };
}

/** A disk that a machine had attached when it fell asleep: its kernel goes on with what it knows of it. */
export interface AttachedWhenAsleep {
  name: string;
  /** Bytes. */
  size: number;
  /** What was on it, as {@link DiskChoice.print}. */
  print: string;
}

/** A disk that the machine at hand has. */
export interface MachineDisk extends Pick<DiskInfo, 'name' | 'size' | 'used' | 'parts'> {
  /** `kept`: in this browser. `memory`: in the worker's memory, gone with that. `machine`: in memory, and gone with the machine, unless that sleeps on it. */
  where: 'kept' | 'memory' | 'machine';
}

/** Of a terminal, in characters. */
export interface ConsoleSize {
  rows: number;
  columns: number;
}

/** Firmware that is known by what it begins with. */
export type FirmwareName = 'EDK2' | 'U-Boot';

/** What a file is good for here. */
export interface Recognised {
  kind: 'kernel' | 'firmware' | 'initrd' | 'disk' | 'saved' | 'source' | 'other';
  /** With its article, as in “It is an arm64 kernel”. */
  what: string;
  /** Of what cannot be taken as it is: what to do with it first, a sentence. */
  instead?: string;
  /** Of a kernel: how much of the memory it takes, in bytes, where it says so. */
  memory?: number;
  /** Of firmware: which it is. */
  firmware?: FirmwareName;
}

/** What a console shows, as escape sequences that show it again on a terminal of that size. */
export interface SavedScreen extends ConsoleSize {
  text: string;
}

/** The copy of a larger image does not go into a page's memory. Bytes. */
export const MOST_IN_MEMORY = 2 ** 30;

/** The disk of a machine. */
export interface DiskChoice {
  name: string;
  /** Size of a new disk; one that is there keeps its own. As large as the guest's own at least, it begins with what that keeps files on. */
  sizeMiB: number;
  /** What a new disk is a copy of instead: it is as large, and this is never written to. */
  image?: Blob;
  /**
   * `kept` (default): in this browser; where it keeps nothing the disk is in memory, and a notice says so. `memory`: gone with the connection.
   */
  kind?: 'kept' | 'memory';
  /** What must be on it, by its fingerprint (16 hexadecimal digits), for who slept with it to be woken; `wakeAnyway` takes whatever is. */
  print?: string;
}

/** What keeps the variables of firmware: as a disk of the size of their bank of flash, among the others. */
export type VariableChoice = Pick<DiskChoice, 'name' | 'kind'>;

/** What a page with several machines, or one that is embedded in another site, chooses for each of them. */
export interface ConnectionOptions {
  /** Folder that holds the guests' `index.json`. Left out: `guests/` beside the page. */
  guestsUrl?: string;
  /** Disks of this connection are not those of others: letters, digits, dots and dashes. */
  namespace?: string;
}

export interface ReadMemoryOptions {
  /** The address is a physical one. Left out: a virtual one, as `vcpu` translates it now. */
  physical?: boolean;
  /** Number of the vCPU whose page tables count. Default 0. */
  vcpu?: number;
}

/** Hears how many bytes of a file have been taken over, of how many. The next piece waits for its promise. */
export type TransferProgress = (loaded: number, total: number) => void | Promise<void>;

/**
 * The worker behind comlink. Every method rejects with an Error whose message is one clear sentence.
 * The page gives one listener; events arrive in order.
 */
export interface VmWorker {
  /** Before anything else, if at all: once there was a machine it is refused. If the options are refused, so is everything after that. */
  configure(options: ConnectionOptions): Promise<void>;
  /** Names the features missing in this browser in one sentence, or undefined if all is there. */
  unsupported(): Promise<string | undefined>;
  guests(): Promise<GuestInfo[]>;
  disks(): Promise<DiskInfo[]>;
  /** The disks of the machine that lives here, in its order; none if there is none. */
  machineDisks(): Promise<MachineDisk[]>;
  deleteDisk(name: string): Promise<void>;
  /** Throws away the hibernated Linux that sleeps on a disk, and leaves all else there as it is. Rejects with one sentence if none does. */
  discardSleep(name: string): Promise<void>;
  /**
   * Assembles A64 source (syntax of GNU as) into a flat kernel, to be started with the format `flat`. Rejects with one sentence for each bad line,
   * `Line 3: …`, a line each.
   */
  assemble(source: string): Promise<Uint8Array>;
  /** The same for somebody who is still writing: what is wrong with a program, or where its lines and labels lie. */
  checkProgram(source: string): Promise<CheckedProgram>;
  /** All words of the assembler's language: some 300 KB, the same in every worker. */
  assemblyWords(): Promise<AssemblyWords>;
  /**
   * Events come in batches, in order. While the promise of the listener is open no other batch comes: a listener that cannot keep up slows the
   * guest's console. They come by a way of their own: what a command caused may be heard of after its promise settled.
   */
  subscribe(listener: (events: VmEvent[]) => void | Promise<void>): Promise<void>;
  /**
   * Loads the guest, opens (or creates) its disk, builds the machine and starts it. Emits progress, then state 'running'.
   * Rejects if a machine is loading or running already; that one is left alone.
   * `images` overrides the named guest with the person's own kernel. `append`: words behind the guest's own on its kernel's command line. `wakeAnyway`: boot also where that would destroy what sleeps on the disk, or
   * so it seems; without it such a start is refused (the error's name is {@link WAKE_REFUSAL}). `attached`: one more disk, behind the other. `variables`: what keeps those of firmware. `trace`: tell what the vCPUs do when, as events. `past`: keep its past, however much memory it uses; where it is
   * traced, or small, it is kept anyway.
   */
  start(
    config: VmConfig,
    options: {
      disk?: DiskChoice;
      attached?: DiskChoice;
      variables?: VariableChoice;
      images?: BootImages;
      append?: string;
      wakeAnyway?: boolean;
      trace?: boolean;
      past?: boolean;
    },
  ): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Wakes a machine that rests (see {@link Rest}): the host lets one suspended to RAM go on; one suspended to idle is sent an Enter on its console.
   * Rejects with one sentence if it does not rest, or cannot be woken from here.
   */
  wake(): Promise<void>;
  /**
   * Replaces all breakpoints, those of machines to come as well. Whoever comes to one stops before its instruction: a `stopped` event says so, and the machine is
   * paused. The guest cannot tell. Rejects with one sentence if one of them makes no sense; then those before stay.
   */
  setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void>;
  /** Replaces all watchpoints of the machine that is here, living or not: the next has none. Rejects with one sentence if one of them makes no sense. */
  setWatchpoints(watchpoints: readonly Watchpoint[]): Promise<void>;
  /**
   * Lets a paused machine run for one step of a vCPU; the others have their turns meanwhile. Where it takes long the machine is `running` until a `stopped` event
   * tells that it is done, or that a breakpoint came first.
   * @param address where `to` leads
   */
  step(kind: StepKind, vcpu: number, address?: bigint): Promise<void>;
  /**
   * Brings the machine, which is paused then, to another moment of what is kept of its run: a `past` event says where it stands. In its present it goes on if it did when it left that, and was
   * not paused since. `onProgress` hears what share of the way was made (0 to 1). Going on
   * from the past it does what it did, up to the present; whatever enters it before makes that another course. Rejects with one sentence if it cannot be, and when `signal` is aborted: then it is
   * where it was.
   */
  travel(target: TravelTarget, onProgress?: (share: number) => void, signal?: AbortSignal): Promise<void>;
  /** System reset, as the reset button of a board: disks and configuration stay. */
  reset(): Promise<void>;
  /** Cuts the power (after asking the guest if `graceful`). A machine that is still loading is given up, and its start rejects. */
  powerOff(graceful: boolean): Promise<void>;
  /** Asks the guest, through its agent, to suspend to disk. Resolves when asked; the 'ended' event tells the outcome. */
  hibernate(): Promise<void>;
  /**
   * Bytes typed at the console. Where no machine runs nothing comes of them; with `keep` they wait for the one to come, before its first instruction,
   * and a machine that has ended rejects them.
   */
  input(data: Uint8Array, options?: { keep?: boolean }): Promise<void>;
  /**
   * Types what is too long to be typed at once, as fast as the guest takes it: nothing of it is lost. Aborting `signal` keeps the rest back, and this
   * rejects.
   */
  typeLong(data: Uint8Array, onProgress?: TransferProgress, signal?: AbortSignal): Promise<void>;
  /**
   * How large the console is that a person looks at, for this machine and those to come: the guest's terminal is made as large, through its agent. Where
   * there is none nothing comes of it, nor under the virtual clock, where a run must not depend on somebody's window.
   */
  resizeConsole(size: ConsoleSize): Promise<void>;
  /**
   * Runs a command in the guest through the agent, for as long as it takes. `onOutput` takes what it writes as it comes, and its promise says when
   * it is ready for more; without it the output comes with the status. Aborting `signal` kills the command.
   */
  exec(
    command: string,
    onOutput?: (bytes: Uint8Array) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<{ status: number; output: string }>;
  /**
   * Writes a file of the guest through its agent. The file of that name, if there is one, is replaced when all of the new one is there; what of it was
   * there when this fails or is aborted is removed.
   * @param path absolute
   */
  putFile(path: string, contents: Uint8Array | Blob, onProgress?: TransferProgress, signal?: AbortSignal): Promise<void>;
  /**
   * Reads a file of the guest through its agent.
   * @param path absolute
   */
  getFile(path: string, onProgress?: TransferProgress, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Reads a folder of the guest through its agent, as one tar archive.
   * @param path absolute
   */
  getFolder(path: string, onProgress?: TransferProgress, signal?: AbortSignal): Promise<Uint8Array>;
  /** Full state of all vCPUs now (works when paused, too). */
  vcpus(): Promise<VcpuView[]>;
  /**
   * A copy of guest memory at this moment, whatever the machine does; nothing of the machine changes by it, and permissions are not looked at.
   * Rejects, with the address, if a byte of it is not mapped or not RAM.
   * @param length bytes, at most {@link MEMORY_READ_LIMIT}
   */
  readMemory(address: bigint, length: number, options?: ReadMemoryOptions): Promise<Uint8Array>;
  /**
   * Answers a question about the machine at hand, whatever state it is in; nothing of it changes. Rejects with one sentence if there is no machine, or if
   * what was asked makes no sense.
   */
  inspect<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>>;
  /**
   * Asks the guest, a Linux with an agent, for the names of its kernel's functions, until it boots again; resolves with how many it told. Rejects with one
   * sentence if it cannot be asked or tells none.
   */
  learnSymbols(): Promise<number>;
  /** The firmware of the machine at hand; undefined before the first start. */
  firmware(): Promise<FirmwareView | undefined>;
  /** Writes a firmware pseudo-register (`name=value`), also while the machine runs, as KVM allows. Rejects with KVM's errno and a sentence. */
  writeRegister(assignment: string): Promise<void>;
  /** Finds out what a file is by what is in it (and by `name`, if it is a text), without reading all of it. */
  recognise(file: Blob, name: string): Promise<Recognised>;
  /** The whole machine as a file, with what its console shows and the moments that were named, if these are given; it stands still while this is taken. */
  save(screen?: SavedScreen, bookmarks?: readonly NamedMoment[]): Promise<Blob>;
  /** Reads a saved machine, changes nothing, and tells what machine it is, and how many disks it has. Rejects with what is wrong with it. */
  checkSaved(snapshot: Blob): Promise<{ config: VmConfig; disks: number }>;
  /**
   * Replaces the machine by a saved one, leaves it paused, and tells what machine it is. `host` restores onto another host generation: registers
   * are restored blindly. `disk` is the one of its disks that fits (`pairDisks`), or one more if it has none; its others are in memory.
   * `shelve`: where none is chosen, the first of them outlives the machine as a disk of kind `memory` does, under the guest's name: what hibernates
   * onto it can be woken. `trace`: as with {@link start}.
   */
  restore(snapshot: Blob, options: { host?: string; disk?: DiskChoice; shelve?: boolean; trace?: boolean }): Promise<VmConfig>;
}

/** What programs ask of a worker, and the page does not. */
export interface ProgramWorker extends VmWorker {
  /** What the last machine boots, living or ended, and the sizes of its disks in bytes. Rejects if there was none. */
  booted(): Promise<{ images: BootImages; diskSizes: number[] }>;
}
