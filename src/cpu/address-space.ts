import { currentAsid } from './mmu/tlb';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

/** TTBR bits that are not the ASID, in the high word. */
const TABLE_HI = 0xffff;

/** What tells the address space of EL0 from others: its table and ASID, and what the guest calls it by, if it does. */
export interface AddressSpaceTag {
  /** TTBR0_EL1 without its ASID field. */
  tableLo: number;
  tableHi: number;
  asid: number;
  /** CONTEXTIDR_EL1: the number of the process, in a Linux that was built to tell it (CONFIG_PID_IN_CONTEXTIDR). */
  contextId: number;
}

/** Reads that of a vCPU. True if it differs from what `into` held. */
export function readAddressSpace(vcpu: Vcpu, into: AddressSpaceTag): boolean {
  const [tableLo, tableHi] = [vcpu.lo(SYS.TTBR0_EL1), vcpu.hi(SYS.TTBR0_EL1) & TABLE_HI];
  const [asid, contextId] = [currentAsid(vcpu), vcpu.lo(SYS.CONTEXTIDR_EL1)];
  if (into.tableLo === tableLo && into.tableHi === tableHi && into.asid === asid && into.contextId === contextId) return false;
  into.tableLo = tableLo;
  into.tableHi = tableHi;
  into.asid = asid;
  into.contextId = contextId;
  return true;
}
