// What a bare-metal program finds in a PL011, said on it afterwards: registers after reset and after writes of what they hold, and the transmit interrupt. Of UARTFR
// without the inputs of a modem, which QEMU has not. MMU off, one CPU. QEMU (7.2) keeps bits that no register has, and has no loopback, no receive timeout and no
// trigger levels: what the manual says of these is tested in src/machine/devices/pl011.test.ts.

        .equ    UART, 0x09000000
        .equ    PSCI_SYSTEM_OFF, 0x84000008

        // Keeps a register for later.
        .macro  keep offset
        ldr     w10, [x20, #\offset]
        str     w10, [x28], #4
        .endm

        .macro  put offset, value
        mov     w10, #\value
        str     w10, [x20, #\offset]
        .endm

        .macro  keepall
        keep    0x04                            // UARTRSR
        ldr     w10, [x20, #0x18]               // UARTFR
        and     w10, w10, #0xf8
        str     w10, [x28], #4
        keep    0x20                            // UARTILPR
        keep    0x24                            // UARTIBRD
        keep    0x28                            // UARTFBRD
        keep    0x2c                            // UARTLCR_H
        keep    0x30                            // UARTCR
        keep    0x34                            // UARTIFLS
        keep    0x38                            // UARTIMSC
        keep    0x3c                            // UARTRIS
        keep    0x40                            // UARTMIS
        keep    0x48                            // UARTDMACR
        .endm

        .global _start
_start: ldr     x20, =UART
        adr     x28, kept
        keepall
        put     0x20, 0xff
        put     0x24, 0xffff
        put     0x28, 0x3f
        put     0x2c, 0x70
        put     0x30, 0x301
        put     0x34, 0x24
        put     0x38, 0x7ef
        put     0x04, 0xff
        keepall
        put     0x38, 0x10
        put     0x44, 0x7ff                     // UARTICR
        keepall
        put     0, 'A'
        keepall
        put     0x38, 0x20
        keepall
        put     0x44, 0x20
        keepall
        mov     x23, x28
        adr     x28, kept
1:      ldr     w22, [x28], #4
        bl      hex
        cmp     x28, x23
        b.lo    1b
        adr     x21, end
        bl      print
        ldr     x0, =PSCI_SYSTEM_OFF
        hvc     #0
        b       .

#include "say.S"

end:    .asciz  " said\n"
        .ltorg
        .balign 8
kept:   .space  4 * 12 * 6
