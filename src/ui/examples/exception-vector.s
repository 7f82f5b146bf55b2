// Three exceptions of one's own making: a breakpoint, an undefined instruction, and a bad address. Each is told, and stepped over.

.include "uart.inc"
.include "psci.inc"
.include "exceptions.inc"

start:
    ldr x0, =stack_top
    mov sp, x0
    use_vectors

    brk #42
    udf #0
    mov x0, #0x7f000000         // no device and no memory is there
    ldr x1, [x0]
    print "Still here.\n"
    power_off

on_sync:
    save_all
    mrs x19, esr_el1
    mrs x20, elr_el1
    ubfx x21, x19, #ESR_EC_SHIFT, #6
    print "class "
    print_hex x21
    print " at start + "
    ldr x22, =start
    sub x22, x20, x22
    print_decimal x22
    cmp x21, #EC_BRK64
    b.ne 1f
    and x22, x19, #0xffff       // ISS of a BRK: its number
    print ", BRK #"
    print_decimal x22
1:  cmp x21, #EC_UNKNOWN
    b.ne 2f
    print ", undefined"
2:  cmp x21, #EC_DATA_ABORT
    b.ne 3f
    print ", data abort at "
    mrs x22, far_el1
    print_hex x22
3:  print "\n"
    add x20, x20, #4            // go on behind it
    msr elr_el1, x20
    restore_all
    eret

    vectors sync=on_sync

.bss
    .balign 16
    .space 4096
stack_top:
