// Hello from a bare machine: no operating system, no library, one device.

.equ UART,      0x09000000      // the PL011 of the board
.equ UART_DR,   0x000           // what is stored here is sent
.equ UART_FR,   0x018           // flags: bit 5, there is no room now

start:
    adr x19, message
    ldr x20, =UART

next:
    ldrb w0, [x19], #1          // the next character, and one further
    cbz w0, done                // a zero ends the text

wait:
    ldr w1, [x20, #UART_FR]
    tbnz w1, #5, wait
    str w0, [x20, #UART_DR]
    b next

done:
    ldr x0, =0x84000008         // PSCI SYSTEM_OFF
    hvc #0

message:
    .asciz "Hello from A64!\r\n"
