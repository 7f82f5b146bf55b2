/**
 * What a page and the frame of a machine (`embed.html`) say to each other. Published: docs/embedding.md describes it, and a page may speak it without
 * our script.
 *
 * When it opens, the frame posts a {@link FrameHello} to its parent. The parent answers with a {@link PageHello} and one MessagePort; from then on all
 * goes through that port: {@link Call} from the page, {@link Answer} and {@link Told} from the frame. A later hello replaces the one before.
 */
import type { EndReason, FirmwareCall, VcpuView, VmState } from '../vm/api';

export const PROTOCOL_VERSION = 1;

/** Frame to parent, by `window.postMessage`: it is there. To anybody, as it tells nothing. */
export interface FrameHello {
  dormouse: 'frame';
  versions: readonly number[];
}

/** Parent to frame, by `window.postMessage`, with a MessagePort. To the frame's own origin. */
export interface PageHello {
  dormouse: 'hello';
  version: number;
}

/** Frame to parent, by `window.postMessage`: a hello it cannot answer. */
export interface FrameRefusal {
  dormouse: 'refused';
  versions: readonly number[];
  sentence: string;
}

/** Page to frame, through the port. */
export interface Call {
  id: number;
  call: CallName;
  args: readonly unknown[];
}

/** Frame to page, through the port: what became of a {@link Call}. */
export type Answer = { id: number; value: unknown } | { id: number; error: { name: string; message: string } };

/** Frame to page, through the port: something happened. */
export type Told = { [name in EventName]: { event: name; detail: EventDetails[name] } }[EventName];

/** How the frame looks and behaves; each of these may change while the machine lives. */
export interface ViewOptions {
  theme?: 'light' | 'dark' | 'auto';
  panels?: readonly string[];
  readonly?: boolean;
  /** CSS pixels. */
  fontSize?: number;
  /** Values of the documented custom properties, by name. */
  style?: Readonly<Record<string, string>>;
}

/** What is handed to a frame before its machine starts: bytes instead of addresses. */
export interface GivenBytes {
  kernel?: Blob;
  initrd?: Blob;
  /** A64 assembly. */
  src?: Blob;
  snapshot?: Blob;
}

/** Where given files are from: absolute addresses, for the link to the playground. */
export type FileOrigins = Partial<Record<keyof GivenBytes, string>>;

/** How a machine stands. */
export interface MachineStatus {
  state: VmState;
  /** Who paused it, if not a person or the page. */
  why?: EventDetails['state']['why'];
  /** The PSCI version that the firmware of a living machine offers now. */
  psci?: string;
  /** Once it has ended: it sleeps on its disk, and `wake` or `start` wakes it. */
  asleep: boolean;
}

/** The calls of version 1. Each rejects with an Error whose message is one clear sentence. */
export interface FrameCalls {
  /** How it stands; after an end settles when it is known whether it sleeps. */
  status(): MachineStatus;
  /** Changes how it looks; allowed at any time. */
  set(options: ViewOptions): void;
  /** Files for the start. They win over addresses of the query. */
  give(files: GivenBytes, from?: FileOrigins): void;
  /** Starts the machine, as the Run button does: what sleeps on its disk is woken, what is paused goes on. Settles when it runs. */
  start(): void;
  pause(): void;
  resume(): void;
  /** Cuts the power. The frame stays as it is; {@link start} boots again. */
  stop(): void;
  reset(): void;
  /** Types at the console, as at a keyboard. */
  type(text: string): void;
  /** Runs a command in the guest through its agent (Debian has one). */
  exec(command: string): { status: number; output: string };
  /** Asks the guest to suspend to disk. The `ended` event tells the outcome. */
  hibernate(): void;
  /** Wakes what sleeps on the disk, under the version or on the host given, or as it slept. */
  wake(target?: { psci?: string; host?: string }): void;
  /** The whole machine as a file. */
  save(): Blob;
  /** Replaces the machine, running or not begun, by a saved one, and lets it go on. */
  restore(snapshot: Blob, options?: { host?: string }): void;
  /** Registers and state of all vCPUs. */
  registers(): VcpuView[];
  /** Bytes of the guest's memory, at most 16 MiB. `physical`: the address is a physical one, else vCPU 0's. */
  readMemory(address: bigint, length: number, options?: { physical?: boolean; vcpu?: number }): Uint8Array;
  /** Writes the firmware's version register, as a VMM may at any time. */
  setPsci(version: string): void;
}
export type CallName = keyof FrameCalls;

export const CALL_NAMES = [
  'status',
  'set',
  'give',
  'start',
  'pause',
  'resume',
  'stop',
  'reset',
  'type',
  'exec',
  'hibernate',
  'wake',
  'save',
  'restore',
  'registers',
  'readMemory',
  'setPsci',
] as const satisfies readonly CallName[];

/** The frame's events, and those of the tag. */
export interface EventDetails {
  /** The guest is there: its agent answers, or where it has none, its console has come to rest. */
  ready: { agent: boolean };
  /** `why` says who paused it, if it was not a person. */
  state: { state: VmState; why?: 'hidden' | 'others' };
  console: { data: Uint8Array; text: string };
  call: FirmwareCall;
  /** The machine ended by a firmware call, or was reset by one; shaped as KVM tells its VMM. */
  'system-event': NonNullable<EndReason['systemEvent']> & { call?: EndReason['call'] };
  ended: EndReason;
  error: { sentence: string };
}
export type EventName = keyof EventDetails;

export const EVENT_NAMES = [
  'ready',
  'state',
  'console',
  'call',
  'system-event',
  'ended',
  'error',
] as const satisfies readonly EventName[];

/** Custom properties that reach into the frame, and what each colours. */
export const STYLE_NAMES = {
  accent: 'buttons',
  'accent-text': 'what is written on them',
  surface: 'bars and panels',
  background: 'behind panels',
  text: 'text',
  dim: 'secondary text',
  line: 'lines between things',
  firmware: 'what concerns firmware and sleep',
  terminal: 'the console’s paper',
  font: 'font family of all but the console',
  mono: 'font family of console and code',
} as const;
export type StyleName = keyof typeof STYLE_NAMES;
