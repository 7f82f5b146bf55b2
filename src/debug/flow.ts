import { A64 } from '../isa';
import { isAllocated, matchRow } from '../isa/match';

/** Where an instruction may go on, as far as its word says. Addresses are byte offsets from the instruction. */
export type Flow =
  /** The next instruction. */
  | { kind: 'next' }
  /** A direct branch: `always`, or else the next instruction as well. */
  | { kind: 'branch'; offset: bigint; always: boolean }
  /** Comes back to the next instruction when what it calls is done: BL, BLR, SVC. */
  | { kind: 'call' }
  /** To the address in a register (31: zero), as a return or as any other jump. `isSigned`: it is a pointer with an authentication code. */
  | { kind: 'return'; register: number; isSigned?: true }
  | { kind: 'jump'; register: number; isSigned?: true }
  /** Back from an exception. */
  | { kind: 'exception return' };

let match: ReturnType<typeof matchRow> | undefined;

const NO_REGISTERS = { sysreg: () => ({ access: 0, offset: 0 }), has: () => true };
/** `BR, RET`: op is 0 or 2. */
const RET = 2;
const LINK = 30;

/** What a word does to the flow of control. Words that are no instruction go on with the next: what they raise is for the machine to say. */
export function flowOf(word: number): Flow {
  match ??= matchRow(A64);
  const found = match(word);
  if (!found || !isAllocated(found.row, found.fields)) return { kind: 'next' };
  const { row, fields } = found;
  switch (row.name) {
    case 'BL':
    case 'BLR':
    case 'SVC':
      return { kind: 'call' };
    case 'BR, RET':
      return { kind: fields.op === RET ? 'return' : 'jump', register: fields.Rn! };
    case 'BRAA, BRAB, BLRAA, BLRAB':
    case 'BRAAZ, BRABZ, BLRAAZ, BLRABZ':
      return fields.op ? { kind: 'call' } : { kind: 'jump', register: fields.Rn!, isSigned: true };
    case 'RETAA, RETAB':
      return { kind: 'return', register: LINK, isSigned: true };
    case 'ERET':
    case 'ERETAA, ERETAB':
      return { kind: 'exception return' };
    default: {
      if (!row.branch) return { kind: 'next' };
      const offset = BigInt(row.operands(fields, NO_REGISTERS)?.imm ?? 0);
      return { kind: 'branch', offset, always: row.branch === 'always' };
    }
  }
}
