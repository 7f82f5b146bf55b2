import { assemble } from '../../src/isa/text/assemble';
import { MOST_STEPS, PLACE, RECORD_WORDS, RESULT_BYTES, STEP_WORDS } from './program';

/**
 * The monitor: takes the programs in turn. With the MMU off it fills the data, writes the program's descriptors and copies its steps and
 * instructions; then it switches the MMU on and starts step by step, each by ERET; the vectors record what it ended with. At the end
 * it sums up data and descriptors, and clears the latter. It uses x9 to x30, which no step may touch.
 *
 * A step may not be able to reach the monitor's identity mapping: so it goes in and out by the way that the program's header names (TCR_EL1 and
 * TTBR0_EL1 under which the code is mapped at its physical address as well).
 */
const SOURCE = `
start:  msr     mdscr_el1, xzr
        movz    x20, #${PLACE.programs >>> 16}, lsl #16
        movz    x21, #${PLACE.results >>> 16}, lsl #16
        ldr     x22, [x20], #8                  // how many programs
next:   cbz     x22, off
        sub     x22, x22, #1
        mov     x0, #(3 << 20)
        msr     cpacr_el1, x0
        isb

        // The data: BRK with its own number.
        movz    x9, #${PLACE.data >>> 16}, lsl #16
        movz    w10, #0xd420, lsl #16
        mov     x11, #${PLACE.dataBytes / 8}
1:      add     w12, w10, #32
        stp     w10, w12, [x9], #8
        add     w10, w12, #32
        subs    x11, x11, #1
        b.ne    1b

        // Header, descriptors, steps, instructions.
        ldp     x28, x23, [x20], #16            // descriptors, steps
        ldp     x13, x18, [x20], #16            // bytes of code, what to add to an address
        ldp     x14, x15, [x20], #16            // TCR_EL1 and TTBR0_EL1 on the way in and out
        ldp     x16, x17, [x20], #16            // TTBR1_EL1, MAIR_EL1
        ldp     x0, x1, [x20], #16              // TCR_EL1, TTBR0_EL1
        ldp     x2, x3, [x20], #16              // SCTLR_EL1; spare
        mov     x27, x20
        mov     x11, x28
1:      cbz     x11, 2f
        ldp     x9, x10, [x20], #16
        str     x10, [x9]
        sub     x11, x11, #1
        b       1b
2:      movz    x9, #${PLACE.current >>> 16}, lsl #16
        mov     x10, #${STEP_WORDS / 2}
        mul     x11, x23, x10
3:      cbz     x11, 4f
        ldp     x10, x12, [x20], #16
        stp     x10, x12, [x9], #16
        sub     x11, x11, #1
        b       3b
4:      movz    x9, #${PLACE.code >>> 16}, lsl #16
5:      cbz     x13, 6f
        ldr     x10, [x20], #8
        str     x10, [x9], #8
        sub     x13, x13, #8
        b       5b
6:      movz    x24, #${PLACE.current >>> 16}, lsl #16
        add     x24, x24, x18
        add     x25, x24, #${(PLACE.records - PLACE.current) >>> 12}, lsl #12
        mov     x26, #0
        adr     x9, vectors
        add     x9, x9, x18
        msr     vbar_el1, x9
        msr     esr_el1, xzr
        msr     far_el1, xzr
        msr     elr_el1, xzr
        msr     spsr_el1, xzr
        msr     par_el1, xzr
        msr     contextidr_el1, xzr
        msr     tpidr_el0, xzr
        msr     tpidr_el1, xzr
        msr     tpidrro_el0, xzr
        msr     nzcv, xzr
        msr     fpcr, xzr
        msr     fpsr, xzr
        movi    v0.2d, #0
        movi    v1.2d, #0
        msr     sp_el0, xzr
        mov     x9, #0
        mov     sp, x9
        clrex
        bl      way
        msr     ttbr0_el1, x1
        msr     tcr_el1, x0
        msr     sctlr_el1, x2
        isb
        tlbi    vmalle1
        dsb     ish
        ic      iallu
        dsb     ish
        isb
        b       step

// Switches the MMU on under the header's TCR_EL1 and TTBR0_EL1, and returns to the address above.
way:    msr     mair_el1, x17
        msr     ttbr0_el1, x15
        msr     ttbr1_el1, x16
        msr     tcr_el1, x14
        isb
        tlbi    vmalle1
        dsb     ish
        isb
        movz    w9, #0x30d0, lsl #16
        movk    w9, #0x1805
        msr     sctlr_el1, x9
        isb
        add     x30, x30, x18
        ret

step:   cbz     x23, out
        sub     x23, x23, #1
        ldp     x9, x10, [x24], #16
        msr     elr_el1, x9
        msr     spsr_el1, x10
        ldp     x0, x1, [x24], #16
        ldp     x2, x3, [x24], #16
        ldp     x4, x5, [x24], #16
        ldp     x6, x7, [x24], #16
        ldp     x8, x9, [x24], #16
        eret

record: stp     x5, x6, [x25, #80]
        stp     x7, x8, [x25, #96]
        mrs     x9, esr_el1
        stp     x30, x9, [x25]
        mrs     x9, elr_el1
        mrs     x10, far_el1
        stp     x9, x10, [x25, #16]
        msr     far_el1, xzr
        mrs     x9, spsr_el1
        stp     x9, x0, [x25, #32]
        stp     x1, x2, [x25, #48]
        stp     x3, x4, [x25, #64]
        add     x25, x25, #${RECORD_WORDS * 8}
        add     x26, x26, #1
        cmp     x26, #${MOST_STEPS}
        b.lo    step

// All steps are done: with the MMU on as on the way in, to the physical address, and off.
out:    movz    w9, #0x30d0, lsl #16
        movk    w9, #0x1805
        msr     sctlr_el1, x9
        msr     ttbr0_el1, x15
        msr     ttbr1_el1, x16
        msr     tcr_el1, x14
        isb
        tlbi    vmalle1
        dsb     ish
        isb
        adr     x9, flat
        sub     x9, x9, x18
        br      x9
flat:   movz    w9, #0x30d0, lsl #16
        movk    w9, #0x1804
        msr     sctlr_el1, x9
        isb
        tlbi    vmalle1
        dsb     ish
        isb
        msr     pan, #0

        // Results.
        movz    x9, #${PLACE.data >>> 16}, lsl #16
        mov     x10, #${PLACE.dataBytes / 16}
        mov     w11, #0
        mov     w12, #0
1:      ldp     x0, x1, [x9], #16
        crc32x  w11, w11, x0
        crc32x  w12, w12, x1
        subs    x10, x10, #1
        b.ne    1b
        bfi     x11, x12, #32, #32
        mov     w12, #0
2:      cbz     x28, 3f
        ldr     x9, [x27], #16
        ldr     x10, [x9]
        crc32x  w12, w12, x10
        str     xzr, [x9]
        sub     x28, x28, #1
        b       2b
3:      stp     x26, x11, [x21]
        str     x12, [x21, #16]
        movz    x9, #${PLACE.records >>> 16}, lsl #16
        movk    x9, #${PLACE.records & 0xffff}
        add     x10, x21, #64
4:      cbz     x26, 6f
        mov     x11, #${RECORD_WORDS / 2}
5:      ldp     x0, x1, [x9], #16
        stp     x0, x1, [x10], #16
        subs    x11, x11, #1
        b.ne    5b
        sub     x26, x26, #1
        b       4b
6:      add     x21, x21, #${RESULT_BYTES}
        b       next

off:    movz    x0, #0x8400, lsl #16
        movk    x0, #8
        hvc     #0
        b       .

        .balign 0x800
vectors:
${Array.from({ length: 16 }, (_, entry) => `        mov     x30, #${entry * 0x80}\n        b       record\n        .balign 0x80\n`).join('')}`;

export const monitorCode = (): Uint8Array => assemble(SOURCE, { base: BigInt(PLACE.monitor) }).bytes;
