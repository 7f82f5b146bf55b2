import type { FirmwareCall } from '../vm/api';

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** A firmware call as one line of JSON, without the newline. Times are nanoseconds of machine time; `result` is null if the call does not return. */
export function traceLine({ seq, time, vcpu, conduit, id, name, args, result, resultText, why }: FirmwareCall): string {
  return JSON.stringify({
    seq,
    time,
    vcpu,
    conduit,
    id: hex(id),
    name,
    args: args.map(hex),
    result: result === undefined ? null : hex(result),
    resultText,
    why,
  });
}
