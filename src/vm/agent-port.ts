import type { MachineInput } from '../machine/input';
import { AGENT_PORT, type Machine } from '../machine/machine';
import type { AgentPort } from './agent';

/** The agent's port of a machine: what the guest says comes straight, what the host says goes in by `input`. */
export function gatedPort(machine: Machine, input: (input: MachineInput) => void): AgentPort {
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
    set onGone(listener: AgentPort['onGone']) {
      port.onGone = listener;
    },
    send: (bytes) => input({ type: 'agent', bytes: bytes.slice() }),
  };
}
