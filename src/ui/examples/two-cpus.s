// Two CPUs: the first switches the second on, which says hello and switches itself off.

.include "uart.inc"
.include "psci.inc"

start:
    print "cpu0: I am on, and nobody else is.\n"
    mov x1, #1                  // which CPU: its affinity, as in MPIDR_EL1
    ldr x2, =second             // where it is to begin
    mov x3, #42                 // what it is to find in x0
    psci PSCI_CPU_ON
    cbnz w0, failed

wait:
    mov x1, #1
    mov x2, #0                  // affinity level 0: a CPU
    psci PSCI_AFFINITY_INFO     // 0 on, 1 off, 2 on its way
    cmp w0, #1
    b.ne wait
    print "cpu0: it is off again.\n"
    power_off

failed:
    print "cpu0: CPU_ON was refused. Does the machine have two vCPUs?\n"
    power_off

// What a CPU has when it comes on is its PC and x0; the rest is as after a reset.
second:
    mov x19, x0
    mrs x20, mpidr_el1
    and x20, x20, #0xff
    print "cpu"
    print_decimal x20
    print ": I was given "
    print_decimal x19
    print ".\n"
    psci PSCI_CPU_OFF
    b .                         // never reached
