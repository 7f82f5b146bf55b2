/** The answer to the question about virtio devices. */
import type { QueueView, VirtioView } from '../../machine/devices/virtio/virtio-view';

export type { QueueView };

export interface NamedFeature {
  name: string;
  /** The driver agreed to it. */
  negotiated: boolean;
}

export interface VirtioQueue extends QueueView {
  /** What it is for: `requests`, `control, to the guest`. */
  role: string;
}

/** Where a device is on the board. */
export interface VirtioPlace {
  /** `slot 31` of virtio-mmio, or device and function on PCI, as `00:02.0`. */
  place: string;
  /** Guest-physical address of its registers. Left out: the guest has the function's memory space switched off. */
  base?: number;
  /** What a function on PCI may do, by its command register. */
  command?: { memory: boolean; busMaster: boolean; interruptsOff: boolean };
}

export interface VirtioDeviceAnswer extends VirtioPlace, Omit<VirtioView, 'offered' | 'negotiated' | 'queues'> {
  /** What it is on this machine: `console`, `disk 0`. */
  name: string;
  /** What kind: `block device`. */
  kind: string;
  /** INTID of its interrupt, which functions on PCI may share. */
  intid: number;
  /** The bits of the status register that are set, by name, and how far its driver has come, in a sentence. */
  statusNames: string[];
  stage: string;
  features: NamedFeature[];
  queues: VirtioQueue[];
}

export type VirtioAnswer = VirtioDeviceAnswer[];
