import type { Snapshot } from './public-types';

/** A snapshot that lies in a blob, which hosts may keep out of memory. */
export class BlobSnapshot implements Snapshot {
  constructor(private readonly saved: Blob) {}

  get size(): number {
    return this.saved.size;
  }
  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.saved.arrayBuffer());
  }
  blob(): Blob {
    return this.saved;
  }
}
