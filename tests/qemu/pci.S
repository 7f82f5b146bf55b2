// What a bare-metal program finds on PCI, said on the PL011: configuration space of all functions, before and after all of it was written;
// an entropy source in both windows, at every width, driven to an answer by its registers; its interrupt; its registers through
// configuration space. One CPU; the MMU is off.

        .equ    ECAM, 0x4010000000
        .equ    ENTROPY, ECAM + (1 << 15) + (1 << 12)
        .equ    COMMAND, 4
        .equ    BAR4, 0x20
        .equ    PCI_CFG, 0x84
        .equ    LOW, 0x10004000
        .equ    HIGH, 0x8000100000
        .equ    RINGS, 0x40400000
        .equ    ISPENDR1, 0x08000204
        .equ    PSCI_SYSTEM_OFF, 0x84000008

        .macro  say text
        adr     x21, 9f
        bl      print
        b       8f
9:      .asciz  "\text"
        .balign 4
8:
        .endm

        .macro  show name, address, load=ldr
        say     "\n\name"
        ldr     x22, =\address
        \load   w22, [x22]
        bl      hex
        .endm

        .macro  put address, value, store=str
        ldr     x9, =\address
        ldr     w10, =\value
        \store  w10, [x9]
        .endm

        // Registers of a BAR by words, halves and bytes.
        .macro  dump name, address, bytes
        say     "\n\name"
        ldr     x0, =\address
        mov     x1, #\bytes
        bl      words
        ldr     x0, =\address
        mov     x1, #\bytes
        bl      halves
        ldr     x0, =\address
        mov     x1, #\bytes
        bl      bytes
        .endm

        // The entropy source's interrupt: what it says, and whether its wire is high (INTID 36).
        .macro  wire name
        show    "\name: STATUS", ENTROPY + 6, ldrh
        show    "ISPENDR1", ISPENDR1
        .endm

        .global _start
_start: ldr     x20, =0x09000000                // UART0
        say     "Configuration space"
        bl      all_functions
        say     "\nAll ones written"                // not what no capability holds: QEMU keeps it
        ldr     x0, =functions
        bl      write_all
        bl      all_functions
        say     "\nIn parts"
        put     ENTROPY + 0x0c, 0x5a, strb
        put     ENTROPY + 0x3c, 0x77, strb
        put     ENTROPY + BAR4, 0x1234, strh
        put     ENTROPY + BAR4 + 2, 0x5678, strh
        put     ENTROPY + BAR4 + 4, 0x9a, strb
        show    "CACHE_LINE_SIZE", ENTROPY + 0x0c, ldrb
        show    "INTERRUPT", ENTROPY + 0x3c, ldrh
        show    "BAR4", ENTROPY + BAR4
        show    "BAR5", ENTROPY + BAR4 + 4

        put     ENTROPY + COMMAND, 0, strh
        put     ENTROPY + BAR4, LOW
        put     ENTROPY + BAR4 + 4, 0
        show    "Memory space off", LOW
        put     ENTROPY + COMMAND, 6, strh
        put     LOW + 0x18, 8, strh             // as large as both have it
        dump    "Common configuration", LOW, 0x60
        dump    "ISR", LOW + 0x1000, 8
        dump    "Notifications", LOW + 0x3000, 8
        show    "Before it", LOW - 4
        show    "Its end", LOW + 0x3ffc
        show    "Behind it", LOW + 0x4000
        put     LOW, 0
        show    "Features 0", LOW + 4
        put     LOW, 1
        show    "Features 1", LOW + 4
        put     LOW, 2
        show    "Features 2", LOW + 4
        put     LOW + 0x16, 1, strh
        dump    "No such queue", LOW + 0x10, 0x30
        put     LOW + 0x16, 0, strh

        put     ENTROPY + BAR4 + 4, HIGH >> 32
        put     ENTROPY + BAR4, HIGH & 0xffffffff
        show    "Where it was", LOW + 0x12, ldrh
        show    "Where it is", HIGH + 0x12, ldrh

        // One buffer of 32 bytes.
        put     RINGS, RINGS + 0x3000
        put     RINGS + 8, 32
        put     RINGS + 12, 2
        put     RINGS + 0x1002, 1, strh
        put     HIGH + 0x14, 3, strb
        put     HIGH + 8, 1
        put     HIGH + 0xc, 1
        put     HIGH + 8, 0
        put     HIGH + 0xc, 0
        put     HIGH + 0x14, 11, strb
        show    "device_status", HIGH + 0x14, ldrb
        put     HIGH + 0x20, RINGS
        put     HIGH + 0x28, RINGS + 0x1000
        ldr     x9, =HIGH + 0x30
        ldr     x10, =RINGS + 0x2000
        str     x10, [x9]                       // both halves at once
        put     HIGH + 0x1c, 1, strh
        dump    "A queue", HIGH, 0x40
        wire    "Before"
        put     HIGH + 0x14, 15, strb
        put     HIGH + 0x3000, 0, strh
        ldr     x9, =RINGS + 0x2002
1:      ldrh    w10, [x9]
        cbz     w10, 1b
        show    "Used", RINGS + 0x2000
        show    "its length", RINGS + 0x2008
        // QEMU answers from another thread: the interrupt comes a little after the ring.
        ldr     x9, =ISPENDR1
2:      ldr     w10, [x9]
        tbz     w10, #4, 2b
        wire    "After"
        put     ENTROPY + COMMAND, 0x406, strh
        wire    "Disabled"
        put     ENTROPY + COMMAND, 6, strh
        wire    "Enabled"
        show    "ISR", HIGH + 0x1000, ldrb
        show    "once more", HIGH + 0x1000, ldrb
        wire    "Acknowledged"
        put     HIGH, 0                         // QEMU keeps it over a reset
        put     HIGH + 0x14, 0, strb
        put     HIGH + 0x18, 8, strh
        dump    "Reset", HIGH, 0x40

        // Its registers without its BAR.
        put     ENTROPY + COMMAND, 0, strh
        put     ENTROPY + PCI_CFG + 4, 4, strb
        put     ENTROPY + PCI_CFG + 8, 0x12
        put     ENTROPY + PCI_CFG + 12, 2
        show    "num_queues", ENTROPY + PCI_CFG + 16
        put     ENTROPY + PCI_CFG + 8, 0x14
        put     ENTROPY + PCI_CFG + 12, 1
        put     ENTROPY + PCI_CFG + 16, 1, strb
        show    "device_status", ENTROPY + PCI_CFG + 16
        show    "the whole", ENTROPY + PCI_CFG
        show    "Memory space off", HIGH + 0x14
        say     "\nThat is all.\n"
        ldr     x0, =PSCI_SYSTEM_OFF
        hvc     #0
        b       .

        // 64 words of each function. Changes x0 to x3.
all_functions:
        mov     x28, x30
        ldr     x2, =functions
1:      ldr     x0, [x2], #8
        cbz     x0, 2f
        adr     x21, line
        bl      print
        mov     x1, #0x100
        bl      words
        b       1b
2:      mov     x30, x28
        ret

        // Ones into headers, and into what gives access to a BAR through configuration space; then COMMAND to zero. x0: the list. Changes x0 to x5.
write_all:
        mov     w4, #-1
1:      ldr     x1, [x0], #8
        cbz     x1, 3f
        mov     x2, #0
2:      str     w4, [x1, x2]
        add     x2, x2, #4
        cmp     x2, #0x40
        b.lt    2b
        ldrb    w5, [x1, #0x34]
        cbz     w5, 4f
        str     w4, [x1, #PCI_CFG]
        str     w4, [x1, #PCI_CFG + 4]
        str     w4, [x1, #PCI_CFG + 8]
        str     w4, [x1, #PCI_CFG + 12]
4:      strh    wzr, [x1, #COMMAND]
        b       1b
3:      ret

        // x1 bytes from x0, by words, by halves, by single bytes. Changes x0, x1.
        .macro  reader name, load, width
\name:  mov     x19, x30
1:      \load   w22, [x0], #\width
        bl      hex
        subs    x1, x1, #\width
        b.gt    1b
        mov     x30, x19
        ret
        .endm
        reader  words, ldr, 4
        reader  halves, ldrh, 2
        reader  bytes, ldrb, 1

line:   .asciz  "\n"
        .balign 8
functions:
        .quad   ECAM, ECAM + (1 << 15), ENTROPY, ECAM + (1 << 15) + (2 << 12), ECAM + (1 << 15) + (3 << 12)
        .quad   ECAM + (2 << 15), ECAM + (3 << 15), ECAM + (2 << 15) + (1 << 12), ECAM + (1 << 20), 0

#include "say.S"
