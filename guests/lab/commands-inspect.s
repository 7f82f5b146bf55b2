// Commands that look at memory, registers and time.

// x19 address, x20 bytes left, x21 column
command_mem:
    enter
    bl take_number
    cbz x1, 8f
    mov x19, x0
    bl take_number
    mov x2, #64
    cmp x1, #0
    csel x20, x0, x2, ne
1:  cmp x20, #0
    b.le 9f
    mov x1, x19
    say "%p "
    mov x21, #0
2:  ldrb w1, [x19, x21]
    lsr w2, w1, #4
    and w3, w1, #15
    mov w1, w2
    mov w2, w3
    say " %x%x"
    add x21, x21, #1
    cmp x21, #16
    b.lo 2b
    say "  "
    mov x21, #0
3:  ldrb w0, [x19, x21]
    sub w1, w0, #' '
    cmp w1, #'~' - ' '
    mov w1, #'.'
    csel w0, w0, w1, ls
    bl putc
    add x21, x21, #1
    cmp x21, #16
    b.lo 3b
    mov w0, #'\n'
    bl putc
    add x19, x19, #16
    sub x20, x20, #16
    b 1b
8:  say "Which address? For example: mem 0x40080000\n"
9:  leave

command_poke:
    enter
    bl take_number
    cbz x1, 8f
    mov x19, x0
    bl take_number
    cbz x1, 8f
    str w0, [x19]
    ldr w2, [x19]
    mov x1, x19
    say "0x%x now reads 0x%w.\n"
    b 9f
8:  say "What and where? For example: poke 0x40300000 0x1234\n"
9:  leave

// Prints system register `name`.
.macro show name
    mrs x1, \name
    say "  \name 0x%x\n"
.endm

command_regs:
    stp x29, x30, [sp, #-16]!
    sub sp, sp, #256
    stp x0, x1, [sp]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    str x30, [sp, #240]
    mov x19, #0
1:  mov x1, x19
    cmp x19, #10
    b.hs 2f
    say " "
    mov x1, x19
2:  ldr x2, [sp, x19, lsl #3]
    say " x%d %p"
    add x19, x19, #1
    tst x19, #3
    b.eq 3f
    cmp x19, #31
    b.ne 1b
3:  say "\n"
    cmp x19, #31
    b.lo 1b
    mov x1, sp
    adr x2, .
    say "  sp %p   pc %p\n"
    show currentel
    show daif
    show sctlr_el1
    show ttbr0_el1
    show tcr_el1
    show vbar_el1
    show mpidr_el1
    show midr_el1
    show esr_el1
    show elr_el1
    show cntfrq_el0
    add sp, sp, #256
    ldp x29, x30, [sp], #16
    ret

command_uptime:
    enter
    variables x1
    ldr x1, [x1, #VAR_BOOT_TIME]
    mrs x0, cntvct_el0
    sub x0, x0, x1
    bl ticks_to_microseconds
    mov x2, #1000
    udiv x0, x0, x2
    udiv x1, x0, x2
    msub x2, x1, x2, x0
    mrs x3, cntfrq_el0
    say "%d s %d ms; the timer runs at %d Hz.\n"
    leave

// x19 interrupts to come, x20 this CPU's data, x21 interrupts seen
command_tick:
    enter
    bl take_number
    mov x2, #3
    cmp x1, #0
    csel x19, x0, x2, ne
    mrs x20, tpidr_el1
    str xzr, [x20, #CPU_COUNT_OF_TICKS]
    mov x21, #0
    mrs x0, cntfrq_el0
    bl timer_start
1:  cmp x21, x19
    b.hs 3f
    bl getc_now
    cmp w0, #3                          // ^C
    b.eq 3f
    bl wait
    ldr x1, [x20, #CPU_COUNT_OF_TICKS]
    cmp x1, x21
    b.eq 1b
    mov x21, x1
    say "tick %d\n"
    b 1b
3:  bl timer_stop
    str xzr, [x20, #CPU_COUNT_OF_TICKS]
    leave

.equ BENCH_LAPS,        20000000
.equ BENCH_LAP,         5               // instructions
command_bench:
    enter
    ldr x0, =BENCH_LAPS
    mov x1, #1
    mov x2, #0
    isb
    mrs x19, cntvct_el0
1:  add x2, x2, x1
    eor x1, x1, x2, lsl #7
    add x1, x1, x0
    subs x0, x0, #1
    b.ne 1b
    isb
    mrs x0, cntvct_el0
    sub x20, x0, x19
    mov x0, x20
    bl ticks_to_microseconds
    mov x2, x0
    cmp x2, #0
    csinc x2, x2, xzr, ne               // a clock that stands still should not divide by zero
    ldr x3, =BENCH_LAPS * BENCH_LAP
    udiv x3, x3, x2
    mov x1, x20
    say "100000000 instructions in %d timer ticks, %d us: %d million per second.\n"
    leave

command_crash:
    enter
    bl skip_blanks
    ldr x19, =0xdeadbeef000
    adr x0, text_crash_jump
    bl take_word
    cbnz x0, 1f
    adr x0, text_crash_undefined
    bl take_word
    cbnz x0, 2f
    adr x0, text_crash_svc
    bl take_word
    cbnz x0, 3f
    adr x0, text_crash_brk
    bl take_word
    cbnz x0, 4f
    adr x0, text_crash_read
    bl take_word
    cbnz x0, 5f
    str x0, [x19]
5:  ldr x0, [x19]
1:  br x19
2:  udf #0
3:  svc #0x1ab
4:  brk #0x1ab
    leave
text_crash_jump:
    .asciz "jump"
text_crash_undefined:
    .asciz "undefined"
text_crash_svc:
    .asciz "svc"
text_crash_brk:
    .asciz "brk"
text_crash_read:
    .asciz "read"
    .balign 4
    .ltorg
