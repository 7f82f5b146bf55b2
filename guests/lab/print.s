// Text output. print_inline prints the string that follows the call; the macro `say` makes such calls.

// %d decimal, %x hexadecimal, %w 8 and %p 16 hexadecimal digits, %s string, %c character: arguments are x1 to x6 in turn.
// One CPU at a time: a spinlock keeps lines whole. Clobbers x0 to x17.
print_inline:
    sub sp, sp, #80
    stp x19, x20, [sp]
    stp x21, x22, [sp, #16]
    stp x1, x2, [sp, #32]
    stp x3, x4, [sp, #48]
    stp x5, x6, [sp, #64]
    mov x19, x30
    add x20, sp, #32
    bl console_lock
1:  ldrb w0, [x19], #1
    cbz w0, 9f
    cmp w0, #'%'
    b.eq 2f
    bl putc
    b 1b
2:  ldrb w21, [x19], #1
    ldr x0, [x20], #8
    cmp w21, #'d'
    b.eq 3f
    cmp w21, #'s'
    b.eq 4f
    cmp w21, #'c'
    b.eq 5f
    mov x1, #1
    cmp w21, #'x'
    b.eq 6f
    mov x1, #8
    cmp w21, #'w'
    b.eq 6f
    mov x1, #16
6:  bl put_hex
    b 1b
3:  bl put_decimal
    b 1b
4:  bl puts
    b 1b
5:  bl putc
    b 1b
9:  bl console_unlock
    add x19, x19, #3                    // code goes on after the string, aligned
    and x30, x19, #~3
    ldp x19, x20, [sp]
    ldp x21, x22, [sp, #16]
    add sp, sp, #80
    ret

console_lock:
    ldr x0, =VARIABLES + VAR_CONSOLE_LOCK
    mov w1, #1
1:  ldaxr w2, [x0]
    cbnz w2, 1b
    stxr w2, w1, [x0]
    cbnz w2, 1b
    ret

console_unlock:
    ldr x0, =VARIABLES + VAR_CONSOLE_LOCK
    stlr wzr, [x0]
    ret

// Prints the string at x0.
puts:
    stp x19, x30, [sp, #-16]!
    mov x19, x0
1:  ldrb w0, [x19], #1
    cbz w0, 2f
    bl putc
    b 1b
2:  ldp x19, x30, [sp], #16
    ret

// Prints x0 in decimal, with a sign if it is negative.
put_decimal:
    stp x29, x30, [sp, #-64]!
    stp x19, x20, [sp, #16]
    mov x19, x0
    tbz x0, #63, 1f
    neg x19, x0
    mov w0, #'-'
    bl putc
1:  add x20, sp, #64                    // digits come out last first: write them backwards from the end of the frame
    mov x2, #10
2:  udiv x0, x19, x2
    msub x1, x0, x2, x19
    add w1, w1, #'0'
    strb w1, [x20, #-1]!
    mov x19, x0
    cbnz x19, 2b
3:  ldrb w0, [x20], #1
    bl putc
    add x1, sp, #64
    cmp x20, x1
    b.lo 3b
    ldp x19, x20, [sp, #16]
    ldp x29, x30, [sp], #64
    ret

// Prints x0 in hexadecimal with at least x1 digits.
put_hex:
    stp x29, x30, [sp, #-32]!
    stp x19, x20, [sp, #16]
    mov x19, x0
    clz x2, x19
    mov x3, #67
    sub x2, x3, x2
    lsr x2, x2, #2                      // digits the value needs
    cmp x2, x1
    csel x1, x2, x1, hi
    lsl x20, x1, #2
1:  sub x20, x20, #4
    lsr x0, x19, x20
    and w0, w0, #15
    add w1, w0, #'0'
    add w2, w0, #'a' - 10
    cmp w0, #10
    csel w0, w1, w2, lo
    bl putc
    cbnz x20, 1b
    ldp x19, x20, [sp, #16]
    ldp x29, x30, [sp], #32
    ret
    .ltorg
