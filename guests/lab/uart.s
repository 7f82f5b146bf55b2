// The console: a PL011. Output waits for room; input comes by interrupt into a ring, so that waiting for a key is idle time.

uart_init:
    ldr x0, =UART
    mov w1, #UARTLCR_H_8BIT_FIFO
    str w1, [x0, #UARTLCR_H]
    mov w1, #UARTCR_ENABLE
    str w1, [x0, #UARTCR]
    mov w1, #0x7ff
    str w1, [x0, #UARTICR]
    mov w1, #UARTINT_RX | UARTINT_RT
    str w1, [x0, #UARTIMSC]
    ret

// Prints the character in w0; `\n` also returns the carriage. Clobbers x0 to x2.
putc:
    ldr x1, =UART
    cmp w0, #'\n'
    b.ne 2f
1:  ldr w2, [x1, #UARTFR]
    tbnz w2, #UARTFR_TXFF, 1b
    mov w2, #'\r'
    strb w2, [x1, #UARTDR]
2:  ldr w2, [x1, #UARTFR]
    tbnz w2, #UARTFR_TXFF, 2b
    strb w0, [x1, #UARTDR]
    ret

// The interrupt: moves what came in to the ring. A full ring loses characters. Clobbers x0 to x4.
uart_interrupt:
    ldr x0, =UART
    variables x1
1:  ldr w2, [x0, #UARTFR]
    tbnz w2, #UARTFR_RXFE, 2f
    ldr w2, [x0, #UARTDR]
    ldr x3, [x1, #VAR_RING_HEAD]
    ldr x4, [x1, #VAR_RING_TAIL]
    sub x4, x3, x4
    cmp x4, #RING_SIZE
    b.hs 1b
    and x4, x3, #RING_SIZE - 1
    add x4, x4, #VAR_RING
    strb w2, [x1, x4]
    add x3, x3, #1
    str x3, [x1, #VAR_RING_HEAD]
    b 1b
2:  mov w2, #UARTINT_RX | UARTINT_RT
    str w2, [x0, #UARTICR]
    ret

// The next character in w0, or -1 if none has come. Clobbers x0 to x3.
getc_now:
    variables x1
    ldr x2, [x1, #VAR_RING_TAIL]
    ldr x3, [x1, #VAR_RING_HEAD]
    cmp x2, x3
    b.eq 1f
    and x3, x2, #RING_SIZE - 1
    add x3, x3, #VAR_RING
    ldrb w0, [x1, x3]
    add x2, x2, #1
    str x2, [x1, #VAR_RING_TAIL]
    ret
1:  mov w0, #-1
    ret

// Waits for a character and gives it in w0. The CPU sleeps meanwhile.
getc:
    stp x29, x30, [sp, #-16]!
1:  bl getc_now
    tbz w0, #31, 2f
    bl wait
    b 1b
2:  ldp x29, x30, [sp], #16
    ret

// Sleeps until an interrupt, and takes it. WFI wakes up for interrupts that are masked, so none can slip through before it.
wait:
    wfi
    msr daifclr, #2
    isb
    msr daifset, #2
    ret
    .ltorg
