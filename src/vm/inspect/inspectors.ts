import type { Machine } from '../../machine/machine';
import type { Answer, Ask, Question } from '../api/questions';
import { inspectDeviceTree } from './device-tree';
import { inspectExceptions } from './exceptions';
import { inspectInterrupts, inspectTimers } from './interrupts';
import { inspectSpeed } from './speed';
import { inspectVirtio } from './virtio';

/** What an inspector looks at. */
export interface Inspected {
  readonly machine: Machine;
  /** The device tree the guest was given (DTB). */
  readonly deviceTree: Uint8Array;
}

/** Answers a question. Changes nothing of the machine; throws one sentence if what was asked makes no sense. */
type Inspector<Q extends Question> = (inspected: Inspected, ask: Ask<Q>) => Answer<Q>;

const INSPECTORS: { readonly [Q in Question]: Inspector<Q> } = {
  'device-tree': ({ deviceTree }) => deviceTree.slice(),
  'device-tree-nodes': ({ deviceTree }, { known }) => inspectDeviceTree(deviceTree, known),
  interrupts: ({ machine }, { all }) => inspectInterrupts(machine, all),
  exceptions: ({ machine }, ask) => inspectExceptions(machine, ask),
  speed: ({ machine }) => inspectSpeed(machine),
  virtio: ({ machine }) => inspectVirtio(machine),
  timers: ({ machine }) => inspectTimers(machine),
};

/** Throws one sentence if there is no such question, or if what was asked makes no sense. */
export function inspect<Q extends Question>(inspected: Inspected, question: Q, ask: Ask<Q>): Answer<Q> {
  if (!Object.hasOwn(INSPECTORS, question))
    throw new Error(
      `A machine cannot be asked for “${question}”: it knows ${Object.keys(INSPECTORS)
        .map((name) => `“${name}”`)
        .join(', ')}.`,
    );
  return INSPECTORS[question](inspected, ask);
}
