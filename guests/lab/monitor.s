// The monitor: reads a line, with editing, and runs the command it names.

banner:
    stp x29, x30, [sp, #-16]!
    variables x0
    ldr x1, [x0, #VAR_CPU_COUNT]
    ldr x2, [x0, #VAR_MEMORY_SIZE]
    lsr x2, x2, #20
    say "\nDormouse lab: bare metal at EL1, CPUs: %d, memory: %d MiB.\n"
    say "Type help for the commands.\n"
    ldp x29, x30, [sp], #16
    ret

// Commands are called with x28 after their word; they keep x19 to x30.
monitor:
    mrs x19, tpidr_el1
    adr x0, monitor                     // where exceptions lead: here again, with a fresh stack
    str x0, [x19, #CPU_RECOVER]
    ldr x0, =STACKS + STACK_SIZE
    mov sp, x0
    msr daifset, #0xf
    say "\033[33mlab> \033[0m"
    bl read_line
    ldr x28, =VARIABLES + VAR_LINE
    bl skip_blanks
    ldrb w0, [x28]
    cbz w0, monitor
    adr x20, commands
1:  ldr w21, [x20], #4
    cbz w21, 3f
    mov x0, x20
    bl take_word
    cbnz x0, 4f
2:  ldrb w0, [x20], #1                  // past the name and the explanation
    cbnz w0, 2b
5:  ldrb w0, [x20], #1
    cbnz w0, 5b
    add x20, x20, #3
    and x20, x20, #~3
    b 1b
3:  mov x1, x28
    say "There is no command %s; type help.\n"
    b monitor
4:  adr x0, commands
    add x0, x0, w21, sxtw
    blr x0
    b monitor

// Reads a line into VAR_LINE, ended by a zero. Backspace and ^U erase, ^C starts anew, the up arrow brings the last line back.
// x19 line, x20 length
read_line:
    enter
    ldr x19, =VARIABLES + VAR_LINE
    mov x20, #0
1:  bl getc
    cmp w0, #'\r'
    b.eq 8f
    cmp w0, #'\n'
    b.eq 8f
    cmp w0, #0x7f
    b.eq 3f
    cmp w0, #'\b'
    b.eq 3f
    cmp w0, #0x15                       // ^U
    b.eq 4f
    cmp w0, #3                          // ^C
    b.eq 5f
    cmp w0, #0x1b
    b.eq 6f
    cmp w0, #' '
    b.lo 1b
    cmp x20, #LINE_SIZE - 1
    b.hs 1b
    strb w0, [x19, x20]
    add x20, x20, #1
    bl putc
    b 1b
3:  cbz x20, 1b
    bl erase_one
    b 1b
4:  cbz x20, 1b
    bl erase_one
    b 4b
5:  mov x20, #0
    say "^C\n\033[33mlab> \033[0m"
    b 1b
6:  bl getc                             // ESC [ A
    cmp w0, #'['
    b.ne 1b
    bl getc
    cmp w0, #'A'
    b.ne 1b
7:  cbz x20, 9f
    bl erase_one
    b 7b
9:  add x21, x19, #VAR_LAST_LINE - VAR_LINE
2:  ldrb w0, [x21], #1
    cbz w0, 1b
    strb w0, [x19, x20]
    add x20, x20, #1
    bl putc
    b 2b
8:  strb wzr, [x19, x20]
    mov w0, #'\n'
    bl putc
    cbz x20, 11f
    add x21, x19, #VAR_LAST_LINE - VAR_LINE
10: ldrb w0, [x19, x20]                 // from the end, so that the zero comes along
    strb w0, [x21, x20]
    sub x20, x20, #1
    tbz x20, #63, 10b
11: leave

erase_one:
    stp x29, x30, [sp, #-16]!
    sub x20, x20, #1
    say "\b \b"
    ldp x29, x30, [sp], #16
    ret

command_help:
    enter
    adr x20, commands
1:  ldr w0, [x20], #4
    cbz w0, 9f
    mov x1, x20
2:  ldrb w0, [x20], #1
    cbnz w0, 2b
    mov x2, x20
3:  ldrb w0, [x20], #1
    cbnz w0, 3b
    add x20, x20, #3
    and x20, x20, #~3
    say "  %s %s\n"
    b 1b
9:  leave
    .ltorg

.macro command name, explanation
    .word command_\name - commands
    .asciz "\name"
    .asciz "\explanation"
    .balign 4
.endm
    .balign 4
commands:
    command help, "- this list"
    command psci, "- version of the firmware and its functions"
    command cpus, "- the power state of each CPU"
    command on, "N - CPU_ON: starts CPU N, which says hello and counts"
    command off, "N - tells CPU N to switch itself off (CPU_OFF)"
    command call, "ID [x1 x2 x3] - any firmware call"
    command conduit, "[hvc|smc] - how firmware is called"
    command mem, "ADDRESS [LENGTH] - shows memory"
    command poke, "ADDRESS VALUE - writes a 32-bit word"
    command regs, "- registers of this CPU"
    command uptime, "- time since the start"
    command tick, "N - N timer interrupts, one each second"
    command bench, "- times 100 million instructions"
    command crash, "[read|write|jump|undefined|svc|brk] - takes an exception and explains it"
    command wfi, "- sleeps until a key is pressed"
    command reset, "- SYSTEM_RESET"
    command reset2, "TYPE - SYSTEM_RESET2"
    command sleep, "- hibernates: SYSTEM_OFF2, with memory saved to the disk if there is one"
    command poweroff, "- SYSTEM_OFF"
    .word 0
