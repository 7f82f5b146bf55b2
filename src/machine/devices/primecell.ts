/** Offset of PeriphID0; the eight identification registers end an Arm PrimeCell's 4 KiB window. */
const PERIPH_ID0 = 0xfe0;
const PCELL_ID0 = 0xff0;

/** PCellID3 to PCellID0, the same for all PrimeCells. */
const PCELL_ID = 0xb105_f00d;

/**
 * What an identification register of an Arm PrimeCell reads: one byte of `peripheralId` (PeriphID3 in its high byte) or
 * of the PrimeCell id. Zero at any other offset.
 */
export function readPrimeCellId(offset: number, peripheralId: number): number {
  if (offset < PERIPH_ID0 || offset >= 0x1000) return 0;
  const id = offset < PCELL_ID0 ? peripheralId : PCELL_ID;
  return (id >>> (((offset >>> 2) & 3) * 8)) & 0xff;
}
