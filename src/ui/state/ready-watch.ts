/** When a guest is ready to be typed at: its agent answers and its console has come to rest; without an agent the rest is enough. */
import type { VmEvent } from '../../vm/api';

/** A console that wrote is at rest after so long (ms). */
const QUIET = 400;
/** A guest that writes nothing at all is ready after so long (ms) of running. */
const SILENT = 2000;

export interface ReadyHost {
  /** Whether the guest that runs has an agent. */
  hasAgent(): boolean;
  /** Once for each boot, wake, reset or restore. */
  ready(agent: boolean): void;
}

export class ReadyWatch {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private agent = false;
  private told = true;

  constructor(private readonly host: ReadyHost) {}

  take(event: VmEvent): void {
    switch (event.type) {
      case 'state':
        clearTimeout(this.timer);
        // Booted, woken or restored: a machine begins.
        if (event.state === 'loading') this.begin();
        if (event.state === 'running') this.wait(SILENT);
        break;
      case 'console':
        this.wait(QUIET);
        break;
      case 'agent':
        this.agent = event.ready;
        this.wait(QUIET);
        break;
      case 'ended':
        clearTimeout(this.timer);
        if (event.end.how === 'reset') this.begin();
        else this.told = true;
        break;
    }
  }

  private begin(): void {
    this.agent = false;
    this.told = false;
  }

  private wait(milliseconds: number): void {
    if (this.told || (this.host.hasAgent() && !this.agent)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.told = true;
      this.host.ready(this.agent);
    }, milliseconds);
  }
}
