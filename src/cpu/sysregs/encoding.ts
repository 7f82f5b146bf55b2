/** A system register's (or SYS instruction's) encoding as one number: op0 in bits 15:14, op1 13:11, CRn 10:7, CRm 6:3, op2 2:0. */
export const sysregKey = (op0: number, op1: number, crn: number, crm: number, op2: number): number =>
  (op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;

/** The key of an MSR, MRS, SYS or SYSL instruction word: bits 20:5 hold op0..op2 in exactly this order. */
export const sysregKeyOfInstruction = (word: number): number => (word >>> 5) & 0xffff;

export const keyOp0 = (key: number): number => (key >>> 14) & 3;
export const keyOp1 = (key: number): number => (key >>> 11) & 7;
export const keyCRn = (key: number): number => (key >>> 7) & 15;
export const keyCRm = (key: number): number => (key >>> 3) & 15;
export const keyOp2 = (key: number): number => key & 7;

/** The generic name assemblers and disassemblers use, e.g. `S3_0_C1_C0_0`. */
export const genericName = (key: number): string =>
  `S${keyOp0(key)}_${keyOp1(key)}_C${keyCRn(key)}_C${keyCRm(key)}_${keyOp2(key)}`;
