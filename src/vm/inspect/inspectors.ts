import type { Machine } from '../../machine/machine';
import type { Answer, Ask, Question } from '../api/questions';
import type { PcSamples } from '../pc-samples';
import type { GuestSymbols } from '../symbols/guest-symbols';
import { inspectCode } from './code';
import { inspectNames, inspectSymbols } from './symbol-names';

/** What an inspector looks at. */
export interface Inspected {
  readonly machine: Machine;
  /** The device tree the guest was given (DTB). */
  readonly deviceTree: Uint8Array;
  readonly symbols: GuestSymbols;
  readonly samples: PcSamples;
}

/** Answers a question. Changes nothing of the machine; throws one sentence if what was asked makes no sense. */
type Inspector<Q extends Question> = (inspected: Inspected, ask: Ask<Q>) => Answer<Q>;

const INSPECTORS: { readonly [Q in Question]: Inspector<Q> } = {
  'device-tree': ({ deviceTree }) => deviceTree.slice(),
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
