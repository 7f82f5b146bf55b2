/** How the board's virtio devices are reached: each in a virtio-mmio slot, or each a function on PCI. */
export const VIRTIO_TRANSPORTS = ['mmio', 'pci'] as const;
export const DEFAULT_VIRTIO = 'mmio';
export type VirtioTransportName = (typeof VIRTIO_TRANSPORTS)[number];
