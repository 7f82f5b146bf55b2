import type { InterruptControllerOptions } from './interrupt-controller';

/** The wires from an interrupt controller to the vCPUs: what is asserted on them, told where it changes. */
export class InterruptRequests {
  private readonly irq: boolean[];
  private readonly fiq: boolean[];

  constructor(
    vcpus: number,
    private readonly changed: InterruptControllerOptions['irqChanged'],
  ) {
    this.irq = Array.from({ length: vcpus }, () => false);
    this.fiq = Array.from({ length: vcpus }, () => false);
  }

  drive(vcpu: number, irq: boolean, fiq: boolean): void {
    if (this.irq[vcpu] !== irq) {
      this.irq[vcpu] = irq;
      this.changed(vcpu, irq, false);
    }
    if (this.fiq[vcpu] !== fiq) {
      this.fiq[vcpu] = fiq;
      this.changed(vcpu, fiq, true);
    }
  }

  /** What is asserted on the wires of a vCPU. */
  asserted(vcpu: number): { irq: boolean; fiq: boolean } {
    return { irq: this.irq[vcpu]!, fiq: this.fiq[vcpu]! };
  }

  /** Tells every request again, changed or not: after reset and restore the vCPUs' own idea of them is void. */
  announce(): void {
    for (const vcpu of this.irq.keys()) {
      this.changed(vcpu, this.irq[vcpu]!, false);
      this.changed(vcpu, this.fiq[vcpu]!, true);
    }
  }
}
