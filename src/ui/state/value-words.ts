/** Little-endian bytes of memory as the values they may be. */

export interface ValueWords {
  readonly name: string;
  readonly text: string;
}

const FLOAT_DIGITS = 9;
const floatText = (value: number): string => (Object.is(value, -0) ? '-0' : String(Number(value.toPrecision(FLOAT_DIGITS))));

/** Unsigned values of 1, 2, 4 and 8 bytes, signed ones where they differ, and floating-point ones, as far as there are bytes for them. */
export function valueWords(bytes: Uint8Array): ValueWords[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: ValueWords[] = [];
  const integer = (size: number, unsigned: bigint): void => {
    const signed = BigInt.asIntN(size * 8, unsigned);
    values.push({ name: `u${size * 8}`, text: `${unsigned}` });
    if (signed < 0n) values.push({ name: `i${size * 8}`, text: `${signed}` });
  };
  if (bytes.length >= 1) integer(1, BigInt(view.getUint8(0)));
  if (bytes.length >= 2) integer(2, BigInt(view.getUint16(0, true)));
  if (bytes.length >= 4) integer(4, BigInt(view.getUint32(0, true)));
  if (bytes.length >= 8) integer(8, view.getBigUint64(0, true));
  if (bytes.length >= 4) values.push({ name: 'f32', text: floatText(view.getFloat32(0, true)) });
  if (bytes.length >= 8) values.push({ name: 'f64', text: floatText(view.getFloat64(0, true)) });
  return values;
}

/** The first eight bytes as an address; undefined if there are fewer. */
export const pointerIn = (bytes: Uint8Array): bigint | undefined =>
  bytes.length < 8 ? undefined : new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
