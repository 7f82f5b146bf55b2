// The virtual timer, as a clock and as a source of interrupts.

// Interrupts every x0 timer ticks on this CPU, from now on.
timer_start:
    mrs x1, tpidr_el1
    str x0, [x1, #CPU_TICK_PERIOD]
    msr cntv_tval_el0, x0
    mov x0, #1
    msr cntv_ctl_el0, x0
    isb
    ret

timer_stop:
    msr cntv_ctl_el0, xzr
    isb
    ret

// The interrupt: counts, and asks for the next one. Clobbers x0 to x2.
timer_interrupt:
    mrs x0, tpidr_el1
    ldr x1, [x0, #CPU_COUNT_OF_TICKS]
    add x1, x1, #1
    str x1, [x0, #CPU_COUNT_OF_TICKS]
    ldr x2, [x0, #CPU_TICK_PERIOD]
    mrs x0, cntv_cval_el0
    add x0, x0, x2
    msr cntv_cval_el0, x0
    isb
    ret

// Timer ticks x0 as microseconds. Clobbers x1, x2.
ticks_to_microseconds:
    mrs x1, cntfrq_el0
    udiv x2, x0, x1
    msub x0, x2, x1, x0                 // what is left after whole seconds
    stp x3, x4, [sp, #-16]!
    ldr x3, =1000000
    mul x0, x0, x3
    udiv x0, x0, x1
    madd x0, x2, x3, x0
    ldp x3, x4, [sp], #16
    ret
    .ltorg
