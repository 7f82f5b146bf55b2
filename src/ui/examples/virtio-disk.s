// A disk: reads its first sector, counts there how often this program has run, and writes it back.

.include "uart.inc"
.include "psci.inc"
.include "virtio.inc"

start:
    disk_begin
    cbz x0, missing
    mov x19, x0
    print "A disk of "
    print_decimal x19
    print " sectors.\n"

    ldr x20, =sector
    disk_read 0, x20
    cbnz w0, failed
    ldr x21, [x20]
    ldr x22, =0x64616572        // "read": our mark
    cmp w21, w22
    b.eq 1f
    print "It is blank.\n"
    str x22, [x20]
    str xzr, [x20, #8]
1:  ldr x21, [x20, #8]
    add x21, x21, #1
    str x21, [x20, #8]
    print "Run number "
    print_decimal x21
    print " on this disk.\n"
    disk_write 0, x20
    cbnz w0, failed
    power_off

missing:
    print "There is no disk.\n"
    power_off
failed:
    print "The disk answered with an error.\n"
    power_off

.bss
    .balign 512
sector:
    .space 512
