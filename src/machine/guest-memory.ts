import type { Engine } from '../cpu/engine';
import { RAM_BASE } from '../cpu/layout';
import type { GuestMemory } from './device';

/** Guest RAM for devices: writes also drop decoded instructions of what was overwritten. */
export class MachineMemory implements GuestMemory {
  constructor(private readonly engine: Engine) {}

  private host(address: number, length: number): number {
    const offset = address - RAM_BASE;
    if (!Number.isSafeInteger(address) || offset < 0 || offset + length > this.engine.ramBytes) {
      throw new RangeError(`There is no RAM for ${length} bytes at 0x${address.toString(16)}.`);
    }
    return this.engine.ramHost + offset;
  }

  view(address: number, length: number): Uint8Array {
    const at = this.host(address, length);
    return this.engine.views.u8.subarray(at, at + length);
  }
  write(address: number, bytes: Uint8Array): void {
    this.engine.views.u8.set(bytes, this.host(address, bytes.length));
    this.engine.memoryWritten(address, bytes.length);
  }
  read16(address: number): number {
    return this.engine.views.data.getUint16(this.host(address, 2), true);
  }
  read32(address: number): number {
    return this.engine.views.data.getUint32(this.host(address, 4), true);
  }
  read64(address: number): bigint {
    return this.engine.views.data.getBigUint64(this.host(address, 8), true);
  }
  write16(address: number, value: number): void {
    this.engine.views.data.setUint16(this.host(address, 2), value, true);
    this.engine.memoryWritten(address, 2);
  }
  write32(address: number, value: number): void {
    this.engine.views.data.setUint32(this.host(address, 4), value, true);
    this.engine.memoryWritten(address, 4);
  }
  write64(address: number, value: bigint): void {
    this.engine.views.data.setBigUint64(this.host(address, 8), value, true);
    this.engine.memoryWritten(address, 8);
  }
}
