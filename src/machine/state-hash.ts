import { PAGE_BYTES } from '../cpu/ram';
import { eachObservableWord } from '../cpu/vcpu-state';
import { Mix } from '../storage/mix';
import type { StateValue } from '../storage/state-value';
import type { Machine } from './machine';

/**
 * A hash of everything the guest can observe: registers, memory, devices, power states; of disks what was read into memory. What engines keep for themselves (records, TLBs, where they left
 * off) is not in it, so interpreter and JIT must agree on it at every checkpoint of a run under the virtual clock.
 */

class Hash extends Mix {
  text(value: string): void {
    this.word(value.length);
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i));
  }
  get hex(): string {
    return this.value.toString(16).padStart(16, '0');
  }
}

function hashValue(hash: Hash, value: StateValue): void {
  if (value instanceof Uint8Array) {
    hash.word(value.length);
    for (const byte of value) hash.word(byte);
  } else if (Array.isArray(value)) {
    hash.word(value.length);
    for (const item of value) hashValue(hash, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value).sort()) {
      hash.text(key);
      hashValue(hash, value[key]!);
    }
  } else hash.text(String(value));
}

function hashRam(hash: Hash, machine: Machine): void {
  const { memory } = machine;
  for (const page of memory.usedPages()) {
    hash.word(page);
    const { buffer, byteOffset } = memory.page(page);
    const words = new Int32Array(buffer, byteOffset, PAGE_BYTES / 4);
    for (let i = 0; i < words.length; i++) hash.word(words[i]!);
  }
}

/** 64 bits in hexadecimal. `withRam` false leaves memory out: much faster, for frequent checkpoints. */
export function stateHash(machine: Machine, withRam = true): string {
  const hash = new Hash();
  for (const vcpu of machine.engine.vcpus) eachObservableWord(vcpu, (word) => hash.word(word));
  hashValue(hash, machine.power.save());
  hash.text(String(machine.instructions));
  hash.text(String(machine.clock.ns));
  hashValue(hash, machine.saveTime());
  for (const { name, value } of machine.options.registers.view()) hash.text(`${name}=${value}`);
  for (const [name, device] of machine.persistents()) {
    hash.text(name);
    hashValue(hash, device.save());
  }
  if (withRam) hashRam(hash, machine);
  return hash.hex;
}
