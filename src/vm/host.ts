import type { HostTime } from '../machine/clock';
import type { Timeouts } from './agent';
import type { ClockChoice } from './api';
import type { Unpack } from './kernel/compression';

/** What the VMM needs of whoever runs it: Node, a browser's worker, a test. */
export interface VmHost {
  time: HostTime;
  /** True entropy. Machines under the virtual clock never ask for it. */
  entropy(into: Uint8Array): void;
  timeouts: Timeouts;
  /**
   * Virtual clock only: an idle machine does not run ahead of the host's time, so that it leaves the processor alone. Without this idle time
   * is skipped at once, as batch runs want it. Either way the guest sees the same.
   */
  pacesIdle?: boolean;
  /** Lets the host's own events happen; resolves as soon as it can. */
  breathe(): Promise<void>;
  /** The host's own way to unpack, if it has one. */
  unpack?: Unpack;
}

/** What stands for chance under the virtual clock: the first hexadecimal digits of the fraction of the golden ratio. It hides nothing. */
const VIRTUAL_SEED = [0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834, 0x1082276b, 0xf3a27251, 0xf86c6a11, 0xd0c18e95] as const;

/** Where a machine's chance comes from: the host, or under the virtual clock, the same numbers on every host, so that runs repeat. */
export function entropyOf({ clock }: { clock: ClockChoice }, host: VmHost): (into: Uint8Array) => void {
  if (clock === 'realtime') return (into) => host.entropy(into);
  const bytes = new Uint8Array(Uint32Array.from(VIRTUAL_SEED).buffer);
  return (into) => into.set(into.map((_, index) => bytes[index % bytes.length]!));
}

/** The seed of a machine's own source of entropy. */
export function seedOf(config: { clock: ClockChoice }, host: VmHost): Uint8Array {
  const seed = new Uint8Array(32);
  entropyOf(config, host)(seed);
  return seed;
}
