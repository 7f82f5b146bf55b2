import type { Machine } from '../machine/machine';
import type { Rest } from './api';

/**
 * How a machine rests that its host lets run; undefined if it works, or will by itself.
 * @param driven a driver had its virtio devices in use before
 */
export function restOf(machine: Machine, driven: boolean): Rest | undefined {
  const { listens } = machine.uart;
  if (machine.power.suspended) return { how: 'ram', listens };
  return driven && !machine.driven && allWait(machine) ? { how: 'idle', listens } : undefined;
}

const allWait = ({ engine, power }: Machine): boolean =>
  engine.vcpus.every(({ index, waiting }) => waiting || power.states[index] === 'stopped');

/** Why a machine cannot be woken by its host, as a sentence; undefined if it can. */
export function whyNotWake(rest: Rest | undefined): string | undefined {
  if (!rest) return 'The machine is not asleep: there is nothing to wake.';
  if (rest.how === 'ram' || rest.listens) return undefined;
  return 'Nothing here can wake the machine: it is suspended to idle with its console switched off. An alarm that it set wakes it, or a reset starts it anew.';
}
