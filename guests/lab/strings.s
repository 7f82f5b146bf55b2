// Words and numbers of a command line. x28 is where the monitor reads on.

// Moves x28 to the next word. Clobbers x0.
skip_blanks:
    ldrb w0, [x28]
    cmp w0, #' '
    b.ne 1f
    add x28, x28, #1
    b skip_blanks
1:  ret

// If the next word is the string at x0, takes it and sets x0 to 1, else to 0. Clobbers x1 to x3.
take_word:
    mov x1, x28
1:  ldrb w2, [x0], #1
    ldrb w3, [x1], #1
    cbz w2, 2f
    cmp w2, w3
    b.eq 1b
    mov x0, #0
    ret
2:  cbz w3, 3f
    cmp w3, #' '
    b.eq 3f
    mov x0, #0
    ret
3:  sub x28, x1, #1
    mov x0, #1
    ret

// Takes a number: decimal, or hexadecimal after 0x, with an optional minus sign. x0 is its value and x1 is 1; if there is none x1 is 0.
take_number:
    stp x29, x30, [sp, #-16]!
    bl skip_blanks
    mov x0, #0
    mov x1, #0
    mov x5, #0
    mov x4, #10
    ldrb w2, [x28]
    cmp w2, #'-'
    b.ne 1f
    mov x5, #1
    add x28, x28, #1
1:  ldrh w2, [x28]
    mov w3, #'0' | 'x' << 8
    cmp w2, w3
    b.ne 2f
    mov x4, #16
    add x28, x28, #2
2:  ldrb w2, [x28]
    sub w3, w2, #'0'
    cmp w3, #10
    b.lo 3f
    orr w2, w2, #0x20                   // letters in lower case
    sub w3, w2, #'a' - 10
    cmp w3, #10
    b.lo 4f
    cmp w3, w4
    b.hs 4f
3:  madd x0, x0, x4, x3
    mov x1, #1
    add x28, x28, #1
    b 2b
4:  cbz x5, 5f
    neg x0, x0
5:  ldp x29, x30, [sp], #16
    ret

// 1 in x0 if the strings at x0 and x1 are equal. Clobbers x2, x3.
same_string:
    ldrb w2, [x0], #1
    ldrb w3, [x1], #1
    cmp w2, w3
    b.ne 1f
    cbnz w2, same_string
    mov x0, #1
    ret
1:  mov x0, #0
    ret

// 1 in x0 if the string at x0 begins with the string at x1. Clobbers x2, x3.
begins_with:
    ldrb w3, [x1], #1
    cbz w3, 1f
    ldrb w2, [x0], #1
    cmp w2, w3
    b.eq begins_with
    mov x0, #0
    ret
1:  mov x0, #1
    ret
