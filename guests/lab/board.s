// The board: QEMU's `virt` machine. Addresses, register offsets and bits under their manuals' names.

.equ RAM_BASE,          0x40000000
.equ IMAGE_BASE,        0x40080000
// Everything that changes lies above the image, from here on; cleared at start.
.equ BSS,               0x40200000
.equ BSS_SIZE,          0x48000

.equ TABLE_L1,          BSS             // 4 entries of 1 GiB
.equ TABLE_L2_DEVICES,  BSS + 0x1000    // 0x00000000 … 0x3fffffff
.equ TABLE_L2_RAM,      BSS + 0x2000    // 0x40000000 … 0x7fffffff
.equ VARIABLES,         BSS + 0x4000
.equ CPU_DATA,          BSS + 0x5000    // CPU_DATA_SIZE for each CPU
// The part that hibernation saves; what the disk works with lies above it.
.equ SAVED_SIZE,        0x40000
.equ VIRTQUEUE,         BSS + SAVED_SIZE
.equ STACKS,            BSS + 0x10000   // STACK_SIZE for each CPU, growing down
.equ STACK_SIZE,        0x4000
.equ MAX_CPUS,          8

// Variables, as offsets from VARIABLES. Each routine that needs one loads VARIABLES into a register first.
.equ VAR_DTB,           0x00
.equ VAR_CPU_COUNT,     0x08
.equ VAR_USE_SMC,       0x10            // conduit: 0 hvc, 1 smc
.equ VAR_CONSOLE_LOCK,  0x18
.equ VAR_BOOT_TIME,     0x20            // CNTVCT_EL0 at start
.equ VAR_RING_HEAD,     0x28            // characters received
.equ VAR_RING_TAIL,     0x30            // characters taken
.equ VAR_MEMORY_SIZE,   0x38
.equ VAR_CPU_ON_ID,     0x40            // function ids: of PSCI 0.1 if the device tree names them
.equ VAR_CPU_OFF_ID,    0x48
.equ VAR_DISK,          0x60            // virtio-mmio window of the disk, 0 if there is none
.equ VAR_DISK_SECTORS,  0x68
.equ VAR_WAKES,         0x70            // times this machine woke from hibernation
.equ VAR_SLEEP_TIME,    0x78            // CNTVCT_EL0 when it went to sleep
.equ VAR_SLEEP_CONTEXT, 0x80            // x19 … x30 and sp of `sleep`
.equ VAR_RING,          0x100           // RING_SIZE bytes
.equ RING_SIZE,         0x100
.equ VAR_LINE,          0x200           // the line being edited, LINE_SIZE bytes
.equ VAR_LAST_LINE,     0x300
.equ LINE_SIZE,         0x80
.equ VAR_MPIDR,         0x400           // affinity of each CPU, from the device tree

// Each CPU's own data; TPIDR_EL1 points to it.
.equ CPU_DATA_SIZE,     0x40
.equ CPU_INDEX,         0x00
.equ CPU_COUNT_OF_TICKS, 0x08           // timer interrupts
.equ CPU_STOP,          0x10            // not 0: this CPU should switch itself off
.equ CPU_TICK_PERIOD,   0x20            // between timer interrupts, in ticks of the counter
.equ CPU_RECOVER,       0x18            // where to go on after an exception, 0 if nowhere

.equ GICD,              0x08000000
.equ GICD_CTLR,         0x0000
.equ GICD_CTLR_ENABLE_GRP1, 1 << 1
.equ GICD_CTLR_ARE,     1 << 4
.equ GICD_IGROUPR,      0x0080
.equ GICD_ISENABLER,    0x0100
.equ GICD_IPRIORITYR,   0x0400
.equ GICD_IROUTER,      0x6000
.equ GICR,              0x080a0000
.equ GICR_STRIDE,       0x20000
.equ GICR_WAKER,        0x0014
.equ GICR_WAKER_PROCESSOR_SLEEP, 1 << 1
.equ GICR_WAKER_CHILDREN_ASLEEP, 1 << 2
.equ GICR_SGI_BASE,     0x10000         // the frame of SGIs and PPIs
.equ INTID_STOP,        0               // SGI: look at CPU_STOP
.equ INTID_VTIMER,      27              // PPI of the virtual timer
.equ INTID_UART,        33
.equ INTID_NONE,        1020            // and above: nothing to take

.equ UART,              0x09000000
.equ UARTDR,            0x000
.equ UARTFR,            0x018
.equ UARTFR_RXFE,       4               // bit numbers
.equ UARTFR_TXFF,       5
.equ UARTLCR_H,         0x02c
.equ UARTLCR_H_8BIT_FIFO, 0x70
.equ UARTCR,            0x030
.equ UARTCR_ENABLE,     0x301           // UARTEN, TXE, RXE
.equ UARTIMSC,          0x038
.equ UARTINT_RX,        1 << 4
.equ UARTINT_RT,        1 << 6
.equ UARTICR,           0x044

// Loads the address of the variables.
.macro variables reg
    ldr \reg, =VARIABLES
.endm

// Calls a routine's frame in and out: x29, x30 and two more registers.
.macro enter
    stp x29, x30, [sp, #-48]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    mov x29, sp
.endm
.macro leave
    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x29, x30, [sp], #48
    ret
.endm

// Prints a line of text; %d %x %w %p %s %c take x1, x2, … in turn (see print.s). Clobbers x0 to x17.
.macro say text
    bl print_inline
    .asciz "\text"
    .balign 4
.endm
