/**
 * The library's public types, written by hand. Everything that can go wrong is an Error whose message is one clear sentence with the
 * offending value; a promise of a call that was aborted rejects with its signal's reason.
 */
import type {
  ClockChoice,
  Conduit,
  CpuModelName,
  EndReason,
  EngineChoice,
  FirmwareView,
  GicVersion,
  PsciVersion,
  ReadMemoryOptions,
  TransferProgress,
  VcpuView,
  VirtioTransportName,
  VmEvent,
  VmState,
} from '../vm/api';
import type { Moment } from '../vm/api/time-travel';

export type {
  ClockChoice,
  Conduit,
  CpuModelName,
  EndReason,
  EngineChoice,
  FirmwareCall,
  FirmwareRegister,
  FirmwareView,
  GicVersion,
  PsciVersion,
  ReadMemoryOptions,
  TransferProgress,
  VcpuPower,
  VcpuView,
  VirtioTransportName,
  VmEvent,
  VmState,
  VmStats,
} from '../vm/api';
export type { Moment } from '../vm/api/time-travel';

/** The host's own, whichever declarations of it there are: TypeScript's `dom`, or those of Node. */
export type HostBlob = typeof globalThis extends { Blob: { prototype: infer Type } } ? Type : never;
/** Nothing where there are no workers. */
export type HostWorker = typeof globalThis extends { Worker: { prototype: infer Type } } ? Type : never;

/**
 * Where bytes come from: they themselves, or an address. A string is an address relative to the page in a browser; in Node it is the path of a
 * file, unless it begins with `http:`, `https:`, `file:` or `data:`.
 */
export type Source = Uint8Array | ArrayBuffer | HostBlob | URL | string;

/** A whole machine at one moment, its memory and disks included. The format is the same everywhere: docs/snapshots.md. */
export interface Snapshot {
  /** Bytes. */
  readonly size: number;
  /** All of it in memory. */
  bytes(): Promise<Uint8Array>;
  /** Without a copy: to be stored, downloaded or sent. */
  blob(): HostBlob;
}

export interface DiskOptions {
  /** The name of a disk of this browser (letters, digits, dots and dashes), or in Node, if it is kept, the path of a file. */
  name: string;
  /** Size of a new disk in MiB; one that is there keeps its own. One as large as the guest's own (Debian's: 1024) begins with what the guest keeps files on, a smaller one empty. */
  sizeMiB: number;
  /** `memory` (default): gone when the machine is closed; a guest that hibernates onto it wakes at the next start. `kept`: in this browser's storage, or in a file. */
  kind?: 'memory' | 'kept';
}

/** The second bank of flash, 64 MiB, as QEMU's second flash drive. */
export interface VariableOptions {
  /** Of a disk of this browser (letters, digits, dots and dashes), or in Node, if they are kept, the path of a file, which is made if it is not there. */
  name: string;
  /** `memory` (default): until the machine is closed. `kept`: in this browser's storage, or in a file. */
  kind?: 'memory' | 'kept';
}

export interface VmOptions {
  /** What it boots: a guest of `assets` by its name, such as `debian` or `lab`. Exactly one of guest, kernel, assembly and snapshot is given. */
  guest?: string;
  /** What it boots: an arm64 Image (packed or not), an ELF file, or, with `flat`, any code. */
  kernel?: Source;
  /** What boots the kernel, which it finds with initrd and command line by fw_cfg: what QEMU takes by `-bios`, such as EDK2. Firmware that boots by itself is given as the kernel. */
  firmware?: Source;
  /** Initial RAM disk beside a kernel. */
  initrd?: Source;
  /** Kernel command line. A guest has its own. */
  append?: string;
  /** The kernel is code without a header, entered at its first byte, which is at 0x40080000. */
  flat?: boolean;
  /** What it boots: A64 assembly (see `dormouse/assembler`), assembled for 0x40080000 and entered there at EL1 with the MMU off; x0 has the device tree. */
  assembly?: string;
  /** What it goes on from, paused, instead of booting. The snapshot says what machine it is: only `host`, `disk`, `worker`, `signal` may stand beside it. */
  snapshot?: Snapshot | Source;

  /** Number of vCPUs, 1 to 8. Left out: what suits the guest, or 1. */
  cpus?: number;
  /** MiB of memory, 16 to 3072. Left out: what suits the guest, 512 for a kernel, 64 for assembly. */
  memory?: number;
  /** The CPU model. Left out: `max`, everything that is implemented. */
  cpu?: CpuModelName;
  /** Architecture version of the interrupt controller. Default 3. */
  gic?: GicVersion;
  /** How its disks, consoles and entropy source are reached. Default `mmio`. */
  virtio?: VirtioTransportName;
  /** The PSCI version the machine is pinned to. Left out: the newest that `host` knows. */
  psci?: PsciVersion;
  /** How the firmware is called. Default `hvc`. */
  conduit?: Conduit;
  /** The host to pretend to be, by the name of a host generation such as `linux-5.18`. Left out: the newest. */
  host?: string;
  /** `kvm` (default): the firmware answers bit for bit as KVM. `spec`: as DEN0022 says where KVM differs. */
  rules?: 'kvm' | 'spec';
  /** Offer SYSTEM_SUSPEND. Default false. */
  systemSuspend?: boolean;
  /** Firmware pseudo-registers to write before the start, each as `name=value`, in order. */
  registers?: readonly string[];
  /**
   * `realtime` (default) follows the host. Under `virtual` time is counted in instructions, idle time is skipped (a browser paces it), and a machine is a function of
   * its inputs: the same ones at the same moments give the same run, bit for bit.
   */
  clock?: ClockChoice;
  /** `auto` (default), `jit` or `interpreter`: nothing that the guest can tell. */
  engine?: EngineChoice;

  /** Folder of the guests (with `index.json`): an address, in Node also a path. Left out in a browser: `guests/` beside the page. */
  assets?: URL | string;
  /** Left out: no disk. */
  disk?: DiskOptions;
  /** What keeps the variables of firmware. Left out: they are gone when the machine has ended. */
  variables?: VariableOptions;
  /** Keep its past from power-on, so that it can {@link Machine.travel}. A machine that uses no more than 8 MiB of memory at power-on has one anyway; for others it costs about a seventh more of the processor's time. */
  past?: boolean;
  /** Boot although that would destroy what sleeps on the disk. */
  wakeAnyway?: boolean;
  /**
   * Browsers only: the machine's worker, which belongs to this machine from then on, or the address of its script (`dormouse/worker`). Left out: the
   * library's own file `vm.worker.js`, which has to lie beside the script that this library was bundled into.
   */
  worker?: HostWorker | URL | string;
  /** Aborted: making the machine is given up. Once there is one it has no effect. */
  signal?: AbortSignal;
}

export interface WaitOptions {
  /** Milliseconds of host time; then the wait rejects with an error of the name `TimeoutError`. Left out: no limit. */
  timeout?: number;
  signal?: AbortSignal;
}

export interface ExecOptions extends WaitOptions {
  /** Takes standard output and standard error as they come; its promise says when it is ready for more. `output` of the result is empty then. */
  onOutput?: (bytes: Uint8Array) => void | Promise<void>;
}

export interface ExecResult {
  /** Exit status of the command; 128 + the signal's number if a signal ended it. */
  status: number;
  /** What it wrote, standard error included, in the order it was written, as UTF-8. */
  output: string;
}

export interface TransferOptions {
  onProgress?: TransferProgress;
  /** Aborted: the transfer is given up; the guest's file stays as it was. */
  signal?: AbortSignal;
}

export interface ForkOptions {
  /** Whether the new machine stands still. Left out: as this one. */
  paused?: boolean;
  /** Another host generation for the new one: its registers are restored blindly. */
  host?: string;
  /** The new machine's worker. Needed if this one was made with a Worker; otherwise another is made in the same way. */
  worker?: HostWorker | URL | string;
  signal?: AbortSignal;
}

/**
 * Where a machine is brought. `time`: where its time has come to so many ns. `moment`: a point that {@link Machine.history} told. `call`: before the last call of the firmware. `present`: where it was
 * before it was brought back.
 */
export type TravelTarget =
  | { readonly to: 'time'; readonly time: number }
  | { readonly to: 'moment'; readonly moment: Moment }
  | { readonly to: 'call' | 'present' };

export interface TravelOptions {
  /** Hears what share of the way was made: 0 to 1. */
  onProgress?: (share: number) => void;
  /** Aborted: the machine is where it was. */
  signal?: AbortSignal;
}

/** What is kept of a machine's run. Times are nanoseconds of its own time. */
export interface MachineHistory {
  /** Where it stands. */
  readonly now: { readonly time: number; readonly moment: Moment };
  /** That is in its past: what came after has happened already. */
  readonly away: boolean;
  readonly present: number;
  /** Of the first moment it can be brought to; left out: nothing is kept. */
  readonly reach?: number;
  /** Bytes of its memory and disks that are kept for that. */
  readonly bytes: number;
}

/** What a machine tells; what its vCPUs do when, where it stands in its past, and moments with names, is told to the page only. */
export type EventName = Exclude<VmEvent['type'], 'trace' | 'stopped' | 'past' | 'course' | 'bookmarks' | 'began'>;

/** The events of one type. */
export type EventOf<Type extends EventName> = Extract<VmEvent, { type: Type }>;

/**
 * An arm64 machine. In a browser it runs in a worker of its own; in Node in the thread that made it, some milliseconds at a time, so that whatever else there is
 * to do has its turns. Commands are carried out in the order they were given.
 */
export interface Machine extends AsyncDisposable {
  /**
   * What it is doing. `ready`: it was not started yet; `off`, `hibernated` and `crashed`: it has ended, and may be started again.
   * It is right when a command that changes it has settled.
   */
  readonly state: VmState;

  /** Calls `listener` with each event of a type, in order. Returns the way to stop that. What a listener throws goes to the host as an uncaught error. */
  on<Type extends EventName>(type: Type, listener: (event: EventOf<Type>) => void): () => void;

  /**
   * Loads what it boots and lets it run; one that is paused goes on. Resolves when it runs. A machine that has ended boots again what it booted before, with its
   * disk as it was left: one that hibernated wakes. A fork, or one made from a snapshot, has kernel, initrd and options from there. Rejects if that one had
   * several disks: only one outlives a machine.
   */
  start(): Promise<void>;
  /** Stops between two instructions. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** The reset button: it boots again; disks and configuration stay. */
  reset(): Promise<void>;
  /** Cuts the power and resolves when the machine is off; `graceful` asks the guest to shut down, and resolves when it was asked ({@link waitForEnd}). */
  powerOff(options?: { graceful?: boolean }): Promise<void>;
  /** Asks the guest's agent to suspend to disk; resolves when the machine has gone off, or the guest is awake again. */
  hibernate(): Promise<void>;

  /**
   * Types at the console, as UTF-8. A return is `\r`. Before the first start, and while one is loading, it is kept, and waits at the console before the first
   * instruction. Rejects if the machine has ended.
   */
  type(text: string): Promise<void>;
  /**
   * Waits until the console has shown a text, and resolves with everything from the end of the last wait's text to the end of this one's. What was printed
   * before the call counts, if no wait has passed it. A machine that ends first rejects it.
   */
  waitForText(text: string | RegExp, options?: WaitOptions): Promise<string>;
  /** Waits for a state, or one of several; resolves with it. */
  waitForState(state: VmState | readonly VmState[], options?: WaitOptions): Promise<VmState>;
  /** Waits until the machine has ended, if it has not; resolves with how. */
  waitForEnd(options?: WaitOptions): Promise<EndReason>;
  /** Waits until the guest's agent is there, so that {@link exec} and files work. Not all guests have one: `debian` has. */
  ready(options?: WaitOptions): Promise<void>;

  /**
   * Runs a command with the guest's shell, standard input empty, through its agent; several at once if you like. Resolves whatever its status is. A
   * `timeout` or an aborted `signal` kills it. A command may be up to 128 KiB long.
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Writes a file of the guest, through its agent. It is replaced when all is there. `path` is absolute; a string is written as UTF-8. */
  putFile(path: string, contents: Uint8Array | HostBlob | string, options?: TransferOptions): Promise<void>;
  /** Reads a file of the guest, through its agent. `path` is absolute. */
  getFile(path: string, options?: TransferOptions): Promise<Uint8Array>;

  /** The whole machine, which stands still while it is taken and goes on then. */
  snapshot(): Promise<Snapshot>;
  /**
   * A second machine that goes on from this one's state, independent of it, with its disks in memory. Commands under way here go on in both, and answer here.
   * Under the virtual clock two forks that are given the same inputs while they stand still run alike to the last bit.
   */
  fork(options?: ForkOptions): Promise<Machine>;

  /**
   * Brings the machine to another moment of what is kept of its run, where it stands, `paused`, as it was then: vCPUs, memory, devices and disks. One that has ended as well. Going on from there it does what it did, and tells nothing
   * twice; whatever is given to it before its present makes another course of it, and what came after has not happened. In its `present` a machine that ran before goes on, and one that had ended has ended.
   * Rejects if it cannot be brought there, and is where it was.
   */
  travel(target: TravelTarget, options?: TravelOptions): Promise<void>;
  /** What can be gone to. */
  history(): Promise<MachineHistory>;

  /** All vCPUs as they are now. */
  registers(): Promise<VcpuView[]>;
  /**
   * A copy of guest memory as it is now. Permissions are not looked at, and nothing changes by it. Rejects, with the address, if a byte is not mapped, or not RAM.
   * @param address virtual, as vCPU 0 translates it, unless `options` says otherwise
   * @param length bytes, at most 16 MiB
   */
  readMemory(address: bigint, length: number, options?: ReadMemoryOptions): Promise<Uint8Array>;

  /** What the firmware offers, and what the guest used of it. */
  firmware(): Promise<FirmwareView>;
  /** Pins another PSCI version, as a VMM does at any time: writes the pseudo-register. What KVM refuses rejects with KVM's errno and the reason. */
  setPsci(version: PsciVersion): Promise<void>;
  /** Writes a firmware pseudo-register, `name=value`, as KVM allows. */
  writeRegister(assignment: string): Promise<void>;

  /** Cuts the power and lets go of worker, memory and disk. Whatever is under way, and every later call but this one, rejects. */
  close(): Promise<void>;
}
