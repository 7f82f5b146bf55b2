// Literal pools: equal ones once, by size, and where .ltorg says.
        ldr x0, =0x123456789abcdef
        ldr w1, =0x12345
        ldr x2, =0x123456789abcdef
        ldr x3, =label
        ldr d0, =0x3ff0000000000000
        ldr s1, =0x40490fdb
        ldr q2, =0x0123456789abcdef0011223344556677
        .ltorg
label:  nop
        ldr x4, =label + 8
        ldr x5, =0x1234567800000000
        ldr w6, =-1000000
        ldr x7, =label
        b label
