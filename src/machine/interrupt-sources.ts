import { FIRST_PPI_INTID, FIRST_SPI_INTID, PPI, SPI, VIRTIO_MMIO_SLOTS } from './memory-map';

const PRIVATE: Readonly<Record<number, string>> = {
  [PPI.pmu]: 'performance monitor',
  [PPI.hypervisorTimer]: 'hypervisor timer',
  [PPI.virtualTimer]: 'virtual timer',
  [PPI.secureTimer]: 'secure timer',
  [PPI.physicalTimer]: 'physical timer',
};
const SHARED: Readonly<Record<number, string>> = {
  [SPI.uart]: 'UART (PL011)',
  [SPI.rtc]: 'real-time clock (PL031)',
  [SPI.pcieIntA]: 'PCIe INTA',
  [SPI.pcieIntA + 1]: 'PCIe INTB',
  [SPI.pcieIntA + 2]: 'PCIe INTC',
  [SPI.pcieIntA + 3]: 'PCIe INTD',
  [SPI.gpio]: 'power and sleep keys (PL061)',
};

/**
 * What of the board raises the interrupt `intid`, in words. SGIs are for software to say: what they mean only the guest knows.
 * @param virtioOn the virtio devices that raise shared peripheral interrupt `spi`, by name
 */
export function interruptSource(intid: number, virtioOn: (spi: number) => readonly string[]): string {
  if (intid < FIRST_PPI_INTID) return `SGI ${intid}, sent by software`;
  if (intid < FIRST_SPI_INTID) return PRIVATE[intid] ?? 'no device';
  const spi = intid - FIRST_SPI_INTID;
  const virtio = virtioOn(spi)
    .map((name) => `virtio ${name}`)
    .join(', ');
  const slot = spi - SPI.virtioMmio;
  if (slot >= 0 && slot < VIRTIO_MMIO_SLOTS) return virtio || `empty virtio slot ${slot}`;
  return [SHARED[spi] ?? 'no device', virtio].filter((words) => words !== '').join(': ');
}
