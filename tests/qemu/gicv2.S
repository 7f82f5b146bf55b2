// What a bare-metal program finds in a GICv2, said on the PL011: registers after reset and after writes, and what is taken in which
// order: priorities, preemption, SGIs with their senders, split ends of interrupts. For two CPUs; the MMU is off. Senders of SGIs are
// written byte by byte: from a word QEMU (7.2) makes pending what is from nobody, and stops by an assertion.

        .equ    GICD, 0x08000000
        .equ    GICC, 0x08010000
        .equ    PSCI_CPU_ON, 0xc4000003
        .equ    PSCI_SYSTEM_OFF, 0x84000008

        .macro  say text
        adr     x21, 9f
        bl      print
        b       8f
9:      .asciz  "\text"
        .balign 4
8:
        .endm

        .macro  show name, address
        say     "\n\name"
        ldr     x22, =\address
        ldr     w22, [x22]
        bl      hex
        .endm

        .macro  put address, value
        ldr     x9, =\address
        ldr     w10, =\value
        str     w10, [x9]
        .endm

        .macro  putb address, value
        ldr     x9, =\address
        mov     w10, #\value
        strb    w10, [x9]
        .endm

        // Acknowledges, and says what.
        .macro  take
        ldr     x22, =GICC + 0x0c
        ldr     w22, [x22]
        bl      hex
        .endm

        .macro  finish value
        put     GICC + 0x10, \value
        .endm

        // Whether IRQ and FIQ are requested of this CPU: I in bit 7, F in bit 6.
        .macro  lines
        mrs     x22, isr_el1
        bl      hex
        .endm

        .global _start
_start: ldr     x20, =0x09000000                // UART0
        mrs     x22, id_aa64pfr0_el1
        ubfx    x22, x22, #24, #4
        say     "ID_AA64PFR0_EL1.GIC"
        bl      hex
        show    "GICD_CTLR", GICD
        show    "GICD_TYPER", GICD + 4
        show    "GICD_IIDR", GICD + 8
        show    "GICC_IIDR", GICC + 0xfc
        show    "ISENABLER0", GICD + 0x100
        show    "ICFGR0", GICD + 0xc00
        show    "ICFGR1", GICD + 0xc04
        show    "ITARGETSR0", GICD + 0x800
        show    "ITARGETSR8", GICD + 0x820
        show    "PIDR2", GICD + 0xfe8
        show    "PIDR0", GICD + 0xfe0
        show    "CIDR1", GICD + 0xff4
        show    "GICC_CTLR", GICC
        show    "GICC_PMR", GICC + 4
        show    "GICC_BPR", GICC + 8
        show    "GICC_ABPR", GICC + 0x1c
        show    "GICC_RPR", GICC + 0x14
        show    "GICC_HPPIR", GICC + 0x18

        // Writes.
        put     GICD + 0x180, 0xffffffff
        show    "ICENABLER0", GICD + 0x100
        put     GICD + 0x104, 0x0000ff00
        put     GICD + 0x184, 0x00000f00
        show    "ISENABLER1", GICD + 0x104
        put     GICD + 0x828, 0x01010101        // of nobody's QEMU forgets that it is pending
        put     GICD + 0x204, 0x00000300
        put     GICD + 0x284, 0x00000100
        show    "ISPENDR1", GICD + 0x204
        put     GICD + 0x200, 0x000000ff        // SGIs become pending in another way
        show    "ISPENDR0", GICD + 0x200
        put     GICD + 0x284, 0xffffffff
        put     GICD + 0x304, 0x00000030
        put     GICD + 0x384, 0x00000010
        show    "ISACTIVER1", GICD + 0x304
        put     GICD + 0x384, 0xffffffff
        put     GICD + 0x184, 0xffffffff
        put     GICD + 0x420, 0xfff1a2b3
        show    "IPRIORITYR8", GICD + 0x420
        putb    GICD + 0x421, 0x40
        show    "IPRIORITYR8", GICD + 0x420
        put     GICD + 0x820, 0x03020100
        putb    GICD + 0x820, 1
        show    "ITARGETSR8", GICD + 0x820
        put     GICD + 0xc08, 0xffffffff
        show    "ICFGR2", GICD + 0xc08
        put     GICD + 0xc08, 0
        put     GICC + 4, 0xff
        show    "GICC_PMR", GICC + 4
        put     GICC + 0x1c, 0
        show    "GICC_ABPR", GICC + 0x1c

        // SPIs 40 (priority 0x80), 41 (0x40) and 42 (0x48), for CPU 0. All are set pending by hand.
        put     GICD + 0x428, 0x00484080
        put     GICD + 0x828, 0x00010101
        put     GICD + 0x104, 0x00000700
        put     GICD, 1
        put     GICC, 1
        say     "\nnothing"
        lines
        take
        put     GICD + 0x204, 0x00000100
        say     "\n40"
        lines
        show    "HPPIR", GICC + 0x18
        put     GICC + 4, 0x80                  // PMR: 0x80 is masked
        say     "\nmasked"
        lines
        take
        put     GICC + 4, 0xff
        say     "\n40 is taken"
        take
        lines
        show    "RPR", GICC + 0x14
        show    "APR0", GICC + 0xd0
        show    "APR1", GICC + 0xd4
        show    "APR2", GICC + 0xd8
        put     GICD + 0x204, 0x00000600
        say     "\n41 preempts"
        lines
        take
        lines
        show    "RPR", GICC + 0x14
        say     "\n42 does not"
        take
        finish  41
        say     "\nthen it does"
        lines
        take
        finish  42
        show    "RPR", GICC + 0x14
        finish  40
        show    "RPR", GICC + 0x14
        show    "ISACTIVER1", GICD + 0x304

        // The binary point: with 6 of it bit 7 alone counts.
        put     GICC + 8, 6
        put     GICD + 0x428, 0x00204060
        put     GICD + 0x204, 0x00000100
        say     "\ngroup priority"
        take
        show    "RPR", GICC + 0x14
        put     GICD + 0x204, 0x00000200
        lines
        take
        finish  40
        lines
        take
        finish  41
        put     GICC + 8, 0
        put     GICD + 0x428, 0x00484080

        // Ends in two steps.
        put     GICC, 0x201
        put     GICD + 0x204, 0x00000100
        say     "\nsplit"
        take
        finish  40
        show    "RPR", GICC + 0x14
        show    "ISACTIVER1", GICD + 0x304
        put     GICD + 0x204, 0x00000100
        say     "\nactive and pending"
        lines
        take
        put     GICC + 0x1000, 40
        show    "ISACTIVER1", GICD + 0x304
        say     "\nonce more"
        take
        finish  40
        put     GICC + 0x1000, 40
        put     GICC, 1
        finish  40                              // of nothing
        show    "RPR", GICC + 0x14

        // SGIs.
        put     GICD + 0x400, 0x20304050
        put     GICD + 0xf00, 0x02000003        // 3 to oneself
        put     GICD + 0xf00, 0x00010001        // 1 to CPU 0
        put     GICD + 0xf00, 0x01000002        // 2 to the others
        show    "ISPENDR0", GICD + 0x200
        show    "SPENDSGIR0", GICD + 0xf20
        say     "\nSGIs"
        take
        finish  3
        take
        finish  1
        take
        putb    GICD + 0xf21, 2                 // 1 as from CPU 1
        putb    GICD + 0xf22, 3                 // 2 as from both
        show    "SPENDSGIR0", GICD + 0xf20
        show    "ISPENDR0", GICD + 0x200
        say     "\nfrom others"
        take
        finish  2
        take
        finish  0x402
        take
        finish  0x401
        putb    GICD + 0xf23, 3
        putb    GICD + 0xf13, 1
        show    "CPENDSGIR0", GICD + 0xf10
        putb    GICD + 0xf13, 2
        show    "ISPENDR0", GICD + 0x200

        // Groups: 41 is of group 1.
        put     GICD + 0x84, 0x00000200
        show    "IGROUPR1", GICD + 0x84
        put     GICD, 3
        put     GICC, 3
        put     GICD + 0x204, 0x00000200
        say     "\ngroup 1"
        lines
        take
        put     GICC, 7                         // AckCtl
        take
        finish  41
        put     GICC, 0xf                       // FIQEn
        put     GICD + 0x204, 0x00000100
        say     "\ngroup 0 as FIQ"
        lines
        take
        finish  40
        put     GICD, 2                         // group 0 is held back
        put     GICD + 0x204, 0x00000300
        say     "\nheld back"
        lines
        take
        finish  41
        put     GICD, 0
        put     GICD + 0x284, 0xffffffff
        put     GICD + 0x84, 0

        // The other CPU has its own.
        put     GICD, 1
        put     GICC, 1
        ldr     x0, =PSCI_CPU_ON
        mov     x1, #1
        adr     x2, second
        mov     x3, #0
        hvc     #0
1:      ldr     x22, =GICC + 0x0c
        ldr     w22, [x22]
        cmp     w22, #1023
        b.ne    2f
        yield
        b       1b
2:      say     "\nfrom the second"
        bl      hex
        say     "\n"
        ldr     x0, =PSCI_SYSTEM_OFF
        hvc     #0
        b       .

second: ldr     x20, =0x09000000
        show    "second ITARGETSR0", GICD + 0x800
        show    "second ISENABLER0", GICD + 0x100
        show    "second IPRIORITYR0", GICD + 0x400
        show    "second GICC_PMR", GICC + 4
        show    "second ISPENDR0", GICD + 0x200
        put     GICC + 4, 0xf0
        put     GICC, 1
        say     "\nsecond takes"
        take
        put     GICD + 0xf00, 0x00010005        // 5 to CPU 0
        b       .

#include "say.S"
