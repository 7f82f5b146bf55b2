import type { Header } from './header';

export const uart: Header = {
  name: 'uart.inc',
  what: 'The PL011 console: print, print_hex, print_decimal, and the names of its registers.',
  text: String.raw`
// The console: a PL011 (Arm DDI 0183). Everything here needs no stack and changes x0 to x3 and x30 only.

.equ UART_BASE,         0x09000000
.equ UART_DR,           0x000           // data
.equ UART_FR,           0x018           // flags:
.equ UART_FR_RXFE,      4               //   bit: nothing has come
.equ UART_FR_TXFF,      5               //   bit: no room to send

// Prints a text: print "hello\n"
.macro print text:req
    .pushsection .rodata.uart
uart_text\@:
    .asciz "\text"
    .popsection
    adrp x0, uart_text\@
    add x0, x0, :lo12:uart_text\@
    bl uart_puts
.endm

// Prints a register as 16 hexadecimal digits: print_hex x19
.macro print_hex register:req
    mov x0, \register
    bl uart_put_hex
.endm

// Prints a register as a decimal number without a sign: print_decimal x19
.macro print_decimal register:req
    mov x0, \register
    bl uart_put_decimal
.endm

    .pushsection .text.uart, "ax"
// The character in w0; a line feed also returns the carriage.
uart_putc:
    ldr x1, =UART_BASE
    cmp w0, #'\n'
    b.ne 2f
1:  ldr w2, [x1, #UART_FR]
    tbnz w2, #UART_FR_TXFF, 1b
    mov w2, #'\r'
    str w2, [x1, #UART_DR]
2:  ldr w2, [x1, #UART_FR]
    tbnz w2, #UART_FR_TXFF, 2b
    str w0, [x1, #UART_DR]
    ret

// The text at x0, up to a zero byte.
uart_puts:
    mov x3, x0
    ldr x1, =UART_BASE
1:  ldrb w0, [x3], #1
    cbz w0, 4f
    cmp w0, #'\n'
    b.ne 3f
2:  ldr w2, [x1, #UART_FR]
    tbnz w2, #UART_FR_TXFF, 2b
    mov w2, #'\r'
    str w2, [x1, #UART_DR]
3:  ldr w2, [x1, #UART_FR]
    tbnz w2, #UART_FR_TXFF, 3b
    str w0, [x1, #UART_DR]
    b 1b
4:  ret

// x0 as 16 hexadecimal digits.
uart_put_hex:
    ldr x1, =UART_BASE
    mov w3, #16
1:  ldr w2, [x1, #UART_FR]
    tbnz w2, #UART_FR_TXFF, 1b
    ror x0, x0, #60                     // the highest digit comes lowest
    and w2, w0, #0xf
    cmp w2, #10
    add w2, w2, #'0'
    b.lo 2f
    add w2, w2, #'a' - '0' - 10
2:  str w2, [x1, #UART_DR]
    subs w3, w3, #1
    b.ne 1b
    ret

// x0 as a decimal number. x3 goes through the powers of ten, from the highest that fits.
uart_put_decimal:
    mov x3, #1
    mov x2, #10
1:  udiv x1, x0, x3
    cmp x1, #10
    b.lo 2f
    mul x3, x3, x2
    b 1b
2:  udiv x1, x0, x3
    msub x0, x1, x3, x0
    add w1, w1, #'0'
    ldr x2, =UART_BASE
    str w1, [x2, #UART_DR]
    mov x2, #10
    udiv x3, x3, x2
    cbnz x3, 2b
    ret

// Waits for a character, and gives it in w0.
uart_getc:
    ldr x1, =UART_BASE
1:  ldr w2, [x1, #UART_FR]
    tbnz w2, #UART_FR_RXFE, 1b
    ldr w0, [x1, #UART_DR]
    and w0, w0, #0xff
    ret
    .popsection
`,
};
