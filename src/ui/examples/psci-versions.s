// What firmware is this? Asks for the version, and for each function whether it is there.

.include "uart.inc"
.include "psci.inc"

start:
    psci PSCI_VERSION           // x0: major in bits 30:16, minor in bits 15:0
    mov x19, x0
    print "PSCI "
    ubfx x20, x19, #16, #15
    print_decimal x20
    print "."
    and x20, x19, #0xffff
    print_decimal x20
    print "\n"

    // PSCI_FEATURES came with 1.0: an older one is not asked.
    lsr w20, w19, #16
    cbz w20, finish

    adr x21, functions
next:
    ldr w1, [x21], #4           // the function to ask about
    cbz w1, finish
    mov w22, w1
    psci PSCI_FEATURES
    mov w23, w0
    print "  "
    print_hex x22
    tbnz w23, #31, missing      // a negative answer: NOT_SUPPORTED
    print " is there\n"
    b next
missing:
    print " is not\n"
    b next

finish:
    power_off

functions:
    .word PSCI_CPU_ON, PSCI_SYSTEM_SUSPEND, PSCI_SYSTEM_RESET2, PSCI_SYSTEM_OFF2, 0
