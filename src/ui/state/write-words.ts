/** What was written to watched memory, in words. Pure functions. */
import type { Stop } from '../../vm/api/debugging';
import { hexShort } from './format';

/** Bytes that are told as one number. */
const NUMBERS: readonly number[] = [1, 2, 4, 8];

/** As a number where they may be one, else one by one. */
function bytesWords(bytes: Uint8Array): string {
  if (!NUMBERS.includes(bytes.length)) return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return `0x${value.toString(16)}`;
}

/** A sentence; undefined where there is nothing to tell. @param place of the instruction that wrote, by a name */
export function writeWords(write: Stop['write'], place?: string): string | undefined {
  if (!write) return undefined;
  const { physical, before, after, pc } = write;
  const [where, was] = [hexShort(BigInt(physical)), bytesWords(before)];
  if (!after)
    return `Physical ${where} has ${was}, and ${pc === undefined ? 'a device' : 'this instruction'} is about to write there.`;
  const who = pc === undefined ? 'A device, or the host,' : `The instruction at ${place ?? hexShort(pc)}`;
  const is = bytesWords(after);
  return is === was
    ? `${who} wrote ${is} to physical ${where}, which had it already.`
    : `${who} wrote ${is} to physical ${where}, which had ${was}.`;
}
