// What a bare-metal program finds on the board, said on the PL011: registers at entry, and device registers, one of them above
// 4 GiB (with the MMU off). Starts the second CPU, which says where it is, too, and switches the machine off.

        .macro  show name
        adr     x21, 9f
        bl      print
        bl      hex
        b       8f
9:      .asciz  "\n\name "
        .balign 4
8:
        .endm

        .macro  peek name, address
        ldr     x22, =\address
        ldr     w22, [x22]
        show    "\name"
        .endm

        .equ    PSCI_CPU_ON, 0xc4000003
        .equ    PSCI_SYSTEM_OFF, 0x84000008

        .global _start
_start: ldr     x20, =0x09000000                // UART0
        mrs     x22, CurrentEL
        show    "CurrentEL"
        mrs     x22, DAIF
        show    "DAIF"
        mrs     x22, CPACR_EL1
        show    "CPACR_EL1"
        mrs     x22, CNTFRQ_EL0
        show    "CNTFRQ_EL0"
        mrs     x22, MPIDR_EL1
        show    "MPIDR_EL1"
        ldr     x22, =0x08000004                // GICD_TYPER, without LPIS for the same reason as below
        ldr     w22, [x22]
        and     x22, x22, #0x1f
        show    "ITLinesNumber"
        ldr     x22, =0x080a0008                // GICR_TYPER less PLPIS, which QEMU (7.2) sets although its=off
        ldr     w22, [x22]
        bic     x22, x22, #1
        show    "GICR_TYPER"
        peek    "UARTPeriphID1", 0x09000fe4
        peek    "UARTPeriphID2", 0x09000fe8
        peek    "RTCPeriphID0", 0x09010fe0
        peek    "GPIOPeriphID0", 0x09030fe0
        peek    "first virtio-mmio magic", 0x0a000000
        peek    "first virtio-mmio device", 0x0a000008
        peek    "last virtio-mmio version", 0x0a003e04
        peek    "last virtio-mmio device", 0x0a003e08
        peek    "PCI 00:00.0", 0x4010000000
        peek    "PCI ff:1f.7", 0x401ffff000
        // The start of RAM: for the address this is linked at, the program, a device tree's magic number, or what QEMU's own
        // loader left there for a flat binary.
        ldr     x22, =0x40000000
        ldr     w22, [x22]
        ldr     w1, =0xedfe0dd0
        cmp     w22, w1
        cset    x22, eq
        show    "device tree at the start of RAM"
        ldr     x0, =PSCI_CPU_ON
        mov     x1, #1
        adr     x2, second
        mov     x3, #42
        hvc     #0
        mov     x22, x0
        show    "CPU_ON"
        adr     x1, said
        mov     w0, #1
        str     w0, [x1]
        adr     x1, done
1:      yield
        ldr     w0, [x1]
        cbz     w0, 1b
        ldr     x0, =PSCI_SYSTEM_OFF
        hvc     #0
        b       .

second: mov     x22, x0
        ldr     x20, =0x09000000
        // The first CPU is still printing the result of its call.
        adr     x1, said
1:      yield
        ldr     w2, [x1]
        cbz     w2, 1b
        show    "second CPU context"
        mrs     x22, MPIDR_EL1
        show    "second CPU MPIDR_EL1"
        mrs     x22, DAIF
        show    "second CPU DAIF"
        adr     x21, newline
        bl      print
        adr     x1, done
        mov     w0, #1
        str     w0, [x1]
        b       .

// The text at x21.
print:  ldrb    w1, [x21], #1
        cbz     w1, 1f
        strb    w1, [x20]
        b       print
1:      ret

// x22 as 16 digits.
hex:    mov     x2, #60
1:      lsr     x1, x22, x2
        and     x1, x1, #15
        add     x3, x1, #'0'
        add     x4, x1, #'a' - 10
        cmp     x1, #10
        csel    x1, x3, x4, lo
        strb    w1, [x20]
        subs    x2, x2, #4
        b.ge    1b
        ret

newline: .asciz "\n"
        .ltorg
        .balign 8
said:   .word   0
done:   .word   0
