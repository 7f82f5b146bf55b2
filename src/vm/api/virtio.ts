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

export interface VirtioDeviceAnswer extends Omit<VirtioView, 'offered' | 'negotiated' | 'queues'> {
  /** What it is on this machine: `console`, `disk 0`. */
  name: string;
  /** What kind: `block device`. */
  kind: string;
  slot: number;
  /** Guest-physical address of its registers, and the INTID of its interrupt. */
  base: number;
  intid: number;
  /** The bits of the status register that are set, by name, and how far its driver has come, in a sentence. */
  statusNames: string[];
  stage: string;
  features: NamedFeature[];
  queues: VirtioQueue[];
}

export type VirtioAnswer = VirtioDeviceAnswer[];
