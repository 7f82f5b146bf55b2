import type { AccessSize, Apply, DeviceState, MmioDevice } from '../../device';

/** What a read gets that nobody answers on PCI. */
export const allOnes = (size: AccessSize): number => (size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff);

/** A window behind which nothing answers, as PCI I/O space without a device: reads all ones, ignores writes. */
export class AllOnes implements MmioDevice {
  constructor(readonly name: string) {}

  read(_offset: number, size: AccessSize): number {
    return allOnes(size);
  }

  write(): void {}

  reset(): void {}

  save(): DeviceState {
    return {};
  }

  check(): Apply {
    return () => {};
  }
}
