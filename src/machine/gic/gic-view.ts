/** An interrupt controller for people: plain data, for both architecture versions. Of priorities the smaller number is the higher. */
import type { GicVersion } from './gic-versions';
import { INTERRUPTS_PER_WORD, type InterruptBank } from './interrupt-bank';

export interface InterruptView {
  intid: number;
  /** Whose it is, if it is private to a vCPU (an SGI or a PPI). */
  vcpu?: number;
  enabled: boolean;
  pending: boolean;
  active: boolean;
  /** The wire is high. */
  level: boolean;
  /** Edge-triggered rather than level-sensitive. */
  edge: boolean;
  group: 0 | 1;
  priority: number;
  /** vCPUs to which it may be signalled. */
  targets: number[];
  /** How often a vCPU took (acknowledged) it since the machine was reset or restored. */
  taken: number;
}

export interface CpuInterfaceView {
  /** Only what is of a higher priority is signalled (ICC_PMR_EL1, GICC_PMR). */
  pmr: number;
  /** Of what the vCPU handles now; 0xff: of nothing (ICC_RPR_EL1, GICC_RPR). */
  runningPriority: number;
  /** It takes interrupts of the group. */
  group0: boolean;
  group1: boolean;
  /** Ending an interrupt takes two writes: EOIR drops its priority, DIR deactivates it. */
  splitEoi: boolean;
  /** The pending interrupt of the highest priority, of those whose group is enabled everywhere. */
  highest?: { intid: number; priority: number; group: 0 | 1 };
  /** {@link highest} gets past the priority mask, and before what is handled now. */
  signals: boolean;
  /** The wires to the vCPU. */
  irq: boolean;
  fiq: boolean;
}

export interface GicView {
  version: GicVersion;
  /** The distributor forwards interrupts of the group (GICD_CTLR). */
  group0: boolean;
  group1: boolean;
  cpus: CpuInterfaceView[];
  /** By INTID, of equals by vCPU. */
  interrupts: InterruptView[];
}

/** Which interrupts of a bank to look at. */
export interface BankToView {
  bank: InterruptBank;
  /** INTID of its first. */
  first: number;
  /** Whose the bank is, if it is a vCPU's own. */
  vcpu?: number;
  targets: (index: number) => number[];
}

/** The SGIs of a vCPU: kernels enable all of them, and use a few. */
const SGIS = 0xffff;

/** The interrupts of a word with which something is under way, or may be. */
function inUse(bank: InterruptBank, word: number, isPrivate: boolean): number {
  const enabled = isPrivate ? bank.enabled[word]! & ~SGIS : bank.enabled[word]!;
  return enabled | bank.pendingWord(word) | bank.active[word]! | bank.level[word]!;
}

/** The interrupts of some banks. @param all also those that nobody uses */
export function viewInterrupts(banks: readonly BankToView[], all: boolean): InterruptView[] {
  const views: InterruptView[] = [];
  for (const { bank, first, vcpu, targets } of banks)
    for (let index = 0; index < bank.words * INTERRUPTS_PER_WORD; index++) {
      const word = index >>> 5;
      const has = (bits: number): boolean => (bits & (1 << (index & 31))) !== 0;
      const taken = bank.taken[index]!;
      if (!all && !has(inUse(bank, word, vcpu !== undefined)) && taken === 0) continue;
      views.push({
        intid: first + index,
        ...(vcpu !== undefined && { vcpu }),
        enabled: has(bank.enabled[word]!),
        pending: has(bank.pendingWord(word)),
        active: has(bank.active[word]!),
        level: has(bank.level[word]!),
        edge: has(bank.edge[word]!),
        group: has(bank.group1[word]!) ? 1 : 0,
        priority: bank.priority[index]!,
        targets: targets(index),
        taken,
      });
    }
  return views.sort((a, b) => a.intid - b.intid || (a.vcpu ?? 0) - (b.vcpu ?? 0));
}
