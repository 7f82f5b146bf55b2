// Entry. A loader that knows the arm64 boot protocol finds the Image header; others jump to the first instruction.
// x0 holds the address of the device tree, the MMU is off, the CPU is at EL1.

image:
    b start
    .word 0
    .quad IMAGE_BASE - RAM_BASE         // text_offset
    .quad BSS + BSS_SIZE - IMAGE_BASE   // image_size, with all that is used above the image
    .quad 2                             // flags: little-endian, 4 KiB pages, near the start of RAM
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .word 0

start:
    msr daifset, #0xf
    mov x19, x0
    // Clear all variables, tables and stacks: after a reset RAM still holds what was there.
    ldr x1, =BSS
    ldr x2, =BSS + BSS_SIZE
1:  stp xzr, xzr, [x1], #16
    cmp x1, x2
    b.lo 1b
    variables x20
    str x19, [x20, #VAR_DTB]
    mrs x0, cntvct_el0
    str x0, [x20, #VAR_BOOT_TIME]
    mov x0, #0
    bl cpu_begin
    mov x0, x19
    bl fdt_scan
    bl mmu_make_tables
    bl mmu_enable
    bl gic_init_distributor
    bl gic_init_cpu
    bl uart_init
    bl disk_find
    bl disk_wake                        // does not return if this machine was hibernated
    bl banner
    b monitor

// CPU_ON brings a secondary CPU here; x0 is the context we gave: its index.
secondary_start:
    msr daifset, #0xf
    bl cpu_begin
    bl mmu_enable
    bl gic_init_cpu
    b secondary_main

// Sets up the stack, the vectors and TPIDR_EL1 of CPU x0. Called without a stack; clobbers x0 to x3.
cpu_begin:
    ldr x1, =STACKS + STACK_SIZE
    mov x2, #STACK_SIZE
    madd x1, x0, x2, x1
    mov sp, x1
    ldr x1, =CPU_DATA
    mov x2, #CPU_DATA_SIZE
    madd x1, x0, x2, x1
    str x0, [x1, #CPU_INDEX]
    str xzr, [x1, #CPU_STOP]
    str xzr, [x1, #CPU_COUNT_OF_TICKS]
    msr tpidr_el1, x1
    adr x1, vectors
    msr vbar_el1, x1
    // Let EL1 use floating point and vectors: nobody else would.
    mov x1, #3 << 20
    msr cpacr_el1, x1
    isb
    ret
    .ltorg

// A secondary CPU says hello, then counts timer interrupts until it is told to stop.
secondary_main:
    mrs x19, tpidr_el1
    ldr x1, [x19, #CPU_INDEX]
    mrs x2, mpidr_el1
    and x2, x2, #0xffffff
    say "\ncpu%d: hello, I am affinity 0x%x and I count.\n"
    mrs x0, cntfrq_el0
    mov x1, #10
    udiv x0, x0, x1
    bl timer_start
1:  wfi
    msr daifclr, #2
    isb
    msr daifset, #2
    ldr x0, [x19, #CPU_STOP]
    cbz x0, 1b
    bl timer_stop
    ldr x1, [x19, #CPU_INDEX]
    ldr x2, [x19, #CPU_COUNT_OF_TICKS]
    say "\ncpu%d: counted to %d, good night.\n"
    variables x1
    ldr x0, [x1, #VAR_CPU_OFF_ID]
    bl firmware
    mov x1, x0
    say "CPU_OFF answered %d.\n"
2:  wfi
    b 2b
