// Hibernation: memory goes to the disk, SYSTEM_OFF2 switches the machine off; the next start finds it there and goes on.

// On the disk: a header in sector 0 (signature, bytes saved), the memory from sector 8 on.
.equ SIGNATURE,         0x3142414c4d524f44  // "DORMLAB1"
.equ FIRST_SECTOR,      8
.equ NEEDED_SECTORS,    FIRST_SECTOR + SAVED_SIZE / 512

command_sleep:
    enter
    bl others_are_off
    cbz x0, 7f
    variables x19
    ldr x0, [x19, #VAR_DISK]
    cbz x0, 6f
    ldr x0, [x19, #VAR_DISK_SECTORS]
    cmp x0, #NEEDED_SECTORS
    b.lo 8f
    bl disk_is_ours
    cbz x0, 8f
    mrs x0, cntvct_el0
    str x0, [x19, #VAR_SLEEP_TIME]
    // What a return from this routine needs.
    add x0, x19, #VAR_SLEEP_CONTEXT
    mov x1, sp
    stp x19, x20, [x0]
    stp x21, x22, [x0, #16]
    stp x23, x24, [x0, #32]
    stp x25, x26, [x0, #48]
    stp x27, x28, [x0, #64]
    stp x29, x1, [x0, #80]
    mov x0, #BLK_OUT
    mov x1, #FIRST_SECTOR
    ldr x2, =BSS
    ldr x3, =SAVED_SIZE
    bl disk_transfer
    cbnz x0, 9f
    // The header goes last: whoever finds it finds all of the memory.
    ldr x20, =VIRTQUEUE + BUFFER
    ldr x0, =SIGNATURE
    ldr x1, =SAVED_SIZE
    stp x0, x1, [x20]
    mov x0, #BLK_OUT
    bl disk_header
    cbnz x0, 9f
    say "Memory is on the disk.\n"
    bl off_2
    // Still here: no SYSTEM_OFF2. As Linux does on older firmware, switch off the plain way.
    say "Switching off by SYSTEM_OFF instead.\n"
    ldr w0, =PSCI_SYSTEM_OFF
    bl firmware
    bl say_result
    leave
6:  say "There is no disk to keep memory on: this sleep forgets everything.\n"
    bl off_2
    leave
7:  say "Other CPUs are on; off N sends them to bed first.\n"
    leave
8:  say "The disk is too small, or holds something else; it stays as it is.\n"
    leave
9:  mov x1, x0
    say "The disk answered %d: staying awake.\n"
    leave

off_2:
    stp x29, x30, [sp, #-16]!
    say "Good night: SYSTEM_OFF2, hibernate.\n"
    ldr w0, =PSCI_SYSTEM_OFF2
    mov x1, #PSCI_HIBERNATE_OFF
    mov x2, #0
    mov x3, #0
    bl firmware
    bl say_result
    ldp x29, x30, [sp], #16
    ret

// 1 in x0 if no CPU but this one is on.
others_are_off:
    enter
    mov x19, #1
1:  variables x20
    ldr x0, [x20, #VAR_CPU_COUNT]
    cmp x19, x0
    b.hs 2f
    add x1, x20, #VAR_MPIDR
    ldr x1, [x1, x19, lsl #3]
    ldr x0, =PSCI_AFFINITY_INFO
    mov x2, #0
    bl firmware
    add x19, x19, #1
    cmp w0, #1
    b.eq 1b
    mov x0, #0
    b 3f
2:  mov x0, #1
3:  leave

// Reads (x0 = BLK_IN) or writes (BLK_OUT) the header through the buffer; x0 is the status.
disk_header:
    mov x1, #0
    ldr x2, =VIRTQUEUE + BUFFER
    mov x3, #512
    b disk_transfer

// 1 in x0 if the first 4 KiB hold our header or nothing: partitions, file systems and swap have their signatures there.
disk_is_ours:
    enter
    mov x0, #BLK_IN
    mov x1, #0
    ldr x2, =VIRTQUEUE + BUFFER
    mov x3, #BUFFER_SIZE
    mov x19, x2
    bl disk_transfer
    cbnz x0, 2f
    ldr x0, [x19]
    ldr x1, =SIGNATURE
    cmp x0, x1
    b.eq 3f
    add x20, x19, #BUFFER_SIZE
1:  ldr x0, [x19], #8
    cbnz x0, 2f
    cmp x19, x20
    b.lo 1b
3:  // The buffer becomes a header: the rest of it is zero.
    mov x0, #1
    leave
2:  mov x0, #0
    leave

// At start: if the disk holds a sleeping machine, becomes it. Then command_sleep returns once more; else this routine returns.
disk_wake:
    stp x29, x30, [sp, #-16]!
    variables x0
    ldr x0, [x0, #VAR_DISK]
    cbz x0, 9f
    mov x0, #BLK_IN
    bl disk_header
    cbnz x0, 9f
    ldr x20, =VIRTQUEUE + BUFFER
    ldp x0, x1, [x20]
    ldr x2, =SIGNATURE
    cmp x0, x2
    b.ne 9f
    ldr x2, =SAVED_SIZE
    cmp x1, x2
    b.ne 9f
    // From here to the new stack pointer nothing may use the stack: it is being replaced.
    mov x0, #BLK_IN
    mov x1, #FIRST_SECTOR
    ldr x2, =BSS
    ldr x3, =SAVED_SIZE
    bl disk_transfer
    cbnz x0, 8f
    // Nobody may wake from this image twice.
    stp xzr, xzr, [x20]
    mov x0, #BLK_OUT
    bl disk_header
    variables x0
    add x0, x0, #VAR_SLEEP_CONTEXT
    ldp x19, x20, [x0]
    ldp x21, x22, [x0, #16]
    ldp x23, x24, [x0, #32]
    ldp x25, x26, [x0, #48]
    ldp x27, x28, [x0, #64]
    ldp x29, x1, [x0, #80]
    mov sp, x1
    // The counter may have started anew; the time asleep does not count. Keys from before are forgotten.
    mrs x0, cntvct_el0
    ldr x1, [x19, #VAR_SLEEP_TIME]
    sub x0, x0, x1
    ldr x1, [x19, #VAR_BOOT_TIME]
    add x1, x1, x0
    str x1, [x19, #VAR_BOOT_TIME]
    str xzr, [x19, #VAR_RING_HEAD]
    str xzr, [x19, #VAR_RING_TAIL]
    str wzr, [x19, #VAR_CONSOLE_LOCK]
    ldr x1, [x19, #VAR_WAKES]
    add x1, x1, #1
    str x1, [x19, #VAR_WAKES]
    say "\nGood morning! Memory is back from the disk; this was sleep number %d.\n"
    leave
8:  mov x1, x0
    say "The disk answered %d while waking up; nothing is as it was.\n"
    b start_cold
9:  ldp x29, x30, [sp], #16
    ret

// Memory is half replaced: the only way is a reset.
start_cold:
    ldr w0, =PSCI_SYSTEM_RESET
    bl firmware
1:  wfi
    b 1b
    .ltorg
