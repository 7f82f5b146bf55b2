// What the device tree says: how much memory, which CPUs, how firmware is called. The format: Devicetree Specification, chapter 5.

.equ FDT_MAGIC,         0xd00dfeed
.equ FDT_OFF_STRUCT,    8
.equ FDT_OFF_STRINGS,   12
.equ FDT_BEGIN_NODE,    1
.equ FDT_END_NODE,      2
.equ FDT_PROP,          3
.equ FDT_NOP,           4
.equ PSCI_0_2_CPU_OFF,  0x84000002
.equ PSCI_0_2_CPU_ON,   0xc4000003
.equ DEFAULT_MEMORY,    0x4000000       // 64 MiB

// x0 is the address of the device tree. Fills the variables; without a device tree: one CPU, 64 MiB, hvc.
// x19 variables, x20 place, x21 strings, x22 name of the current node, x23 its place, x24 name of the property, x25 its length
fdt_scan:
    stp x29, x30, [sp, #-80]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    variables x19
    ldr x1, =DEFAULT_MEMORY
    str x1, [x19, #VAR_MEMORY_SIZE]
    ldr x1, =PSCI_0_2_CPU_ON
    str x1, [x19, #VAR_CPU_ON_ID]
    ldr x1, =PSCI_0_2_CPU_OFF
    str x1, [x19, #VAR_CPU_OFF_ID]
    mov x20, x0
    cbz x0, fdt_done
    ldr w1, [x20]
    rev w1, w1
    ldr w2, =FDT_MAGIC
    cmp w1, w2
    b.ne fdt_done
    ldr w1, [x20, #FDT_OFF_STRINGS]
    rev w1, w1
    add x21, x20, x1
    ldr w1, [x20, #FDT_OFF_STRUCT]
    rev w1, w1
    add x20, x20, x1

fdt_next:
    bl fdt_word
    cmp w0, #FDT_BEGIN_NODE
    b.eq fdt_node
    cmp w0, #FDT_PROP
    b.eq fdt_property
    cmp w0, #FDT_END_NODE
    b.eq fdt_next
    cmp w0, #FDT_NOP
    b.eq fdt_next
fdt_done:
    // A tree without CPUs, or none: this one.
    ldr x1, [x19, #VAR_CPU_COUNT]
    cbnz x1, 1f
    mov x1, #1
    str x1, [x19, #VAR_CPU_COUNT]
1:  ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x29, x30, [sp], #80
    ret

fdt_node:
    mov x22, x20
1:  ldrb w0, [x20], #1
    cbnz w0, 1b
    add x20, x20, #3
    and x20, x20, #~3
    b fdt_next

fdt_property:
    bl fdt_word
    mov w25, w0
    bl fdt_word
    add x24, x21, w0, uxtw
    mov x23, x20
    add x20, x20, x25
    add x20, x20, #3
    and x20, x20, #~3
    mov x0, x24
    adr x1, name_reg
    bl same_string
    cbnz x0, fdt_reg
    mov x0, x22
    adr x1, name_psci
    bl same_string
    cbz x0, fdt_next
    mov x0, x24
    adr x1, name_method
    bl same_string
    cbnz x0, fdt_method
    mov x0, x24
    adr x1, name_cpu_on
    bl same_string
    add x26, x19, #VAR_CPU_ON_ID
    cbnz x0, fdt_function
    mov x0, x24
    adr x1, name_cpu_off
    bl same_string
    add x26, x19, #VAR_CPU_OFF_ID
    cbz x0, fdt_next
fdt_function:
    ldr w0, [x23]
    rev w0, w0
    str x0, [x26]
    b fdt_next

fdt_method:
    ldrb w0, [x23]
    cmp w0, #'s'
    cset x0, eq
    str x0, [x19, #VAR_USE_SMC]
    b fdt_next

// A reg property: of a memory node (two cells each), or of a CPU (one or two cells).
fdt_reg:
    mov x0, x22
    adr x1, name_memory
    bl begins_with
    cbz x0, 1f
    ldr x0, [x23, #8]
    rev x0, x0
    str x0, [x19, #VAR_MEMORY_SIZE]
    b fdt_next
1:  mov x0, x22
    adr x1, name_cpu
    bl begins_with
    cbz x0, fdt_next
    ldr x1, [x19, #VAR_CPU_COUNT]
    cmp x1, #MAX_CPUS
    b.hs fdt_next
    add x2, x23, x25
    ldr w0, [x2, #-4]
    rev w0, w0
    add x2, x19, #VAR_MPIDR
    str x0, [x2, x1, lsl #3]
    add x1, x1, #1
    str x1, [x19, #VAR_CPU_COUNT]
    b fdt_next

// Takes the next big-endian word of the tree.
fdt_word:
    ldr w0, [x20], #4
    rev w0, w0
    ret
    .ltorg

name_reg:
    .asciz "reg"
name_memory:
    .asciz "memory@"
name_cpu:
    .asciz "cpu@"
name_psci:
    .asciz "psci"
name_method:
    .asciz "method"
name_cpu_on:
    .asciz "cpu_on"
name_cpu_off:
    .asciz "cpu_off"
    .balign 4
