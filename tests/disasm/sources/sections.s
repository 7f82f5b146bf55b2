// Sections, one behind the other: text, read-only data, data, zeros.
        .text
        .global _start
        .type _start, %function
_start: adrp x0, message
        add x0, x0, :lo12:message
        ldr x1, =counter
        ldr x2, =0x1122334455667788
        ldr w3, =12345
        bl helper
        .section .rodata
message: .asciz "hello"
        .balign 8
pointer: .quad _start, message, counter
        .data
counter: .word 5
        .balign 16
big:    .quad big, room
        .text
        ldr x4, =room
        b _start
        .bss
        .balign 64
room:   .space 16
        .section .text.extra, "ax"
helper: ret
        .pushsection .rodata
        .byte 0xaa
        .popsection
        nop
        .previous
        .space 4
