/** The firmware calls the page keeps: the newest {@link LOG_CAPACITY}; older ones are counted and dropped. */

import { PSCI_FUNCTIONS } from '../../psci';
import type { FirmwareCall } from '../../vm/api';
import { hexShort } from './format';

export const LOG_CAPACITY = 2000;
/** Dropped in blocks, so that a busy guest does not shift the whole array at every call. */
const DROP_BLOCK = 250;

const isPsci = (call: FirmwareCall): boolean => PSCI_FUNCTIONS.some(({ name }) => name === call.name);

export class FirmwareLog {
  readonly calls: FirmwareCall[] = [];
  total = 0;

  get dropped(): number {
    return this.total - this.calls.length;
  }

  add(call: FirmwareCall): void {
    this.calls.push(call);
    this.total += 1;
    if (this.calls.length > LOG_CAPACITY + DROP_BLOCK) this.calls.splice(0, this.calls.length - LOG_CAPACITY);
  }

  clear(): void {
    this.calls.length = 0;
    this.total = 0;
  }

  /** Calls whose words contain every word of `filter`, case aside; `cpu1` finds calls by that vCPU. `psciOnly` leaves out other services. */
  matching(filter: string, psciOnly = false): FirmwareCall[] {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0 && !psciOnly) return this.calls.slice();
    return this.calls.filter((call) => {
      if (psciOnly && !isPsci(call)) return false;
      const text = `${call.name} ${call.argsText} ${call.resultText} cpu${call.vcpu} ${hexShort(call.id)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }
}

/** JSON for a bug report: 64-bit values as hex strings, since JSON has no BigInt. */
export function callsAsJson(calls: readonly FirmwareCall[]): string {
  return JSON.stringify(
    calls,
    (key, value) => (typeof value === 'bigint' ? hexShort(value) : key === 'id' ? hexShort(value) : value),
    2,
  );
}
