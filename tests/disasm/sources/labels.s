// Labels, local labels, branches in both directions, expressions of labels.
start:  b end
1:      cbz x0, 1f
        b 1b
        tbnz w3, #7, 2f
1:      adr x1, table
        b.ne 1b
2:      bl start
        ldr x2, start
        adrp x3, start
        add x3, x3, :lo12:table
        ldr w4, [x3, :lo12:table]
table:  .word end - start, . - table
        .byte (end - table) / 4, 1f - 1b
1:
        .balign 4
end:    ret
length = 28
        mov x5, #length
        .set twice, length * 2
        movz x6, #twice, lsl #16
        .equ again, twice + 1
        .word again, twice << 2, ~twice, -again, !again, again % 7, again >> 1
        .quad again & 0xf | 0x100 ^ 3, 5 - 3 - 1, 2 + 3 * 4, (2 + 3) * 4
        .word 1 == 1, 1 != 1, 3 > 2, 3 <= 2, 1 && 0, 1 || 0
