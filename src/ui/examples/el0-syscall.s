// A user program at EL0 that asks the kernel at EL1 for something: SVC, the vector, and the way back.

.include "uart.inc"
.include "psci.inc"
.include "exceptions.inc"

.equ SYS_EXIT,  0
.equ SYS_WRITE, 1               // x0: text

start:
    ldr x0, =stack_top
    mov sp, x0
    use_vectors
    // ERET goes where ELR_EL1 says, with the PSTATE that SPSR_EL1 says: to EL0, with interrupts masked.
    ldr x0, =user
    msr elr_el1, x0
    mov x0, #SPSR_EL0T | SPSR_DAIF
    msr spsr_el1, x0
    ldr x0, =user_stack_top
    msr sp_el0, x0
    eret

// What follows runs at EL0. It has no rights: MSR of a control register would be an exception.
user:
    adr x0, text_hello
    mov x8, #SYS_WRITE
    svc #0
    mov x8, #99                 // there is no such call
    svc #0
    cmn x0, #1
    b.ne 1f
    adr x0, text_refused
    mov x8, #SYS_WRITE
    svc #0
1:  mov x8, #SYS_EXIT
    svc #0

text_hello:
    .asciz "Hello from EL0, through the kernel.\n"
text_refused:
    .asciz "The kernel knows no call 99.\n"
    .balign 4

// An exception from EL0. The kernel has a stack of its own: SP is SP_EL1 now.
on_user:
    stp x29, x30, [sp, #-16]!
    mrs x9, esr_el1
    lsr x9, x9, #ESR_EC_SHIFT
    cmp x9, #EC_SVC64
    b.ne unexpected
    cmp x8, #SYS_WRITE
    b.eq sys_write
    cmp x8, #SYS_EXIT
    b.eq sys_exit
    mov x0, #-1                 // as the user finds it in x0
    b back
sys_write:
    bl uart_puts
    mov x0, #0
back:
    ldp x29, x30, [sp], #16
    eret                        // ELR_EL1 is behind the SVC already

sys_exit:
    print "The user program has ended.\n"
    power_off
unexpected:
    print "An exception that nobody expected: ESR_EL1 "
    mrs x9, esr_el1
    print_hex x9
    print "\n"
    power_off

    vectors sync0=on_user

.bss
    .balign 16
    .space 1024
stack_top:
    .space 1024
user_stack_top:
