import type { AccessSize, Apply, DeviceState, MmioDevice } from '../device';
import { GIC_REDISTRIBUTOR_STRIDE } from '../memory-map';
import { SavedState } from '../saved-state';
import { INTERRUPTS_PER_WORD, type InterruptBank } from './interrupt-bank';
import {
  GICD,
  GICR,
  GICR_PART_LOW,
  GICR_SGI_FRAME,
  GICR_TYPER,
  GICR_WAKER,
  IIDR_VALUE,
  identificationRegisters,
} from './mmio-registers';

const ID_REGISTERS = identificationRegisters(GICR_PART_LOW);
const WAKER_ASLEEP = GICR_WAKER.ProcessorSleep | GICR_WAKER.ChildrenAsleep;
/** ICFGR0 is the SGIs' and cannot be written. */
const PPI_CONFIGURATION = 1;

/**
 * GICR: one redistributor for each vCPU, side by side in one window of {@link GIC_REDISTRIBUTOR_STRIDE} bytes each.
 * No LPIs. WAKER only answers as software expects: the interface is always quiescent, and, as on QEMU, interrupts are
 * delivered even while it says that the processor sleeps. Source: IHI 0069, sections 12.10 and 12.11.
 */
export class Redistributors implements MmioDevice {
  readonly name = 'gicr';
  private readonly asleep: boolean[];

  /**
   * @param banks the SGIs and PPIs of each vCPU
   * @param affinities of the vCPUs, Aff3 to Aff0 in one 32-bit number
   * @param changed called after any write that may change what is pending for a vCPU
   */
  constructor(
    private readonly banks: readonly InterruptBank[],
    private readonly affinities: readonly number[],
    private readonly changed: (vcpu: number) => void,
  ) {
    this.asleep = banks.map(() => true);
  }

  read(offset: number, size: AccessSize): number {
    const vcpu = Math.floor(offset / GIC_REDISTRIBUTOR_STRIDE);
    const bank = this.banks[vcpu];
    if (bank === undefined) return 0;
    const register = offset % GIC_REDISTRIBUTOR_STRIDE;
    return register < GICR_SGI_FRAME ? this.readRd(vcpu, register, size) : readSgi(bank, register - GICR_SGI_FRAME, size);
  }

  write(offset: number, size: AccessSize, value: number): void {
    const vcpu = Math.floor(offset / GIC_REDISTRIBUTOR_STRIDE);
    const bank = this.banks[vcpu];
    if (bank === undefined) return;
    const register = offset % GIC_REDISTRIBUTOR_STRIDE;
    if (register >= GICR_SGI_FRAME) {
      writeSgi(bank, register - GICR_SGI_FRAME, size, value);
      this.changed(vcpu);
    } else if (register === GICR.WAKER && size === 4) {
      this.asleep[vcpu] = (value & GICR_WAKER.ProcessorSleep) !== 0;
    }
  }

  reset(): void {
    for (const bank of this.banks) bank.reset();
    this.asleep.fill(true);
  }

  save(): DeviceState {
    return { banks: this.banks.map((bank) => bank.save()), asleep: this.asleep.map(Number) };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const banks = saved.objects('banks', this.banks.length);
    const asleep = saved.numbers('asleep', this.banks.length, 1);
    const parts = banks.map((one, vcpu) => this.banks[vcpu]!.check(`${this.name} ${vcpu}`, one));
    return () => {
      for (const apply of parts) apply();
      asleep.forEach((one, vcpu) => {
        this.asleep[vcpu] = one === 1;
        this.changed(vcpu);
      });
    };
  }

  private readRd(vcpu: number, register: number, size: AccessSize): number {
    if (size !== 4) return 0;
    switch (register) {
      case GICR.IIDR:
        return IIDR_VALUE;
      case GICR.TYPER_LOW: {
        const last = vcpu === this.banks.length - 1 ? GICR_TYPER.Last : 0;
        return GICR_TYPER.CommonLPIAffAff3 | (vcpu << GICR_TYPER.ProcessorNumberShift) | last;
      }
      case GICR.TYPER_HIGH:
        return this.affinities[vcpu]!;
      case GICR.WAKER:
        return this.asleep[vcpu] ? WAKER_ASLEEP : 0;
      default:
        return register >= GICR.PIDR4 ? (ID_REGISTERS[(register - GICR.PIDR4) >>> 2] ?? 0) : 0;
    }
  }
}

function readSgi(bank: InterruptBank, register: number, size: AccessSize): number {
  const interrupt = register - GICD.IPRIORITYR;
  if (interrupt >= 0 && interrupt < INTERRUPTS_PER_WORD) return bank.readPriorities(interrupt, size);
  if (size !== 4) return 0;
  const configuration = (register - GICD.ICFGR) >> 2;
  if (configuration === 0 || configuration === PPI_CONFIGURATION) return bank.readConfiguration(configuration);
  return bank.readBits(register, 0);
}

function writeSgi(bank: InterruptBank, register: number, size: AccessSize, value: number): void {
  const interrupt = register - GICD.IPRIORITYR;
  if (interrupt >= 0 && interrupt < INTERRUPTS_PER_WORD) {
    bank.writePriorities(interrupt, size, value);
  } else if (size === 4) {
    if ((register - GICD.ICFGR) >> 2 === PPI_CONFIGURATION) bank.writeConfiguration(PPI_CONFIGURATION, value);
    else bank.writeBits(register, 0, value);
  }
}
