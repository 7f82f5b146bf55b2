/**
 * What every virtio device is, apart from how the guest reaches it: the contract between a device and its transport.
 *
 * Source: Virtual I/O Device (VIRTIO) Version 1.2, OASIS, chapters 2, 3 and 6.
 */
import type { AccessSize, GuestMemory, Persistent } from '../../device';
import type { Virtqueue } from './queue';

/** Device ids (chapter 5). */
export const DeviceId = { none: 0, block: 2, console: 3, entropy: 4 } as const;

/** Bits of the device status field (2.1). */
export const Status = {
  ACKNOWLEDGE: 1,
  DRIVER: 2,
  DRIVER_OK: 4,
  FEATURES_OK: 8,
  DEVICE_NEEDS_RESET: 64,
  FAILED: 128,
} as const;

/** Reserved feature bits, those that belong to rings and transports (chapter 6). */
export const Feature = {
  VIRTIO_F_INDIRECT_DESC: 1n << 28n,
  VIRTIO_F_EVENT_IDX: 1n << 29n,
  VIRTIO_F_VERSION_1: 1n << 32n,
  VIRTIO_F_RING_RESET: 1n << 40n,
} as const;

/** What a transport offers the device behind it. */
export interface VirtioHost {
  readonly memory: GuestMemory;
  /** The driver has set DRIVER_OK and the device is not waiting to be reset: rings may be touched. */
  readonly active: boolean;
  /** Negotiated feature bits; 0 before FEATURES_OK. */
  readonly features: bigint;
  readonly queues: readonly Virtqueue[];
  /** The device has changed its configuration space: bumps the generation and tells the driver. */
  configChanged(): void;
  /** The device has something to do that the guest did not ask for just now: its {@link VirtioDevice.step} is called soon. */
  hasWork(): void;
  /** What is being done costs this much: see virtio-cost.ts. */
  spend(cost: number): void;
}

/**
 * A virtio device without its transport.
 *
 * `reset()` is power-on; `driverReset()` is the driver writing 0 to the status field, which may spare what the host queued.
 * `save` and `restore` cover the device only: the transport saves queues, features and status, and restores them first.
 */
export interface VirtioDevice extends Persistent {
  /** Short name for logs and errors, e.g. `virtio-blk`. */
  readonly name: string;
  readonly deviceId: number;
  /** Device-specific feature bits it offers; the transport adds those of {@link Feature}. */
  readonly features: bigint;
  /** Largest size of each virtqueue in descriptors, powers of two; the length is the number of queues. */
  readonly queueSizes: readonly number[];
  /** Called once, by the transport, before anything else. */
  connect(host: VirtioHost): void;
  /** The driver has set DRIVER_OK. */
  activate(): void;
  driverReset(): void;
  /** The driver has taken queue `index` away: forget what was in flight on it. */
  queueStopped(index: number): void;
  /**
   * Does one piece of what there is to do with the rings, no more than half a millisecond's, and tells what it cost by
   * {@link VirtioHost.spend}. False: there is nothing to do. Called again and again after the driver has made buffers available, and after
   * {@link VirtioHost.hasWork}, while the device is active; in between the guest may run. May throw a `VirtqueueError`.
   */
  step(): boolean;
  /** What it is, for people, in sentences without a full stop. */
  about(): string[];
  readConfig(offset: number, size: AccessSize): number;
  writeConfig(offset: number, size: AccessSize, value: number): void;
}

/** Reads a little-endian field of a configuration space; bytes past its end read as zero. */
export function readConfigBytes(config: Uint8Array, offset: number, size: AccessSize): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (config[offset + i] ?? 0);
  return value;
}
