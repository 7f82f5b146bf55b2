/** The machine's events as a page around the frame hears them. */
import type { VmEvent } from '../../vm/api';
import type { EventDetails, EventName } from '../protocol';

export interface PublisherHost {
  tell<Name extends EventName>(event: Name, detail: EventDetails[Name]): void;
  why(): EventDetails['state']['why'];
}

export class Publisher {
  private readonly decoder = new TextDecoder();

  constructor(private readonly host: PublisherHost) {}

  take(event: VmEvent): void {
    const { host } = this;
    switch (event.type) {
      case 'state': {
        const why = event.state === 'paused' ? host.why() : undefined;
        host.tell('state', { state: event.state, ...(why ? { why } : {}) });
        break;
      }
      case 'console':
        host.tell('console', { data: event.data, text: this.decoder.decode(event.data, { stream: true }) });
        break;
      case 'firmware':
        for (const call of event.calls) host.tell('call', call);
        break;
      case 'notice':
        if (event.tone === 'error') host.tell('error', { sentence: event.sentence });
        break;
      case 'ended': {
        const { end } = event;
        if (end.systemEvent) host.tell('system-event', { ...end.systemEvent, ...(end.call ? { call: end.call } : {}) });
        if (end.how !== 'reset') host.tell('ended', end);
        break;
      }
      // The session tells when the guest is ready.
      case 'agent':
      case 'began':
      case 'rest':
      case 'vcpus':
      case 'stats':
      case 'progress':
        break;
    }
  }
}
