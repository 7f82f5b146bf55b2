import type { MachineInput } from '../machine/input';
import { AGENT_PORT, type Machine } from '../machine/machine';
import type { AgentPort } from './agent';

/**
 * The agent's port of a machine: what the guest says comes straight, what the host says goes in by `input`. While the machine is away from its present neither is
 * heard: what the guest says was heard before, and what the host says waits.
 */
export class GatedPort implements AgentPort {
  onData: AgentPort['onData'] = () => {};
  onOpen = (): void => {};
  onClose = (): void => {};
  onGone = (): void => {};
  private waiting: Uint8Array[] = [];
  private readonly port: AgentPort;

  constructor(
    machine: Machine,
    private readonly input: (input: MachineInput) => void,
    private readonly away: () => boolean,
  ) {
    const port = machine.console.port(AGENT_PORT);
    this.port = port;
    port.onData = (bytes) => away() || this.onData(bytes);
    port.onOpen = () => away() || this.onOpen();
    port.onClose = () => away() || this.onClose();
    port.onGone = () => away() || this.onGone();
  }

  get guestOpen(): boolean {
    return this.port.guestOpen;
  }

  send(bytes: Uint8Array): void {
    if (this.away()) this.waiting.push(bytes.slice());
    else this.input({ type: 'agent', bytes: bytes.slice() });
  }

  /** The machine is in its present again, and that is as it was. */
  catchUp(): void {
    for (const bytes of this.waiting.splice(0)) this.input({ type: 'agent', bytes });
  }

  /** It is another: what waited was meant for a guest that has never been. */
  forget(): void {
    this.waiting.length = 0;
  }
}
