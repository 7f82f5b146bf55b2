/**
 * virtio-blk: a disk behind one request queue. Requests take effect in the order in which they were made, at once or
 * after a fixed latency of machine time.
 *
 * Source: VIRTIO 1.2, section 5.2 (block device).
 */
import type { BlockDevice } from '../../../storage/block-device';
import type { AccessSize, Alarm, Apply, Clock, DeviceState } from '../../device';
import { SavedState } from '../../saved-state';
import {
  BlockConfig,
  BlockFeature,
  ID_BYTES,
  MAX_DISCARD_SECTORS,
  MAX_RANGES,
  MAX_WRITE_ZEROES_SECTORS,
  SECTOR_BYTES,
} from './block-format';
import { executeRequest } from './block-request';
import { DeviceId, readConfigBytes, type VirtioDevice, type VirtioHost } from './device';
import { type Chain, MAX_INDIRECT_DESCRIPTORS, type Segment, VirtqueueError } from './queue';

const REQUEST_QUEUE = 0;
const QUEUE_SIZE = 256;

export interface VirtioBlockOptions {
  disk: BlockDevice;
  /** What the guest reads as the disk's id, at most 20 bytes of ASCII. Left out: the disk's name. */
  serial?: string;
  /** Offer the disk for reading only. A read-only disk always is. */
  readOnly?: boolean;
  /** How long a request takes, in nanoseconds of machine time; with `clock`. Left out or 0: no time. */
  latency?: bigint;
  clock?: Clock;
  /** Told when the disk fails a request that the guest was right to make; the guest sees VIRTIO_BLK_S_IOERR. */
  onDiskError?: (error: unknown) => void;
}

interface InFlight {
  readonly chain: Chain;
  readonly deadline: bigint;
}

export class VirtioBlock implements VirtioDevice {
  readonly name = 'virtio-blk';
  readonly deviceId = DeviceId.block;
  readonly queueSizes = [QUEUE_SIZE];
  readonly features: bigint;
  readonly #disk: BlockDevice;
  readonly #serial: Uint8Array;
  readonly #readOnly: boolean;
  readonly #latency: bigint;
  readonly #clock: Clock | undefined;
  readonly #onDiskError: (error: unknown) => void;
  #config: Uint8Array;
  #host: VirtioHost | undefined;
  /** In order of their deadlines, as the latency is the same for all. */
  #inFlight: InFlight[] = [];
  #alarm: Alarm | undefined;

  constructor(options: VirtioBlockOptions) {
    const { disk } = options;
    this.#disk = disk;
    this.#readOnly = disk.readOnly || (options.readOnly ?? false);
    this.#serial = new TextEncoder().encode(options.serial ?? disk.name).slice(0, ID_BYTES);
    this.#latency = options.latency ?? 0n;
    this.#clock = options.clock;
    if (this.#latency > 0n && options.clock === undefined) {
      throw new Error(`A latency of ${this.#latency} ns for the disk “${disk.name}” needs a clock.`);
    }
    this.#onDiskError = options.onDiskError ?? (() => {});
    this.features =
      BlockFeature.VIRTIO_BLK_F_SEG_MAX |
      BlockFeature.VIRTIO_BLK_F_BLK_SIZE |
      BlockFeature.VIRTIO_BLK_F_FLUSH |
      (this.#readOnly
        ? BlockFeature.VIRTIO_BLK_F_RO
        : BlockFeature.VIRTIO_BLK_F_DISCARD | BlockFeature.VIRTIO_BLK_F_WRITE_ZEROES);
    this.#config = this.#buildConfig();
  }

  /** Requests accepted and not yet done. */
  get pending(): number {
    return this.#inFlight.length;
  }

  connect(host: VirtioHost): void {
    this.#host = host;
  }

  /** The disk has another size now: tells the driver. */
  resized(): void {
    this.#config = this.#buildConfig();
    this.#host?.configChanged();
  }

  notify(index: number): void {
    const queue = this.#host?.queues[index];
    if (queue === undefined || index !== REQUEST_QUEUE) return;
    if (this.#latency === 0n || this.#clock === undefined) {
      queue.takeAll((chain) => this.#complete(chain));
      queue.signal();
      return;
    }
    const deadline = this.#clock.now() + this.#latency;
    try {
      queue.takeAll((chain) => {
        if (this.#inFlight.length >= queue.size) {
          throw new VirtqueueError(`The ${queue.label} has more than ${queue.size} requests in flight.`);
        }
        this.#inFlight.push({ chain, deadline });
      });
    } finally {
      this.#setAlarm();
    }
  }

  activate(): void {}

  driverReset(): void {
    this.queueStopped(REQUEST_QUEUE);
  }

  queueStopped(index: number): void {
    if (index !== REQUEST_QUEUE) return;
    this.#inFlight = [];
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }

  readConfig(offset: number, size: AccessSize): number {
    return readConfigBytes(this.#config, offset, size);
  }

  /** Nothing is writable: the only such field, writeback, belongs to a feature that is not offered. */
  writeConfig(): void {}

  reset(): void {
    this.queueStopped(REQUEST_QUEUE);
  }

  /** The requests in flight; what is on the disk belongs to the disk. */
  save(): DeviceState {
    return {
      inFlight: this.#inFlight.map(({ chain, deadline }) => ({
        deadline,
        head: chain.head,
        readable: chain.readable.map((segment) => ({ ...segment })),
        writable: chain.writable.map((segment) => ({ ...segment })),
      })),
    };
  }

  check(state: DeviceState): Apply {
    const inFlight = new SavedState(this.name, state).list('inFlight', QUEUE_SIZE).map((request) => {
      const saved = new SavedState(this.name, request);
      const chain = {
        head: saved.number('head', 0xffff),
        readable: savedSegments(this.name, request, 'readable'),
        writable: savedSegments(this.name, request, 'writable'),
      };
      return { chain, deadline: saved.bigint('deadline') };
    });
    if (inFlight.length > 0 && this.#clock === undefined) {
      throw new Error(`The saved state of ${this.name} has requests in flight, but the disk “${this.#disk.name}” has no clock.`);
    }
    return () => {
      this.reset();
      this.#inFlight = inFlight;
      this.#setAlarm();
    };
  }

  #setAlarm(): void {
    const first = this.#inFlight[0];
    if (first === undefined || this.#alarm !== undefined) return;
    this.#alarm = this.#clock?.at(first.deadline, () => {
      this.#alarm = undefined;
      this.#host?.guard(() => this.#completeDue());
      // A device that waits to be reset finishes nothing, and its alarm would ring for ever.
      if (this.#host?.active) this.#setAlarm();
      else this.#inFlight = [];
    });
  }

  #completeDue(): void {
    const now = this.#clock?.now() ?? 0n;
    while (this.#inFlight[0] !== undefined && this.#inFlight[0].deadline <= now) this.#complete(this.#inFlight.shift()!.chain);
    this.#host?.queues[REQUEST_QUEUE]?.signal();
  }

  #complete(chain: Chain): void {
    const host = this.#host;
    if (host === undefined) return;
    const written = executeRequest(
      {
        memory: host.memory,
        disk: this.#disk,
        readOnly: this.#readOnly,
        serial: this.#serial,
        features: host.features,
        onDiskError: this.#onDiskError,
      },
      chain,
    );
    host.queues[REQUEST_QUEUE]?.push(chain, written);
  }

  #buildConfig(): Uint8Array {
    const bytes = new Uint8Array(BlockConfig.bytes);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(BlockConfig.capacity, BigInt(Math.floor(this.#disk.size / SECTOR_BYTES)), true);
    // Header and status take a descriptor each.
    view.setUint32(BlockConfig.seg_max, QUEUE_SIZE - 2, true);
    view.setUint32(BlockConfig.blk_size, SECTOR_BYTES, true);
    if (!this.#readOnly) {
      view.setUint32(BlockConfig.max_discard_sectors, MAX_DISCARD_SECTORS, true);
      view.setUint32(BlockConfig.max_discard_seg, MAX_RANGES, true);
      view.setUint32(BlockConfig.discard_sector_alignment, 1, true);
      view.setUint32(BlockConfig.max_write_zeroes_sectors, MAX_WRITE_ZEROES_SECTORS, true);
      view.setUint32(BlockConfig.max_write_zeroes_seg, MAX_RANGES, true);
      view.setUint8(BlockConfig.write_zeroes_may_unmap, 1);
    }
    return bytes;
  }
}

function savedSegments(owner: string, state: DeviceState, field: string): Segment[] {
  return new SavedState(owner, state).list(field, QUEUE_SIZE + MAX_INDIRECT_DESCRIPTORS).map((segment) => {
    const saved = new SavedState(owner, segment);
    return { address: saved.number('address', Number.MAX_SAFE_INTEGER), length: saved.number('length') };
  });
}
