// Writes a line to the serial port, then waits.
    ldr x1, =0x09000000     // the UART's data register
    adr x0, text
next:
    ldrb w2, [x0], #1       // a character, and on to the next
    cbz w2, done            // the last one is 0
    strb w2, [x1]
    b next
done:
    wfi                     // nothing more to do: wait
    b done

text:
    .asciz "Hello from A64\r\n"
