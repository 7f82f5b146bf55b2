/** Memory attributes and sizes in words. Source: Arm Architecture Reference Manual (DDI 0487), "MAIR_EL1" and "Shareability". */

const DEVICE = ['Device-nGnRnE', 'Device-nGnRE', 'Device-nGRE', 'Device-GRE'] as const;

/** Inner or Outer attributes of Normal memory: four bits, not zero. */
function cacheWords(bits: number): string {
  if (bits === 0b0100) return 'Non-cacheable';
  const policy = bits & 0b0100 ? 'Write-Back' : 'Write-Through';
  const transient = bits & 0b1000 ? '' : ' Transient';
  const hints = [...(bits & 2 ? ['Read-Allocate'] : []), ...(bits & 1 ? ['Write-Allocate'] : [])];
  return [policy + transient, ...hints].join(', ');
}

/** What an attribute byte of MAIR_EL1 means. */
export function attributeWords(attribute: number): string {
  const outer = attribute >>> 4;
  const inner = attribute & 0xf;
  if (outer === 0) return (inner & 3) === 0 ? DEVICE[inner >>> 2]! : 'UNPREDICTABLE';
  if (attribute === 0xf0) return 'Normal, tagged (as Write-Back)';
  if (inner === 0) return 'UNPREDICTABLE';
  if (inner === outer) return `Normal, ${cacheWords(outer)}`;
  return `Normal, Outer ${cacheWords(outer)}, Inner ${cacheWords(inner)}`;
}

/** SH of a descriptor and of TCR_EL1. */
export const SHAREABILITY = ['Non-shareable', 'reserved', 'Outer Shareable', 'Inner Shareable'] as const;

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** 2^shift bytes, e.g. `2 MiB`. */
export const sizeWords = (shift: number): string => `${2 ** (shift % 10)} ${UNITS[Math.floor(shift / 10)]}`;
