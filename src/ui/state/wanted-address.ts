import type { VcpuView } from '../../vm/api';

/** What somebody who types a place means. */
export type Wanted = { kind: 'address'; address: bigint } | { kind: 'name'; name: string };

const LAST_X = 30;

/**
 * Reads `0x40080000`, `ffff800080010000` (eight digits or more), `pc`, `sp`, `lr`, `x0` to `x30`; anything else is a name. Throws one sentence for an address of
 * more than 64 bits.
 */
export function wantedAddress(text: string, vcpu: VcpuView | undefined): Wanted {
  const word = text.trim();
  const digits = /^0x([\da-f_]+)$/i.exec(word)?.[1] ?? /^[\da-f]{8,}$/i.exec(word)?.[0];
  if (digits !== undefined) {
    const address = BigInt(`0x${digits.replaceAll('_', '')}`);
    if (address >= 1n << 64n) throw new Error(`“${word}” has more than 64 bits: an address has at most sixteen digits.`);
    return { kind: 'address', address };
  }
  const value = vcpu && registerOf(word.toLowerCase(), vcpu);
  return value === undefined ? { kind: 'name', name: word } : { kind: 'address', address: value };
}

function registerOf(name: string, vcpu: VcpuView): bigint | undefined {
  if (name === 'pc') return vcpu.pc;
  if (name === 'sp') return vcpu.sp;
  if (name === 'lr') return vcpu.x[LAST_X];
  const number = /^x(\d+)$/.exec(name)?.[1];
  return number === undefined ? undefined : vcpu.x[Number(number)];
}
