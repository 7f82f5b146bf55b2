/**
 * virtio-rng: fills the driver's buffers from a source of entropy handed in by the host (seeded under the virtual clock).
 *
 * Source: VIRTIO 1.2, section 5.4 (entropy device).
 */
import type { Apply, DeviceState } from '../../device';
import { SegmentWriter } from './buffers';
import { VirtqueueError } from './queue';
import { WORK_COST } from './virtio-cost';
import { DeviceId, type VirtioDevice, type VirtioHost } from './virtio-device';

const REQUEST_QUEUE = 0;
const QUEUE_SIZE = 64;
/** Most bytes given for one buffer; the driver reads the rest of a larger one by asking again. */
export const MAX_ENTROPY_BYTES = 65536;
const CHUNK_BYTES = 4096;

export class VirtioEntropy implements VirtioDevice {
  readonly name = 'virtio-rng';
  readonly deviceId = DeviceId.entropy;
  readonly features = 0n;
  readonly queueSizes = [QUEUE_SIZE];
  private host: VirtioHost | undefined;

  /** @param source fills the whole array */
  constructor(private readonly source: (into: Uint8Array) => void) {}

  connect(host: VirtioHost): void {
    this.host = host;
  }

  step(): boolean {
    const queue = this.host?.queues[REQUEST_QUEUE];
    const buffer = queue?.take();
    if (!this.host || !queue || !buffer) return false;
    const writer = new SegmentWriter(this.host.memory, buffer.chain.writable);
    if (writer.capacity === 0) throw new VirtqueueError(`The ${queue.label} has a buffer the device cannot write.`);
    const wanted = Math.min(writer.capacity, MAX_ENTROPY_BYTES);
    writer.skipTo(buffer.done);
    const chunk = new Uint8Array(Math.max(0, Math.min(CHUNK_BYTES, wanted - buffer.done)));
    this.source(chunk);
    writer.write(chunk);
    buffer.done += chunk.length;
    this.host.spend(chunk.length * WORK_COST.ENTROPY_BYTE);
    if (buffer.done >= wanted) queue.finish(wanted);
    return true;
  }

  about(): string[] {
    return ['Random bytes, from the machine’s seed'];
  }

  activate(): void {}
  driverReset(): void {}
  queueStopped(): void {}
  reset(): void {}
  readConfig(): number {
    return 0;
  }
  writeConfig(): void {}
  save(): DeviceState {
    return {};
  }
  check(): Apply {
    return () => {};
  }
}
