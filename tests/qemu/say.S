// Text and numbers on the UART, whose address is in x20.

        // x21: text. Changes x21, w24, w25.
print:  ldrb    w24, [x21], #1
        cbz     w24, 2f
1:      ldr     w25, [x20, #0x18]               // UARTFR
        tbnz    w25, #5, 1b
        strb    w24, [x20]
        b       print
2:      ret

        // x22: number, as a space and 8 digits. Changes x24 to x27.
hex:    mov     w24, #' '
        mov     x26, #32
1:      ldr     w25, [x20, #0x18]
        tbnz    w25, #5, 1b
        strb    w24, [x20]
        cbz     x26, 2f
        sub     x26, x26, #4
        lsr     x27, x22, x26
        and     w27, w27, #15
        add     w24, w27, #'0'
        cmp     w27, #10
        b.lt    1b
        add     w24, w27, #('a' - 10)
        b       1b
2:      ret
