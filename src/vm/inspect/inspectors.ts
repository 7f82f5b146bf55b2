import { addressMap } from '../../cpu/mmu/address-map';
import { explainWalk } from '../../cpu/mmu/explain-walk';
import type { Machine } from '../../machine/machine';
import type { Answer, Ask, Question } from '../api/questions';
import type { HistoryAnswer } from '../api/time-travel';
import type { PcSamples } from '../pc-samples';
import type { GuestSymbols } from '../symbols/guest-symbols';
import { addressWords } from './address-words';
import { inspectCode } from './code';
import { lookAtMemory, searchMemory } from './guest-memory';
import { inspectDeviceTree } from './inspect-device-tree';
import { inspectExceptions } from './inspect-exceptions';
import { inspectInterrupts, inspectTimers } from './inspect-interrupts';
import { inspectPins } from './inspect-pins';
import { inspectSpeed } from './inspect-speed';
import { inspectVirtio } from './inspect-virtio';
import { checkAddress, lookedAtVcpu } from './looked-at-vcpu';
import { inspectNames, inspectSymbols } from './symbol-names';
import { systemRegisters } from './system-register-values';

/** What an inspector looks at. */
export interface Inspected {
  readonly machine: Machine;
  /** The device tree the guest was given (DTB). */
  readonly deviceTree: Uint8Array;
  readonly symbols: GuestSymbols;
  readonly samples: PcSamples;
  history(): HistoryAnswer;
}

/** Answers a question. Changes nothing of the machine; throws one sentence if what was asked makes no sense. */
type Inspector<Q extends Question> = (inspected: Inspected, ask: Ask<Q>) => Answer<Q>;

/** Of one answer: some milliseconds of the worker's time, and what a person takes in. */
const MAP_BOUNDS = { walks: 6_000, ranges: 200 } as const;

const INSPECTORS: { readonly [Q in Question]: Inspector<Q> } = {
  'device-tree': ({ deviceTree }) => deviceTree.slice(),
  'device-tree-nodes': ({ deviceTree }, { known }) => inspectDeviceTree(deviceTree, known),
  interrupts: ({ machine }, { all }) => inspectInterrupts(machine, all),
  exceptions: inspectExceptions,
  history: (inspected) => inspected.history(),
  pins: ({ machine }) => inspectPins(machine),
  speed: ({ machine }) => inspectSpeed(machine),
  virtio: ({ machine }) => inspectVirtio(machine),
  timers: ({ machine }) => inspectTimers(machine),
  memory: ({ machine }, ask) => lookAtMemory(machine, ask),
  address: ({ machine }, ask) => addressWords(machine, ask),
  'memory-search': ({ machine }, ask) => searchMemory(machine, ask),
  'page-walk': ({ machine }, { vcpu, address }) => {
    checkAddress(address);
    return explainWalk(lookedAtVcpu(machine, vcpu), machine.memory, address);
  },
  'address-space': ({ machine }, { vcpu, high, from }) =>
    addressMap(lookedAtVcpu(machine, vcpu), machine.memory, high, from, MAP_BOUNDS),
  'system-registers': ({ machine }, ask) => systemRegisters(machine, ask),
  code: inspectCode,
  symbols: inspectSymbols,
  names: inspectNames,
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
