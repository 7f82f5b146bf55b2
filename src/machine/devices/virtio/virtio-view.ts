/** A virtio device for people: plain data. */

export interface QueueView {
  ready: boolean;
  /** Descriptors, as the driver chose, and at most. */
  size: number;
  maxSize: number;
  /** Guest-physical addresses of the descriptor table, the available ring and the used ring. */
  descriptors: bigint;
  available: bigint;
  used: bigint;
  /** Free-running 16-bit indices: the driver's of the available ring, where the device will go on in it, and the device's of the used ring. */
  availableIndex: number;
  nextAvailable: number;
  usedIndex: number;
  /** Buffers that the driver has made available and the device has not taken. */
  waiting: number;
  /** The device is at a buffer. */
  atWork: boolean;
  /** Buffers returned since the machine was reset or restored, and the bytes the device read from them and wrote into them. */
  returned: number;
  bytesRead: number;
  bytesWritten: number;
}

export interface VirtioView {
  deviceId: number;
  /** The status register. */
  status: number;
  /** Feature bits: those the device offers, and those that device and driver agreed on (0 before FEATURES_OK). */
  offered: bigint;
  negotiated: bigint;
  /** Bits of InterruptStatus; while any is set the wire is high. */
  interruptStatus: number;
  /** What the driver did wrong since its last reset, in a sentence. */
  fault?: string;
  /** What it is, in sentences of its own. */
  about: string[];
  queues: QueueView[];
}
