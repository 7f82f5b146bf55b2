import type { HostTime } from '../machine/clock';
import type { Timeouts } from './agent';

/** What the VMM needs of whoever runs it: Node, a browser's worker, a test. */
export interface VmHost {
  time: HostTime;
  entropy(into: Uint8Array): void;
  gunzip(bytes: Uint8Array): Promise<Uint8Array>;
  timeouts: Timeouts;
  /**
   * Virtual clock only: an idle machine does not run ahead of the host's time, so that it leaves the processor alone. Without this idle time
   * is skipped at once, as batch runs want it. Either way the guest sees the same.
   */
  pacesIdle?: boolean;
  /** Lets the host's own events happen; resolves as soon as it can. */
  breathe(): Promise<void>;
}
