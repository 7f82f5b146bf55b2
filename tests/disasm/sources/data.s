// Data directives, strings with escapes, alignment, fill.
        .byte 1, 'a', '\n', -1, 255
        .hword 0x1234, -2
        .short 7
        .2byte 9
        .balign 4
        .word 0x12345678, -1
        .long 1
        .int 2
        .4byte 3
        .inst 0xd503201f
        .quad 0x123456789abcdef0, -1
        .xword 4
        .dword 5
        .8byte 6
        .ascii "no zero", "another"
        .asciz "zero", "tab\tnew\nquote\"back\\ \101\x41"
        .string "str"
        .space 3
        .skip 2, 0xff
        .zero 1
        .fill 3, 2, 0xabcd
        .fill 2
        .balign 8, 0x11
        .byte 1
        .p2align 3
        .byte 2
        .align 4, 0x22
        .byte 3
        .balign 16, , 4
        .float 1.5, -0.0, 1e10
        .single 0.1
        .balign 8
        .double 3.141592653589793, -1e-300, 2
        .octa 0x0123456789abcdef0011223344556677
        .org 0x200
        nop
        .org 0x210, 0xcc
        ret
