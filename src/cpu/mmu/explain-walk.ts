/**
 * A translation explained, step by step, as the tables and controls are now. What is told is what {@link walk} and {@link checkAccess}, which the engine
 * uses, found on their way: there is no second opinion here. Nothing of the machine changes.
 */

import { CPU } from '../layout';
import type { GuestRam } from '../ram';
import * as syndrome from '../syndrome';
import { SCTLR, SCTLR_HI, TCR, TCR_HI } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { type DescriptorContext, type DescriptorKind, descriptorFields } from '../words/descriptor-words';
import { bitsOf, type FieldWords } from '../words/field-words';
import { attributeWords, SHAREABILITY, sizeWords } from '../words/memory-words';
import { describeSyndrome, faultStatusWords } from '../words/syndrome-words';
import { ACCESS, type AccessKind, checkAccess, deniedToEl0 } from './access-check';
import { granuleOf } from './granule';
import { Translation } from './translation';
import { type WalkStep, walk } from './walk';

/** One lookup, in words. */
export interface ExplainedStep extends WalkStep {
  readonly kind: DescriptorKind;
  /** Where the entry leads: the next table, or what is mapped. */
  readonly output: bigint | undefined;
  readonly fields: readonly FieldWords[];
}

/** What an access would come to. */
export interface AccessVerdict {
  readonly allowed: boolean;
  /** ESR_EL1 of the exception that it would take, and what that says. */
  readonly esr?: bigint;
  readonly words?: string;
}

export interface ElVerdicts {
  readonly read: AccessVerdict;
  readonly write: AccessVerdict;
  readonly execute: AccessVerdict;
}

export interface WalkExplanation {
  readonly address: bigint;
  /** SCTLR_EL1.M. Off: an address is its own translation. */
  readonly mmuOn: boolean;
  readonly ttbr: 'TTBR0_EL1' | 'TTBR1_EL1';
  readonly ttbrValue: bigint;
  /** Why this TTBR, which addresses it is for, and where the walk begins. Whole sentences. */
  readonly why: readonly string[];
  /** Bits of an address that are translated, and the bytes of a page as log2. */
  readonly inputBits: number;
  readonly pageShift: number;
  readonly steps: readonly ExplainedStep[];
  /** Undefined if the walk ends in a fault. */
  readonly mapped: MappedWords | undefined;
  /** Why the walk found nothing, e.g. `translation fault at level 2`. */
  readonly fault: string | undefined;
  /** Controls outside the tables that decide about accesses now. */
  readonly controls: readonly string[];
  readonly el1: ElVerdicts;
  readonly el0: ElVerdicts;
}

/** What the leaf says of the address. */
export interface MappedWords {
  readonly physical: bigint;
  /** log2 of the bytes that the leaf maps, and that in words; 0 with the MMU off. */
  readonly shift: number;
  readonly size: string;
  /** E.g. `Normal, Write-Back, Read-Allocate, Write-Allocate`. */
  readonly memory: string;
  readonly shareability: string;
  readonly global: boolean;
}

const words = (address: bigint): [lo: number, hi: number] => [Number(address & 0xffff_ffffn), Number(address >> 32n)];
const on = (bits: number, mask: number): boolean => (bits & mask) !== 0;

/** @param address virtual, 0 to 2^64 − 1 */
export function explainWalk(vcpu: Vcpu, ram: GuestRam, address: bigint): WalkExplanation {
  const [lo, hi] = words(address);
  const tcrHi = vcpu.hi(SYS.TCR_EL1);
  const high = bitsOf(address, 55, 55) === 1n;
  const mmuOn = on(vcpu.lo(SYS.SCTLR_EL1), SCTLR.M);
  const lookups: WalkStep[] = [];
  const found = new Translation();
  const fault = walk(vcpu, ram, lo, hi, found, lookups);
  const { pageShift } = granuleOf(vcpu, high);
  const inputBits = 64 - txszOf(vcpu, high);
  const context = {
    mair: vcpu.get64(SYS.MAIR_EL1),
    hierarchical: !on(tcrHi, high ? TCR_HI.HPD1 : TCR_HI.HPD0),
    hardwareAccess: on(tcrHi, TCR_HI.HA),
    hardwareDirty: on(tcrHi, TCR_HI.HA) && on(tcrHi, TCR_HI.HD),
  };
  return {
    address,
    mmuOn,
    ttbr: high ? 'TTBR1_EL1' : 'TTBR0_EL1',
    ttbrValue: vcpu.get64(high ? SYS.TTBR1_EL1 : SYS.TTBR0_EL1),
    why: mmuOn ? reasons(vcpu, address, high, lookups) : flatReasons(vcpu, high),
    inputBits,
    pageShift,
    steps: lookups.map((step, at) =>
      explainStep(step, at + 1 < lookups.length, fault, { ...context, shift: step.shift }, pageShift),
    ),
    mapped: fault ? undefined : mappedWords(found),
    fault: fault ? faultStatusWords(syndrome.fscOf(fault)) : undefined,
    controls: controlsNow(vcpu, hi, mmuOn),
    el1: verdicts(vcpu, ram, lo, hi, false),
    el0: verdicts(vcpu, ram, lo, hi, true),
  };
}

const txszOf = (vcpu: Vcpu, high: boolean): number =>
  (vcpu.lo(SYS.TCR_EL1) >>> (high ? TCR.T1SZ_SHIFT : TCR.T0SZ_SHIFT)) & TCR.TXSZ_MASK;

function flatReasons(vcpu: Vcpu, high: boolean): string[] {
  const ignored = on(vcpu.hi(SYS.TCR_EL1), high ? TCR_HI.TBI1 : TCR_HI.TBI0);
  return [
    'The MMU is off (SCTLR_EL1.M is 0): every address is its own translation, and nothing is forbidden.',
    `Physical addresses have ${vcpu.model.paBits} bits${ignored ? '; bits 63 to 56 are ignored (TCR_EL1.TBI)' : ''}.`,
  ];
}

/** Why the walk begins where it begins, or does not begin. */
function reasons(vcpu: Vcpu, address: bigint, high: boolean, lookups: readonly WalkStep[]): string[] {
  const tcr = vcpu.lo(SYS.TCR_EL1);
  const n = high ? 1 : 0;
  const txsz = txszOf(vcpu, high);
  const inputBits = 64 - txsz;
  const topByteIgnored = on(vcpu.hi(SYS.TCR_EL1), high ? TCR_HI.TBI1 : TCR_HI.TBI0);
  const sentences = [`Bit 55 is ${n}: the ${high ? 'upper' : 'lower'} half, whose tables are at TTBR${n}_EL1.`];
  const maxTxsz = vcpu.model.has('FEAT_TTST') ? granuleOf(vcpu, high).maxSmallTxsz : granuleOf(vcpu, high).maxTxsz;
  const size = `TCR_EL1.T${n}SZ is ${txsz}`;
  const [first] = lookups;
  if (first) {
    sentences.push(
      `${size}: 64 − ${txsz} = ${inputBits} bits are translated${topByteIgnored ? `, bits 63 to 56 are ignored (TBI${n})` : ''}.`,
      `TCR_EL1.TG${n}: pages of ${sizeWords(granuleOf(vcpu, high).pageShift)}, so that the walk begins at level ${first.level}.`,
    );
    return sentences;
  }
  if (on(tcr, high ? TCR.EPD1 : TCR.EPD0)) sentences.push(`TCR_EL1.EPD${n} is 1: no walk in this half.`);
  else if (txsz < 16 || txsz > maxTxsz) sentences.push(`${size}, which is out of its range (16 to ${maxTxsz}): no walk.`);
  else if (!isSignExtended(address, inputBits, topByteIgnored))
    sentences.push(
      `${size}: of this half only the ${inputBits} bits at its ${high ? 'end' : 'beginning'} are translated, and the address is outside.`,
    );
  else sentences.push(`The table's address in TTBR${n}_EL1 is beyond TCR_EL1.IPS.`);
  return sentences;
}

/** Bits above those translated, as far as they count, all say the same. */
function isSignExtended(address: bigint, inputBits: number, topByteIgnored: boolean): boolean {
  const top = topByteIgnored ? 55 : 63;
  const above = bitsOf(address, top, inputBits);
  return above === 0n || above === (1n << BigInt(top + 1 - inputBits)) - 1n;
}

function explainStep(
  step: WalkStep,
  leadsOn: boolean,
  fault: number,
  context: DescriptorContext,
  pageShift: number,
): ExplainedStep {
  const kind = kindOf(step, leadsOn, fault);
  if (step.value === undefined) return { ...step, kind, output: undefined, fields: [] };
  const shift = kind === 'table' ? pageShift : step.shift;
  const output = kind === 'invalid' || kind === 'reserved' ? undefined : bitsOf(step.value, 47, shift) << BigInt(shift);
  return { ...step, kind, output, fields: descriptorFields(step.value, kind, { ...context, shift }) };
}

/** By what the walk made of it: it went on, or ended there with this fault. */
function kindOf({ value, level }: WalkStep, leadsOn: boolean, fault: number): DescriptorKind {
  if (value === undefined) return 'unreadable';
  const kind = syndrome.fscOf(fault) & ~3;
  if (!leadsOn && fault && kind === syndrome.FSC.TRANSLATION) return (value & 1n) === 0n ? 'invalid' : 'reserved';
  const isTable = leadsOn || (level < 3 && (value & 2n) !== 0n);
  return isTable ? 'table' : level === 3 ? 'page' : 'block';
}

export function mappedWords(found: Translation): MappedWords {
  return {
    physical: BigInt(found.pa),
    shift: found.leafShift,
    size: found.flat ? 'all' : sizeWords(found.leafShift),
    memory: found.flat ? 'no attributes: the MMU is off' : attributeWords(found.attribute),
    shareability: found.flat ? '' : SHAREABILITY[found.shareability]!,
    global: !found.nonGlobal,
  };
}

function controlsNow(vcpu: Vcpu, vaHi: number, mmuOn: boolean): string[] {
  if (!mmuOn) return [];
  const sctlr = vcpu.lo(SYS.SCTLR_EL1);
  const pan = vcpu.get32(CPU.PAN) !== 0;
  return [
    ...(pan ? ['PSTATE.PAN is 1: EL1 must not read or write what EL0 may.'] : []),
    ...(pan && on(vcpu.hi(SYS.SCTLR_EL1), SCTLR_HI.EPAN)
      ? ['SCTLR_EL1.EPAN is 1: PAN is for what EL0 may only execute, too.']
      : []),
    ...(on(sctlr, SCTLR.WXN) ? ['SCTLR_EL1.WXN is 1: what is writable is not executable.'] : []),
    ...(deniedToEl0(vcpu, vaHi) ? ['TCR_EL1.E0PD is 1 for this half: EL0 has no access to it, whatever the tables say.'] : []),
  ];
}

function verdicts(vcpu: Vcpu, ram: GuestRam, lo: number, hi: number, el0: boolean): ElVerdicts {
  const pan = vcpu.get32(CPU.PAN) !== 0;
  const judge = (access: AccessKind): AccessVerdict => {
    const out = new Translation();
    const writes = access === ACCESS.WRITE;
    const fault = checkAccess(vcpu, ram, lo, hi, { access, el0, pan, writes }, out);
    if (!fault) return { allowed: true };
    const esr = BigInt(syndromeOf(fault, access, el0));
    return { allowed: false, esr, words: describeSyndrome(esr).sentence };
  };
  return { read: judge(ACCESS.READ), write: judge(ACCESS.WRITE), execute: judge(ACCESS.EXEC) };
}

function syndromeOf(fault: number, access: AccessKind, el0: boolean): number {
  const { EC } = syndrome;
  if (access === ACCESS.EXEC)
    return syndrome.esr(el0 ? EC.INSTRUCTION_ABORT_LOWER : EC.INSTRUCTION_ABORT_SAME, syndrome.issInstructionAbort(fault));
  return syndrome.esr(el0 ? EC.DATA_ABORT_LOWER : EC.DATA_ABORT_SAME, syndrome.issDataAbort(fault, access === ACCESS.WRITE));
}
