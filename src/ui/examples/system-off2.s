// Hibernation in small: what is to be remembered goes to the disk, SYSTEM_OFF2 says that this is sleep, and the next start wakes.

.include "uart.inc"
.include "psci.inc"
.include "virtio.inc"

.equ MARK,      0x70656c73      // "slep"

start:
    disk_begin
    cbz x0, missing
    ldr x19, =sector
    disk_read 0, x19
    ldr w20, [x19]
    ldr w21, =MARK
    cmp w20, w21
    b.eq wake

    // Nobody sleeps here. Is there the firmware call by which one goes to sleep?
    ldr x1, =PSCI_SYSTEM_OFF2
    psci PSCI_FEATURES
    mov w22, w0
    print "Good evening.\n"
    str w21, [x19]
    mov w0, #1976
    str w0, [x19, #4]           // what is to be remembered
    disk_write 0, x19
    tbnz w22, #31, old
    mov x1, #PSCI_SYSTEM_OFF2_HIBERNATE_OFF
    mov x2, #0
    psci PSCI_SYSTEM_OFF2       // does not return
old:
    print "This firmware has no SYSTEM_OFF2: a plain SYSTEM_OFF has to do.\n"
    power_off

wake:
    ldr w22, [x19, #4]
    str wzr, [x19]              // awake: the next start is a new evening
    disk_write 0, x19
    print "Good morning. I remember "
    print_decimal x22
    print ".\n"
    power_off

missing:
    print "There is no disk to sleep on.\n"
    power_off

.bss
    .balign 512
sector:
    .space 512
