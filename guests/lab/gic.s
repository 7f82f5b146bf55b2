// The interrupt controller: a GICv3 with one security state. All interrupts are group 1.

.equ PRIORITY,          0xa0a0a0a0

gic_init_distributor:
    ldr x0, =GICD
    mov w1, #GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1
    str w1, [x0, #GICD_CTLR]
    // The UART's interrupt goes to this CPU. Its registers: one bit each, one byte of priority, eight bytes of route.
    mov w1, #1 << (INTID_UART % 32)
    str w1, [x0, #GICD_IGROUPR + INTID_UART / 32 * 4]
    ldr w2, =PRIORITY
    str w2, [x0, #GICD_IPRIORITYR + INTID_UART / 4 * 4]
    mrs x2, mpidr_el1
    ldr x3, =0xff00ffffff
    and x2, x2, x3
    ldr x3, =GICD + GICD_IROUTER + INTID_UART * 8
    str x2, [x3]
    str w1, [x0, #GICD_ISENABLER + INTID_UART / 32 * 4]
    ret

// This CPU's redistributor and CPU interface. TPIDR_EL1 must be set.
gic_init_cpu:
    mrs x0, tpidr_el1
    ldr x0, [x0, #CPU_INDEX]
    ldr x1, =GICR
    mov x2, #GICR_STRIDE
    madd x1, x0, x2, x1
    ldr w2, [x1, #GICR_WAKER]
    and w2, w2, #~GICR_WAKER_PROCESSOR_SLEEP
    str w2, [x1, #GICR_WAKER]
1:  ldr w2, [x1, #GICR_WAKER]
    tst w2, #GICR_WAKER_CHILDREN_ASLEEP
    b.ne 1b
    add x1, x1, #GICR_SGI_BASE
    mov w2, #-1
    str w2, [x1, #GICD_IGROUPR]
    ldr w2, =PRIORITY
    str w2, [x1, #GICD_IPRIORITYR]
    str w2, [x1, #GICD_IPRIORITYR + INTID_VTIMER / 4 * 4]
    ldr w2, =1 << INTID_VTIMER | 1 << INTID_STOP
    str w2, [x1, #GICD_ISENABLER]
    mrs x0, icc_sre_el1
    orr x0, x0, #1
    msr icc_sre_el1, x0
    isb
    mov x0, #0xff
    msr icc_pmr_el1, x0
    mov x0, #1
    msr icc_igrpen1_el1, x0
    isb
    ret

// Sends SGI 0 to the CPU with index x0. Clobbers x1 to x3.
gic_wake_cpu:
    variables x1
    add x1, x1, #VAR_MPIDR
    ldr x1, [x1, x0, lsl #3]
    and x2, x1, #0xf                    // Aff0 becomes a bit of the target list
    mov x3, #1
    lsl x3, x3, x2
    ubfx x2, x1, #8, #8
    orr x3, x3, x2, lsl #16
    ubfx x2, x1, #16, #8
    orr x3, x3, x2, lsl #32
    dsb ish
    msr icc_sgi1r_el1, x3
    isb
    ret
    .ltorg
