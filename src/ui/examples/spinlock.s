// Two CPUs and one counter: an exclusive pair makes a lock, and one instruction needs none.

.include "uart.inc"
.include "psci.inc"
.include "mmu.inc"

.equ ROUNDS,    20000

start:
    mmu_on                      // exclusives are for Normal memory, and without the MMU all memory is Device
    ldr x19, =shared
    mov x1, #1
    ldr x2, =second
    mov x3, #0
    psci PSCI_CPU_ON
    cbnz w0, alone
    bl work
1:  ldr w0, [x19, #12]          // the other's flag
    cbz w0, 1b
    dmb ish
    print "Wanted        "
    mov x20, #ROUNDS * 2
    print_decimal x20
    print "\nWith a lock   "
    ldr w20, [x19, #4]
    print_decimal x20
    print "\nWith stadd    "
    ldr w20, [x19, #8]
    print_decimal x20
    print "\n"
    power_off
alone:
    print "There is no second CPU: give the machine two vCPUs.\n"
    power_off

second:
    ldr x0, =mmu_level1
    bl mmu_enable
    ldr x19, =shared
    bl work
    dmb ish
    mov w0, #1
    str w0, [x19, #12]
    psci PSCI_CPU_OFF

// Counts both counters up, ROUNDS times each.
work:
    mov x29, x30
    ldr w9, =ROUNDS
1:  bl lock
    ldr w1, [x19, #4]
    add w1, w1, #1
    str w1, [x19, #4]
    stlr wzr, [x19]             // unlock: with release, so that the counter is there before
    mov w1, #1
    add x2, x19, #8
    stadd w1, [x2]              // one instruction: FEAT_LSE
    subs w9, w9, #1
    b.ne 1b
    ret x29

// Takes the lock at x19.
lock:
    mov w1, #1
1:  ldaxr w0, [x19]             // with acquire, and watched
    cbnz w0, 2f
    stxr w0, w1, [x19]          // 0 if nobody came in between
    cbnz w0, 1b
    ret
2:  yield
    b 1b

.bss
    .balign 64
shared:                         // lock, counter, counter, flag
    .space 16
