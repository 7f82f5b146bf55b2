// A timer that interrupts once a second. The CPU sleeps in between.
.equ UART, 0x09000000
.equ GICD, 0x08000000
.equ GICR, 0x080a0000           // this CPU's redistributor
.equ GICR_SGI, GICR + 0x10000   // its own interrupts
.equ VTIMER, 27                 // the virtual timer's interrupt

    adr x0, vectors
    msr vbar_el1, x0
    ldr x20, =UART

    // The interrupt controller: on, this CPU awake, interrupt 27 let through.
    ldr x0, =GICD
    mov w1, #0x12               // GICD_CTLR: affinity routing, group 1
    str w1, [x0]
    ldr x0, =GICR
    ldr w1, [x0, #0x14]         // GICR_WAKER
    and w1, w1, #~2
    str w1, [x0, #0x14]
1:  ldr w1, [x0, #0x14]
    tbnz w1, #2, 1b
    ldr x0, =GICR_SGI
    mov w1, #1 << VTIMER
    str w1, [x0, #0x80]         // GICR_IGROUPR0: group 1
    str w1, [x0, #0x100]        // GICR_ISENABLER0
    mov x0, #0xff
    msr icc_pmr_el1, x0
    mov x0, #1
    msr icc_igrpen1_el1, x0
    isb

    // The timer: one second from now.
    mrs x19, cntfrq_el0
    msr cntv_tval_el0, x19
    mov x0, #1
    msr cntv_ctl_el0, x0
    msr daifclr, #2             // IRQs may come
sleep:
    wfi
    b sleep

interrupt:
    mrs x21, icc_iar1_el1       // which one? Taking it says so
    mrs x0, cntv_cval_el0
    add x0, x0, x19             // the next one
    msr cntv_cval_el0, x0
    isb
    add w22, w22, #1
    adr x1, words
2:  ldrb w0, [x1], #1
    cbz w0, 3f
    strb w0, [x20]
    b 2b
3:  add w0, w22, #'0'
    strb w0, [x20]
    mov w0, #'\n'
    strb w0, [x20]
    msr icc_eoir1_el1, x21      // done with it
    eret

words:
    .asciz "\rtick "

    .balign 2048
vectors:
    .space 0x280                // from this EL with its own stack pointer: the second row is IRQ
    b interrupt
