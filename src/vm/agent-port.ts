import { AGENT_PORT, type Machine } from '../machine/machine';
import type { AgentPort } from './agent';

/** The agent's port of a machine: what the guest says comes straight, what the host says goes through the machine's input gate. */
export function gatedPort(machine: Machine): AgentPort {
  const port = machine.console.port(AGENT_PORT);
  return {
    get guestOpen() {
      return port.guestOpen;
    },
    set onData(listener: AgentPort['onData']) {
      port.onData = listener;
    },
    set onOpen(listener: AgentPort['onOpen']) {
      port.onOpen = listener;
    },
    set onClose(listener: AgentPort['onClose']) {
      port.onClose = listener;
    },
    send: (bytes) => machine.input({ type: 'agent', bytes: bytes.slice() }),
  };
}
