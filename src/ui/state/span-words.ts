const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** A length of an address space, exactly if it is a whole number of a unit: `4 KiB`, `1023.5 MiB`. */
export function spanWords(bytes: bigint): string {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >> BigInt((unit + 1) * 10) > 0n) unit++;
  const value = Number((bytes * 100n) >> BigInt(unit * 10)) / 100;
  return `${Number.isInteger(value) ? value : value.toFixed(value < 10 ? 2 : 1)} ${UNITS[unit]}`;
}
