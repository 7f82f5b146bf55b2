/** Guests that do one slow thing for ever: whatever a guest does, the page must get its answers. x9 holds the UART's address. */
import { assemble } from '../../../src/isa/text/assemble';

const ENTRY = 0x4008_0000n;

/** A loop whose exceptions go to a handler that returns behind the instruction that caused them, or to the next one. */
const withVectors = (loop: string, skip: boolean): string => `
    adr x0, vectors
    msr vbar_el1, x0
    isb
  next:
${loop}
    b next
    .balign 2048
  vectors:
    .skip 0x200
    ${skip ? 'mrs x10, elr_el1\n    add x10, x10, #4\n    msr elr_el1, x10' : ''}
    eret
`;

export const HEAVY_GUESTS: Readonly<Record<string, string>> = {
  'nothing (idle)': 'next: wfi\n b next',
  arithmetic: 'next: add x1, x1, #1\n mul x2, x1, x1\n b next',
  'firmware calls': 'next: movz x0, #0x8400, lsl #16\n hvc #0\n b next',
  'unknown firmware calls': 'next: add x0, x0, #1\n hvc #0\n b next',
  SVC: withVectors('    svc #0', false),
  'data aborts': withVectors('    movz x2, #0x3000, lsl #16\n    ldr x1, [x2]', true),
  'undefined instructions': withVectors('    udf #0', true),
  MMIO: 'movz x9, #0x0900, lsl #16\n next: ldr w0, [x9, #0x18]\n b next',
  TLBI: 'next: tlbi vmalle1\n dsb ish\n isb\n b next',
  'system registers': 'next: mrs x0, cntvct_el0\n mrs x1, tpidr_el1\n b next',
  'console flood': "movz x9, #0x0900, lsl #16\n mov w0, #'x'\n next: str w0, [x9]\n b next",
  'self-modifying code': `
    adr x2, target
    ldr w3, target
    ldr w4, other
  next:
    str w3, [x2]
    dc cvau, x2
    dsb ish
    ic ivau, x2
    dsb ish
    isb
  target:
    add x1, x1, #1
    eor w3, w3, w4
    b next
  other: .word 0x400`,
  // Each lap overwrites a whole page of code with other code, and runs through it.
  'code that is always new': `
    adr x2, page
    add x2, x2, #4096
    movz w6, #0x0421
    movk w6, #0x9100, lsl #16
    movz w7, #0x03c0
    movk w7, #0xd65f, lsl #16
  next:
    mov x3, x2
    mov x4, #1000
  fill:
    eor w6, w6, #0x400
    str w6, [x3], #4
    subs x4, x4, #1
    b.ne fill
    str w7, [x3]
    dsb ish
    ic iallu
    dsb ish
    isb
    blr x2
    eor w6, w6, #0x800
    b next
    .balign 4096
  page: .word 0`,
};

export const guestImage = (source: string): Uint8Array => assemble(source, { base: ENTRY }).bytes;
