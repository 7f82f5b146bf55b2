/**
 * virtio-rng: fills the driver's buffers from a source of entropy handed in by the host (seeded under the virtual clock).
 *
 * Source: VIRTIO 1.2, section 5.4 (entropy device).
 */
import type { Apply, DeviceState } from '../../device';
import { SegmentWriter } from './buffers';
import { DeviceId, type VirtioDevice, type VirtioHost } from './device';
import { VirtqueueError } from './queue';

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

  notify(index: number): void {
    const host = this.host;
    const queue = host?.queues[index];
    if (host === undefined || queue === undefined || index !== REQUEST_QUEUE) return;
    queue.takeAll((chain) => {
      const writer = new SegmentWriter(host.memory, chain.writable);
      if (writer.capacity === 0) throw new VirtqueueError(`The ${queue.label} has a buffer the device cannot write.`);
      const wanted = Math.min(writer.capacity, MAX_ENTROPY_BYTES);
      while (writer.position < wanted) {
        const chunk = new Uint8Array(Math.min(CHUNK_BYTES, wanted - writer.position));
        this.source(chunk);
        writer.write(chunk);
      }
      queue.push(chain, wanted);
    });
    queue.signal();
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
