// The MMU: two addresses for one page, and what happens at an address that has none.

.include "uart.inc"
.include "psci.inc"
.include "exceptions.inc"
.include "mmu.inc"

.equ WINDOW,    0x80000000      // the third GiB: nothing is there until we say so

start:
    ldr x0, =stack_top
    mov sp, x0
    use_vectors

    // Level 1, a GiB for each entry: devices, RAM, and a table for the third.
    ldr x19, =level1
    ldr x1, =DESC_BLOCK | DESC_DEVICE | DESC_AF | DESC_PXN | DESC_UXN
    ldr x2, =0x40000000 | DESC_BLOCK | DESC_NORMAL | DESC_INNER_SHAREABLE | DESC_AF
    stp x1, x2, [x19]
    ldr x3, =level2
    orr x3, x3, #DESC_TABLE
    str x3, [x19, #16]
    // Level 2, 2 MiB each, and level 3, a page each: the first page of the window is our page.
    ldr x4, =level3
    orr x4, x4, #DESC_TABLE
    ldr x3, =level2
    str x4, [x3]
    ldr x5, =page + (DESC_PAGE | DESC_NORMAL | DESC_INNER_SHAREABLE | DESC_AF | DESC_PXN | DESC_UXN)
    ldr x4, =level3
    str x5, [x4]

    mov x0, x19
    bl mmu_enable
    print "The MMU is on.\n"

    // What is stored at one address is read at the other.
    ldr x20, =page
    mov x21, #0x1234
    str x21, [x20]
    ldr x22, =WINDOW
    ldr x23, [x22]
    print "Through the window: "
    print_hex x23
    print "\n"

    // Where does the hardware think the window leads?
    at s1e1r, x22
    isb
    mrs x24, par_el1
    and x24, x24, #0xfffffff000
    print "It leads to         "
    print_hex x24
    print "\n"

    // The next page has no descriptor.
    add x22, x22, #4096
    ldr x23, [x22]
    print "This is never printed.\n"

on_sync:
    mrs x25, esr_el1
    mrs x26, far_el1
    print "Fault at            "
    print_hex x26
    print "\n"
    and x25, x25, #0x3f         // DFSC: 0b0001LL is a translation fault at level LL
    cmp x25, #7
    b.ne 1f
    print "A translation fault at level 3.\n"
1:  power_off

    vectors sync=on_sync

.bss
    .balign 4096
level1:
    .space 4096
level2:
    .space 4096
level3:
    .space 4096
page:
    .space 4096
    .space 4096
stack_top:
