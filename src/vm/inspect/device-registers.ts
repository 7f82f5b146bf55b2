import type { DeviceRegister } from '../api/pins';

/** What a register is, and its fields: name, lowest bit, bits, and what it means where it is not 0. */
export interface RegisterRow {
  readonly about: string;
  readonly fields: readonly (readonly [name: string, shift: number, bits: number, about: string])[];
}

/** The values of a device's registers, decoded. */
export function deviceRegisters<Name extends string>(
  values: Readonly<Record<Name, number>>,
  rows: Readonly<Record<Name, RegisterRow>>,
): DeviceRegister[] {
  return (Object.keys(rows) as Name[]).map((name) => {
    const [value, { about, fields }] = [values[name], rows[name]];
    return {
      name,
      value,
      about,
      fields: fields.map(([field, shift, bits, words]) => ({
        name: field,
        value: (value >>> shift) & ((1 << bits) - 1),
        wide: bits > 1,
        about: words,
      })),
    };
  });
}
