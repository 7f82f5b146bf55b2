/** The machine's events as a page around the frame hears them. */
import type { VmEvent } from '../../vm/api';
import type { EventDetails, EventName } from '../protocol';

/** A guest without an agent is ready when its console has been quiet for so long (ms). */
const QUIET = 400;

export interface PublisherHost {
  tell<Name extends EventName>(event: Name, detail: EventDetails[Name]): void;
  /** Whether the guest that runs has an agent. */
  hasAgent(): boolean;
  why(): EventDetails['state']['why'];
  /** The guest is ready for the first time since the start. */
  ready(): void;
}

export class Publisher {
  private readonly decoder = new TextDecoder();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private agent = false;
  private ready = true;

  constructor(private readonly host: PublisherHost) {}

  private begin(): void {
    this.agent = false;
    this.ready = false;
  }

  take(event: VmEvent): void {
    const { host } = this;
    switch (event.type) {
      case 'state': {
        // Booted, woken or restored: a machine begins.
        if (event.state === 'loading') this.begin();
        const why = event.state === 'paused' ? host.why() : undefined;
        host.tell('state', { state: event.state, ...(why ? { why } : {}) });
        break;
      }
      case 'console':
        host.tell('console', { data: event.data, text: this.decoder.decode(event.data, { stream: true }) });
        this.listen();
        break;
      case 'firmware':
        for (const call of event.calls) host.tell('call', call);
        break;
      case 'agent':
        this.agent = event.ready;
        this.listen();
        break;
      case 'notice':
        if (event.tone === 'error') host.tell('error', { sentence: event.sentence });
        break;
      case 'ended': {
        const { end } = event;
        if (end.systemEvent) host.tell('system-event', { ...end.systemEvent, ...(end.call ? { call: end.call } : {}) });
        if (end.how === 'reset') this.begin();
        else {
          this.ready = true;
          clearTimeout(this.timer);
          host.tell('ended', end);
        }
        break;
      }
      case 'vcpus':
      case 'stats':
      case 'progress':
        break;
    }
  }

  /** Waits for the console to come to rest; a guest with an agent is not ready before that answers. */
  private listen(): void {
    if (this.ready || (this.host.hasAgent() && !this.agent)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.ready) return;
      this.ready = true;
      this.host.tell('ready', { agent: this.agent });
      this.host.ready();
    }, QUIET);
  }
}
