/** What can be done about a call or a write that was refused: where the VMM allows it, and whether that can still be done. */
import { serviceById } from '../../psci';
import type { FirmwareCall, FirmwareView } from '../../vm/api';
import { hostKnows } from './options';
import { hostWords, type PsciFunction, psciFunctionById, versionAtLeast } from './psci-facts';
import type { Refusal } from './register-words';

export type RemedyDeed =
  | { readonly kind: 'offer-suspend' }
  /** Into the living machine. */
  | { readonly kind: 'write'; readonly name: string; readonly value: string }
  /** Before the next start. */
  | { readonly kind: 'keep'; readonly assignment: string };

export interface Remedy {
  /** One sentence: where it is allowed. */
  sentence: string;
  /** Left out where nothing here can allow it. */
  deed?: RemedyDeed;
  /** On the button. */
  words?: string;
}

const REGISTER_OF_GATE = {
  std: 'std_bmap',
  stdHyp: 'std_hyp_bmap',
  vendorHyp: 'vendor_hyp_bmap',
  vendorHyp2: 'vendor_hyp_bmap_2',
} as const;

const ASKS: readonly string[] = ['PSCI_FEATURES', 'SMCCC_ARCH_FEATURES'];
const REFUSED: readonly string[] = ['NOT_SUPPORTED', 'DENIED'];

/** The id that a call is about: its own, or the one that it asks for. */
const subjectOf = (call: FirmwareCall): number => (ASKS.includes(call.name) ? Number(BigInt.asUintN(32, call.args[0])) : call.id);

function ofFunction(fn: PsciFunction, now: FirmwareView, live: boolean): Remedy | undefined {
  if (fn.draft || fn.kvmSince === undefined) return { sentence: `KVM offers ${fn.name} at no version, so no VMM can allow it.` };
  if (now.version === '0.1')
    return {
      sentence: `PSCI 0.1 has ids of its own, which the device tree tells: for ${fn.name} start the machine at ${fn.kvmSince} or newer.`,
    };
  if (!versionAtLeast(now.version, fn.kvmSince)) {
    if (!hostKnows(now.host, fn.kvmSince))
      return {
        sentence: `${fn.name} needs PSCI ${fn.kvmSince}, which ${hostWords(now.host)} does not know: choose a newer host before the start.`,
      };
    if (!live)
      return {
        sentence: `${fn.name} is there from PSCI ${fn.kvmSince} on: the machine is off, and the next start can be at that.`,
        deed: { kind: 'keep', assignment: `psci_version=${fn.kvmSince}` },
        words: `Choose PSCI ${fn.kvmSince} for the next start`,
      };
    return {
      sentence: `${fn.name} is there from PSCI ${fn.kvmSince} on: choose that before the start, or write it into the machine that runs.`,
      deed: { kind: 'write', name: 'psci_version', value: fn.kvmSince },
      words: `Write psci_version=${fn.kvmSince}…`,
    };
  }
  if (fn.needs === 'system-suspend' && !now.systemSuspend)
    return {
      sentence: `The VMM allows it by “Offer SYSTEM_SUSPEND”, in the machine’s settings (beside the PSCI version, or under More on a phone), before the start.`,
      deed: { kind: 'offer-suspend' },
      words: 'Offer it at the next start',
    };
  return undefined;
}

/**
 * What would let a call through that was refused; undefined for one that was not, or was refused for what it said.
 * @param live false: the machine that called it is off, and `now` is the firmware of the next start
 */
export function remedyFor(call: FirmwareCall, now: FirmwareView, live: boolean): Remedy | undefined {
  if (!REFUSED.includes(call.resultText)) return undefined;
  const subject = subjectOf(call);
  const fn = psciFunctionById(subject);
  if (fn) return ofFunction(fn, now, live);
  const gate = serviceById(subject)?.gate;
  if (!gate) return undefined;
  const name = REGISTER_OF_GATE[gate.register];
  const value = now.registers.find((register) => register.name === name)?.value;
  if (value === undefined || (value >> BigInt(Math.log2(gate.bit))) & 1n) return undefined;
  const assignment = `${name}=0x${(value | BigInt(gate.bit)).toString(16)}`;
  return {
    sentence: `Bit ${Math.log2(gate.bit)} of ${name} lets it through; the bitmaps are fixed once a VM has run.`,
    deed: { kind: 'keep', assignment },
    words: `Write ${assignment} before the next start`,
  };
}

/** What can be done about a write that was refused. */
export function remedyForWrite({ assignment, errno }: Refusal): Remedy | undefined {
  if (errno !== 'EBUSY') return undefined;
  return {
    sentence: 'It can still be written before the machine’s next start.',
    deed: { kind: 'keep', assignment },
    words: 'Keep it for the next start',
  };
}
