// Breakpoints and watchpoints as a program finds them that debugs itself: what is taken where, said on the PL011. The program that is
// debugged runs at EL0, or at EL1 with MDSCR_EL1.KDE; the debugger is the vector table. The MMU is off.
// The OS Lock is left alone: QEMU (7.2) looks for it in another bit than the one it reports.

        .equ    PSCI_SYSTEM_OFF, 0x84000008
        .equ    EL1, 0b011
        .equ    EL0, 0b101
        .equ    LOADS, 1 << 3
        .equ    STORES, 1 << 4
        .equ    BOTH, LOADS | STORES

        .macro  say text
        adr     x21, 9f
        bl      print
        b       8f
9:      .asciz  "\text"
        .balign 4
8:
        .endm

        // Runs `code` at EL0 and EL1 with a watchpoint at `offset` behind `data`.
        .macro  watch name, offset, control, code:vararg
        say     "\n\name:"
        ldr     x9, =data + \offset
        msr     dbgwvr0_el1, x9
        ldr     x9, =\control
        msr     dbgwcr0_el1, x9
        adr     x10, 7f
        bl      debug
        b       6f
7:      \code
        svc     #0
6:
        .endm

        // The same with a breakpoint at the instruction behind `code`, and CONTEXTIDR_EL1 42.
        .macro  break name, control, code:vararg
        say     "\n\name:"
        adr     x9, 7f + 4
        msr     dbgbvr0_el1, x9
        ldr     x9, =\control
        msr     dbgbcr0_el1, x9
        adr     x10, 7f
        bl      debug
        b       6f
7:      \code
        svc     #0
6:
        .endm

        // The last breakpoint is a Context breakpoint: its number is 1 or 5.
        .macro  context value, control
        ldr     x9, =\value
        ldr     x11, =\control
        bl      setcontext
        .endm

        .global _start
_start: ldr     x20, =0x09000000                // UART0
        ldr     x9, =stack
        mov     sp, x9
        adr     x9, vectors
        msr     vbar_el1, x9
        msr     oslar_el1, xzr
        mov     x9, #(3 << 20)
        msr     cpacr_el1, x9
        mrs     x9, sctlr_el1
        orr     x9, x9, #(1 << 14)              // DZE
        orr     x9, x9, #(1 << 26)              // UCI
        msr     sctlr_el1, x9
        mov     x9, #42
        msr     contextidr_el1, x9
        ldr     x9, =(1 << 15) | (1 << 13)      // MDE, KDE
        msr     mdscr_el1, x9
        isb
        mrs     x19, id_aa64dfr0_el1
        ubfx    x19, x19, #12, #4               // breakpoints less one

        watch   "load", 0, EL0 | BOTH | 0x1fe0, ldr x0, [x4]
        watch   "load, for stores", 0, EL0 | STORES | 0x1fe0, ldr x0, [x4]
        watch   "store", 0, EL0 | BOTH | 0x1fe0, str x0, [x4]
        watch   "store, for loads", 0, EL0 | LOADS | 0x1fe0, str x0, [x4]
        watch   "store, for EL1", 0, EL1 | BOTH | 0x1fe0, str x0, [x4]
        watch   "store, for both", 0, EL1 | EL0 | BOTH | 0x1fe0, str x0, [x4]
        watch   "store, disabled", 0, (EL0 & ~1) | BOTH | 0x1fe0, str x0, [x4]
        watch   "pair, second", 8, EL0 | BOTH | 0x1fe0, ldp x0, x1, [x4]
        watch   "pair, behind", 16, EL0 | BOTH | 0x1fe0, ldp x0, x1, [x4]
        watch   "stored pair", 8, EL0 | BOTH | 0x1fe0, stp x0, x1, [x4]
        watch   "vector", 8, EL0 | BOTH | 0x1fe0, ldr q0, [x4]
        watch   "vectors", 48, EL0 | BOTH | 0x1fe0, ld1 {v0.16b-v3.16b}, [x4]
        watch   "stored structures", 32, EL0 | BOTH | 0x1fe0, st4 {v0.4s-v3.4s}, [x4]
        watch   "exclusive", 0, EL0 | BOTH | 0x1fe0, ldxr x0, [x4]
        watch   "acquire", 0, EL0 | BOTH | 0x1fe0, ldar x0, [x4]
        watch   "release", 0, EL0 | BOTH | 0x1fe0, stlr x0, [x4]
        watch   "zeros", 40, EL0 | BOTH | 0x1fe0, dc zva, x4
        watch   "byte 3 of 3", 0, EL0 | BOTH | 0x100, ldrb w0, [x4, #3]
        watch   "byte 3 of 2", 0, EL0 | BOTH | 0x100, ldrb w0, [x4, #2]
        watch   "byte 3 of all", 0, EL0 | BOTH | 0x100, ldr x0, [x4]
        watch   "upper word", 4, EL0 | BOTH | 0x1e0, ldr w0, [x4, #4]
        watch   "not the lower", 4, EL0 | BOTH | 0x1e0, ldr w0, [x4]
        watch   "upper word by BAS", 0, EL0 | BOTH | 0x1e00, ldr w0, [x4, #4]
        watch   "no byte", 0, EL0 | BOTH, ldr x0, [x4]
        watch   "64 bytes", 0, EL0 | BOTH | 0x1fe0 | (6 << 24), ldrb w0, [x4, #63]
        watch   "beyond 64 bytes", 0, EL0 | BOTH | 0x1fe0 | (6 << 24), ldrb w0, [x4, #64]
        watch   "reserved mask", 0, EL0 | BOTH | 0x1fe0 | (2 << 24), ldr x0, [x4]
        watch   "unprivileged, for EL0", 0, EL0 | BOTH | 0x1fe0, ldtr x0, [x4]
        watch   "unprivileged, for EL1", 0, EL1 | BOTH | 0x1fe0, ldtr x0, [x4]
        watch   "clean", 0, EL0 | BOTH | 0x1fe0, dc cvac, x4
        context 42, (3 << 20) | 1
        watch   "linked, of 42", 0, EL0 | BOTH | 0x1fe0 | (1 << 20), str x0, [x4]
        context 43, (3 << 20) | 1
        watch   "linked, of 43", 0, EL0 | BOTH | 0x1fe0 | (1 << 20), str x0, [x4]
        msr     dbgwcr0_el1, xzr

        break   "breakpoint", EL0 | 0x1e0, nop
        break   "for EL1", EL1 | 0x1e0, nop
        break   "for both", EL1 | EL0 | 0x1e0, nop
        break   "disabled", (EL0 & ~1) | 0x1e0, nop
        context 42, (3 << 20) | 1
        break   "linked, of 42", EL0 | 0x1e0 | (1 << 20), nop
        context 43, (3 << 20) | 1
        break   "linked, of 43", EL0 | 0x1e0 | (1 << 20), nop
        context 42, 3 << 20
        break   "linked, disabled", EL0 | 0x1e0 | (1 << 20), nop
        say     "\n"
        ldr     x0, =PSCI_SYSTEM_OFF
        hvc     #0
        b       .

        // DBGBVR and DBGBCR of the last breakpoint, and its number as LBN of breakpoint and watchpoint 0 later on: x18.
setcontext:
        lsl     x18, x19, #16
        cmp     x19, #1
        b.ne    1f
        msr     dbgbvr1_el1, x9
        msr     dbgbcr1_el1, x11
        ret
1:      msr     dbgbvr5_el1, x9
        msr     dbgbcr5_el1, x11
        ret

        // Runs the code at x10, at EL0 and then at EL1.
debug:  mov     x16, x30
        mrs     x9, dbgbcr0_el1
        orr     x9, x9, x18
        msr     dbgbcr0_el1, x9
        mrs     x9, dbgwcr0_el1
        orr     x9, x9, x18
        msr     dbgwcr0_el1, x9
        ldr     x4, =data
        mrs     x12, dbgbcr0_el1
        mrs     x13, dbgwcr0_el1
        adr     x14, 1f
        mov     x9, #0
        b       3f
1:      adr     x14, 2f
        mov     x9, #5                          // EL1h, PSTATE.D clear
        b       3f
2:      msr     dbgbcr0_el1, xzr
        msr     dbgwcr0_el1, xzr
        br      x16
3:      msr     dbgbcr0_el1, x12
        msr     dbgwcr0_el1, x13
        msr     spsr_el1, x9
        msr     elr_el1, x10
        isb
        eret

        .balign 0x800
vectors:
        .rept   4
        .balign 0x80
        b       .
        .endr
        .balign 0x80
        b       taken
        .rept   3
        .balign 0x80
        b       .
        .endr
        .balign 0x80
        b       taken

        // SVC is the end of the code. Everything else is said, and then no breakpoint is there any more.
taken:  mrs     x22, esr_el1
        lsr     x23, x22, #26
        cmp     x23, #0x15
        b.ne    1f
        br      x14
1:      msr     dbgbcr0_el1, xzr
        msr     dbgwcr0_el1, xzr
        isb
        bl      hex
        mrs     x22, elr_el1
        sub     x22, x22, x10
        bl      hex
        and     x23, x23, #~1
        cmp     x23, #0x34
        b.ne    2f
        mrs     x22, far_el1
        ldr     x24, =data
        sub     x22, x22, x24
        bl      hex
2:      eret

#include "say.S"

        .ltorg
        .balign 4096
data:   .space  256
        .balign 4096
        .space  4096
stack:
