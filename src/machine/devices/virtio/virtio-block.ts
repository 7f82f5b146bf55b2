/**
 * virtio-blk: a disk behind one request queue. Requests take effect in the order in which they were made, large ones piece by piece.
 *
 * Source: VIRTIO 1.2, section 5.2 (block device).
 */
import type { BlockDevice } from '../../../storage/block-device';
import type { AccessSize, Apply, DeviceState } from '../../device';
import {
  BlockConfig,
  BlockFeature,
  ID_BYTES,
  MAX_DISCARD_SECTORS,
  MAX_RANGES,
  MAX_WRITE_ZEROES_SECTORS,
  SECTOR_BYTES,
} from './block-format';
import { advanceRequest } from './block-request';
import { DeviceId, readConfigBytes, type VirtioDevice, type VirtioHost } from './virtio-device';

const REQUEST_QUEUE = 0;
const QUEUE_SIZE = 256;

export interface VirtioBlockOptions {
  disk: BlockDevice;
  /** What the guest reads as the disk's id, at most 20 bytes of ASCII. Left out: the disk's name. */
  serial?: string;
  /** Offer the disk for reading only. A read-only disk always is. */
  readOnly?: boolean;
  /** Told when the disk fails a request that the guest was right to make; the guest sees VIRTIO_BLK_S_IOERR. */
  onDiskError?: (error: unknown) => void;
}

export class VirtioBlock implements VirtioDevice {
  readonly name = 'virtio-blk';
  readonly deviceId = DeviceId.block;
  readonly queueSizes = [QUEUE_SIZE];
  readonly features: bigint;
  private readonly disk: BlockDevice;
  private readonly serial: Uint8Array;
  private readonly readOnly: boolean;
  private readonly onDiskError: (error: unknown) => void;
  private config: Uint8Array;
  private host: VirtioHost | undefined;

  constructor(options: VirtioBlockOptions) {
    const { disk } = options;
    this.disk = disk;
    this.readOnly = disk.readOnly || (options.readOnly ?? false);
    this.serial = new TextEncoder().encode(options.serial ?? disk.name).slice(0, ID_BYTES);
    this.onDiskError = options.onDiskError ?? (() => {});
    this.features =
      BlockFeature.VIRTIO_BLK_F_SEG_MAX |
      BlockFeature.VIRTIO_BLK_F_BLK_SIZE |
      BlockFeature.VIRTIO_BLK_F_FLUSH |
      (this.readOnly ? BlockFeature.VIRTIO_BLK_F_RO : BlockFeature.VIRTIO_BLK_F_DISCARD | BlockFeature.VIRTIO_BLK_F_WRITE_ZEROES);
    this.config = this.buildConfig();
  }

  connect(host: VirtioHost): void {
    this.host = host;
  }

  /** The disk has another size now: tells the driver. */
  resized(): void {
    this.config = this.buildConfig();
    this.host?.configChanged();
  }

  step(): boolean {
    const { host, disk, readOnly, serial, onDiskError } = this;
    const queue = host?.queues[REQUEST_QUEUE];
    const request = queue?.take();
    if (!host || !queue || !request) return false;
    const { memory, features } = host;
    const spend = (cost: number): void => host.spend(cost);
    const written = advanceRequest({ memory, disk, readOnly, serial, features, onDiskError, spend }, request);
    if (written !== undefined) queue.finish(written);
    return true;
  }

  about(): string[] {
    const { disk, readOnly } = this;
    const sectors = Math.floor(disk.size / SECTOR_BYTES);
    return [
      `Disk “${disk.name}”: ${sectors.toLocaleString('en')} sectors of ${SECTOR_BYTES} bytes (${(disk.size / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MiB), ${readOnly ? 'for reading only' : 'for reading and writing'}`,
    ];
  }

  activate(): void {}
  driverReset(): void {}
  queueStopped(): void {}

  readConfig(offset: number, size: AccessSize): number {
    return readConfigBytes(this.config, offset, size);
  }

  /** Nothing is writable: the only such field, writeback, belongs to a feature that is not offered. */
  writeConfig(): void {}

  reset(): void {}

  /** What is on the disk belongs to the disk, and a request under way to its queue. */
  save(): DeviceState {
    return {};
  }
  check(): Apply {
    return () => {};
  }

  private buildConfig(): Uint8Array {
    const bytes = new Uint8Array(BlockConfig.bytes);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(BlockConfig.capacity, BigInt(Math.floor(this.disk.size / SECTOR_BYTES)), true);
    // Header and status take a descriptor each.
    view.setUint32(BlockConfig.seg_max, QUEUE_SIZE - 2, true);
    view.setUint32(BlockConfig.blk_size, SECTOR_BYTES, true);
    if (!this.readOnly) {
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
