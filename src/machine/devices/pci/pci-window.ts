import type { AccessSize, Apply, DeviceState, MmioDevice } from '../../device';
import { allOnes } from './no-answer';
import type { PciBus } from './pci-bus';
import type { PciMapping } from './pci-function';

/**
 * A window of physical addresses onto PCI memory space, where addresses are the same. What no BAR answers for reads as all ones.
 * It has no state: BARs are their functions'.
 */
export class PciWindow implements MmioDevice {
  /** Accesses that a function answered so far: for people. */
  answered = 0;

  /** @param base physical address in bytes */
  constructor(
    readonly name: string,
    private readonly bus: PciBus,
    private readonly base: number,
  ) {}

  /** The BAR that answers at a physical address. */
  at(address: number): PciMapping | undefined {
    return this.bus.find(address, 1);
  }

  read(offset: number, size: AccessSize): number {
    const address = this.base + offset;
    const mapping = this.bus.find(address, size);
    if (!mapping) return allOnes(size);
    const { owner, bar, base } = mapping;
    this.answered++;
    owner.accesses++;
    return owner.behaviour.readBar(bar, address - base, size);
  }

  write(offset: number, size: AccessSize, value: number): void {
    const address = this.base + offset;
    const mapping = this.bus.find(address, size);
    if (!mapping) return;
    const { owner, bar, base } = mapping;
    this.answered++;
    owner.accesses++;
    owner.behaviour.writeBar(bar, address - base, size, value);
  }

  reset(): void {}

  save(): DeviceState {
    return {};
  }

  check(): Apply {
    return () => {};
  }
}
