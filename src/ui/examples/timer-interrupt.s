// Three ticks of the virtual timer: vectors, GIC, timer, and a CPU that sleeps in between.

.include "uart.inc"
.include "psci.inc"
.include "exceptions.inc"
.include "gic.inc"

.equ TICKS,     3

start:
    ldr x0, =stack_top
    mov sp, x0
    use_vectors
    gic_begin
    gic_enable_ppi INTID_VTIMER
    mov x19, #0                 // ticks so far

    mrs x20, cntfrq_el0         // counter ticks a second
    lsr x20, x20, #3            // an eighth of it
    msr cntv_tval_el0, x20
    mov x0, #CNT_CTL_ENABLE
    msr cntv_ctl_el0, x0
    msr daifclr, #2             // IRQs may come

sleep:
    wfi
    cmp x19, #TICKS
    b.lo sleep
    print "Enough.\n"
    power_off

// An IRQ while at EL1.
on_irq:
    save_all
    mrs x22, icc_iar1_el1       // takes it, and tells its number
    cmp x22, #INTID_VTIMER
    b.ne 1f
    msr cntv_tval_el0, x20      // the next one; this also takes the request away
    print "tick\n"
1:  msr icc_eoir1_el1, x22      // dealt with
    restore_all
    add x19, x19, #1
    eret

    vectors irq=on_irq

.bss
    .balign 16
    .space 4096
stack_top:
