import type { GicCpuPort } from '../../cpu/sysregs/context';
import type { IccRegister } from '../../cpu/sysregs/icc-registers';
import type { IrqLine, MmioDevice, Persistent } from '../device';
import type { FdtNode } from '../fdt';
import type { GicVersion } from './gic-versions';
import type { GicView } from './gic-view';

export interface InterruptControllerOptions {
  /** 1 to 8. */
  vcpus: number;
  /** MPIDR_EL1 of each vCPU: Aff3 in bits 39 to 32, Aff2 to Aff0 in bits 23 to 0. */
  mpidrs: readonly number[];
  /** The vCPU whose access has come to a register. */
  accessing: () => number;
  /** Called when the interrupt request to a vCPU changes (and for both requests of all after reset and restore). */
  irqChanged: (vcpu: number, asserted: boolean, fiq: boolean) => void;
}

/** A window of guest-physical addresses. */
export interface MmioRegion {
  base: number;
  size: number;
  device: MmioDevice;
}

/** What the board needs of its interrupt controller, whatever its architecture version. */
export interface InterruptController extends Persistent {
  readonly version: GicVersion;
  /** Its windows, for the bus. Resetting, saving and restoring the controller covers them. */
  readonly regions: readonly MmioRegion[];
  /** The CPU interface as system registers; a controller without one has it in a region, and the ICC_* registers are UNDEFINED. */
  readonly systemRegisters?: GicCpuPort;
  /** What {@link systemRegisters} would read, and nothing is acknowledged by it; there if they are. */
  peekIcc?(vcpu: number, register: IccRegister): number;
  /** The wire of shared peripheral interrupt `n` (from 0; its INTID is 32 more). */
  spi(n: number): IrqLine;
  /** The wire of a vCPU's private peripheral interrupt, by INTID (16 to 31). */
  ppi(vcpu: number, intid: number): IrqLine;
  /** The Warm reset of one vCPU: its CPU interface starts afresh, what is pending stays pending. */
  resetCpuInterface(vcpu: number): void;
  /** INTID of the highest priority pending interrupt that the CPU interface of a vCPU would take; 1023: none. Acknowledges nothing. */
  pendingIntid(vcpu: number): number;
  /** Whether an interrupt is pending that wakes a vCPU suspended to RAM. */
  wakeRequested(vcpu: number): boolean;
  /** What it looks like to people; nothing changes by it. @param all also interrupts that nobody uses */
  view(all: boolean): GicView;
  /** Its node of the device tree, which others point to by `phandle`. */
  deviceTreeNode(phandle: number): FdtNode;
  /** What its binding wants in the third cell of a PPI's specifier beside the trigger: the mask of CPUs, for those that have it. */
  readonly ppiFlags: number;
}
