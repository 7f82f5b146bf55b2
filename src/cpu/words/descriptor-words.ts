/** Translation table descriptors in words. Source: Arm Architecture Reference Manual (DDI 0487), "VMSAv8-64 translation table format descriptors". */
import { bitsOf, type FieldWords, hex } from './field-words';
import { attributeWords, SHAREABILITY } from './memory-words';

/** What a lookup found. `reserved`: a block where there are none. `unreadable`: there is no memory where the entry would be. */
export type DescriptorKind = 'table' | 'block' | 'page' | 'invalid' | 'reserved' | 'unreadable';

/** What the meaning of a descriptor's bits depends on. */
export interface DescriptorContext {
  /** log2 of the bytes that the entry stands for; of a table its size. */
  readonly shift: number;
  readonly mair: bigint;
  /** TCR_EL1.HPDn is 0: the permissions of tables count. */
  readonly hierarchical: boolean;
  /** TCR_EL1.HA, and HD with it. */
  readonly hardwareAccess: boolean;
  readonly hardwareDirty: boolean;
}

type Meaning = (value: number) => string;
const either =
  (one: string, zero: string): Meaning =>
  (value) =>
    value ? one : zero;

const AP = [
  'EL1 reads and writes, EL0 nothing',
  'EL1 and EL0 read and write',
  'EL1 reads, EL0 nothing',
  'EL1 and EL0 read',
] as const;
const AP_TABLE = [
  'no effect',
  'nothing below is for EL0',
  'nothing below is writable',
  'nothing below is writable, nor for EL0',
] as const;

const TYPES: Readonly<Record<DescriptorKind, string>> = {
  table: 'table: the next level',
  block: 'block',
  page: 'page',
  invalid: 'invalid: nothing is mapped',
  reserved: 'reserved: counts as invalid',
  unreadable: '',
};

/** The fields of a descriptor, from the top down. Bits that nothing looks at are left out. */
export function descriptorFields(value: bigint, kind: DescriptorKind, context: DescriptorContext): FieldWords[] {
  const fields: FieldWords[] = [];
  const read = (name: string, high: number, low: number, meaning: Meaning | string): void => {
    const bits = bitsOf(value, high, low);
    fields.push({ name, high, low, value: bits, meaning: typeof meaning === 'string' ? meaning : meaning(Number(bits)) });
  };
  const outputAddress = (name: string): void => {
    const base = bitsOf(value, 47, context.shift) << BigInt(context.shift);
    read(name, 47, context.shift, hex(base));
  };
  if (kind === 'table') {
    const ignored = (meaning: Meaning): Meaning => (context.hierarchical ? meaning : () => 'ignored: TCR_EL1.HPD is 1');
    read(
      'APTable',
      62,
      61,
      ignored((bits) => AP_TABLE[bits]!),
    );
    read('UXNTable', 60, 60, ignored(either('EL0 executes nothing below', 'no effect')));
    read('PXNTable', 59, 59, ignored(either('EL1 executes nothing below', 'no effect')));
    outputAddress('Next-level table');
  } else if (kind === 'block' || kind === 'page') {
    read('Software', 58, 55, 'for software, ignored by the CPU');
    read('UXN', 54, 54, either('EL0 must not execute', 'EL0 may execute'));
    read('PXN', 53, 53, either('EL1 must not execute', 'EL1 may execute'));
    read('Contiguous', 52, 52, either('one of a run of entries that map one range', 'stands alone'));
    const dirty = context.hardwareDirty
      ? either('a write makes it writable (dirty state by hardware)', 'AP[2] is what it says')
      : either('ignored: TCR_EL1.HD is 0', 'no effect');
    read('DBM', 51, 51, dirty);
    outputAddress('Output address');
    read('nG', 11, 11, either('for the current ASID only', 'for all ASIDs'));
    const untouched = context.hardwareAccess ? 'not accessed: hardware sets it' : 'not accessed: an access faults';
    read('AF', 10, 10, either('accessed', untouched));
    read('SH', 9, 8, (bits) => SHAREABILITY[bits]!);
    read('AP', 7, 6, (bits) => AP[bits]!);
    read(
      'AttrIndx',
      4,
      2,
      (index) => `MAIR_EL1.Attr${index}: ${attributeWords(Number(bitsOf(context.mair, index * 8 + 7, index * 8)))}`,
    );
  }
  read('Type', 1, 0, TYPES[kind]);
  return fields;
}
