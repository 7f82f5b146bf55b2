// Commands about CPUs and the power of the system.

// Takes the number of a CPU into x19; without a good one says so and sets the carry flag to 1.
take_cpu:
    stp x29, x30, [sp, #-16]!
    bl take_number
    mov x19, x0
    variables x2
    ldr x2, [x2, #VAR_CPU_COUNT]
    cbz x1, 1f
    cmp x19, x2
    b.lo 2f
1:  sub x1, x2, #1
    say "Which CPU? They are 0 to %d.\n"
    cmp x0, x0                          // equal: carry set
2:  ldp x29, x30, [sp], #16
    ret

command_cpus:
    enter
    mov x19, #0
1:  variables x20
    ldr x0, [x20, #VAR_CPU_COUNT]
    cmp x19, x0
    b.hs 9f
    add x1, x20, #VAR_MPIDR
    ldr x20, [x1, x19, lsl #3]
    ldr x0, =PSCI_AFFINITY_INFO
    mov x1, x20
    mov x2, #0
    bl firmware
    mov x21, x0
    mov x1, x19
    mov x2, x20
    say "cpu%d  affinity 0x%x: "
    cmp w21, #2
    b.hi 3f
    adr x0, affinity_states
    add x1, x0, x21, lsl #4
    say "%s"
    ldr x1, =CPU_DATA
    mov x2, #CPU_DATA_SIZE
    madd x1, x19, x2, x1
    ldr x1, [x1, #CPU_COUNT_OF_TICKS]
    cbz x1, 2f
    say ", counted to %d"
2:  say "\n"
    b 4f
3:  mov w0, w21
    bl result_name
    mov x1, x0
    say "%s\n"
4:  add x19, x19, #1
    b 1b
9:  leave
    .ltorg
    .balign 16, 0
affinity_states:
    .asciz "on"
    .balign 16, 0
    .asciz "off"
    .balign 16, 0
    .asciz "on pending"
    .balign 16, 0

command_on:
    enter
    bl take_cpu
    b.hs 9f
    variables x20
    ldr x0, [x20, #VAR_CPU_ON_ID]
    add x1, x20, #VAR_MPIDR
    ldr x1, [x1, x19, lsl #3]
    adr x2, secondary_start
    mov x3, x19
    dsb sy
    bl firmware
    bl say_result
9:  leave

command_off:
    enter
    bl take_cpu
    b.hs 9f
    cbz x19, 8f
    ldr x1, =CPU_DATA
    mov x2, #CPU_DATA_SIZE
    madd x1, x19, x2, x1
    mov x0, #1
    str x0, [x1, #CPU_STOP]
    mov x0, x19
    bl gic_wake_cpu
    b 9f
8:  say "CPU 0 runs this monitor; poweroff switches everything off.\n"
9:  leave

// Says what the call that answered x0 came to.
say_result:
    stp x29, x30, [sp, #-32]!
    str x19, [sp, #16]
    sxtw x19, w0
    bl result_name
    mov x1, x19
    mov x2, x0
    say "The firmware answered %d: %s.\n"
    ldr x19, [sp, #16]
    ldp x29, x30, [sp], #32
    ret

command_call:
    enter
    bl take_number
    cbz x1, 8f
    mov x19, x0
    bl take_number
    mov x20, x0
    bl take_number
    mov x21, x0
    bl take_number
    mov x3, x0
    mov x2, x21
    mov x1, x20
    mov x0, x19
    bl firmware
    mov x19, x0
    mov x4, x3
    mov x3, x2
    mov x2, x1
    mov x1, x0
    say "x0 0x%x  x1 0x%x  x2 0x%x  x3 0x%x\n"
    cmp w19, #0
    b.ge 9f
    mov w0, w19
    bl say_result
    b 9f
8:  say "Which function? For example: call 0x84000000\n"
9:  leave

command_conduit:
    enter
    variables x19
    bl skip_blanks
    adr x0, text_hvc
    bl take_word
    mov x20, #0
    cbnz x0, 1f
    adr x0, text_smc
    bl take_word
    mov x20, #1
    cbz x0, 2f
1:  str x20, [x19, #VAR_USE_SMC]
2:  ldr x0, [x19, #VAR_USE_SMC]
    adr x1, text_hvc
    adr x2, text_smc
    cmp x0, #0
    csel x1, x1, x2, eq
    say "The firmware is called by %s.\n"
    leave

command_reset:
    enter
    ldr w0, =PSCI_SYSTEM_RESET
    bl firmware
    bl say_result
    leave

command_reset2:
    enter
    bl take_number
    mov x1, x0
    mov x2, #0
    mov x3, #0
    ldr w0, =PSCI_SYSTEM_RESET2
    bl firmware
    bl say_result
    leave

command_poweroff:
    enter
    say "Good night.\n"
    ldr w0, =PSCI_SYSTEM_OFF
    bl firmware
    bl say_result
    leave

command_wfi:
    enter
    say "Waiting for an interrupt; press a key.\n"
    mrs x19, cntvct_el0
    bl getc
    mrs x0, cntvct_el0
    sub x0, x0, x19
    bl ticks_to_microseconds
    mov x1, #1000
    udiv x1, x0, x1
    say "Slept %d ms.\n"
    leave
    .ltorg
