/** Guests that do one slow thing for ever: whatever a guest does, the page must get its answers. x9 holds the UART's address. */
import { assemble } from '../../../src/isa/text/assemble';
import { VIRTIO_SLOT, virtioMmioRegion } from '../../../src/machine/memory-map';

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

/**
 * Gives the virtio device in a slot the whole of a ring again and again: each entry is the same buffer of `bytes`, full of newlines. `flags`: 2
 * lets the device write it. The guest looks on and on whether all of it is done, or it sleeps once and nothing wakes it.
 */
export const withQueue = (slot: number, queue: number, size: number, bytes: number, flags: number, wait = 'poll'): string => `
    .equ RINGS, 0x40200000
    .equ BUFFER, 0x40300000
    .macro put offset, value
    ldr w1, =\\value
    str w1, [x9, #\\offset]
    .endm
    ldr x9, =${virtioMmioRegion(slot).base}
    ldr x10, =RINGS
    ldr x11, =BUFFER
    ldr x2, =0x0a0a0a0a0a0a0a0a
    ldr x3, =${bytes}
  fill:
    str x2, [x11], #8
    subs x3, x3, #8
    b.ne fill
    ldr x11, =BUFFER
    str x11, [x10]
    ldr w1, =${bytes}
    str w1, [x10, #8]
    ldr w1, =${flags}
    str w1, [x10, #12]
    put 0x070, 0
    put 0x070, 3
    put 0x024, 1
    put 0x020, 1
    put 0x070, 11
    put 0x030, ${queue}
    put 0x038, ${size}
    put 0x080, 0x40200000
    put 0x090, 0x40201000
    put 0x0a0, 0x40202000
    put 0x044, 1
    put 0x070, 15
    add x10, x10, #0x1000
    add x12, x10, #0x1000
    mov w4, #0
    ldr w5, =${queue}
  next:
    add w4, w4, #${size}
    strh w4, [x10, #2]
    str w5, [x9, #0x50]
  wait:
    ${wait === 'sleep' ? 'wfi' : ''}
    ldrh w6, [x12, #2]
    eor w6, w6, w4
    tst w6, #0xffff
    b.ne wait
    b next
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
  'agent port flood': withQueue(VIRTIO_SLOT.console, 5, 128, 8 << 20, 0),
  'random bytes': withQueue(VIRTIO_SLOT.entropy, 0, 64, 64 << 10, 2),
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
