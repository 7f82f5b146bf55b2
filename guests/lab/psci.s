// Calls to the firmware (SMC Calling Convention) and the names of what it offers.

.equ SMCCC_VERSION,     0x80000000
.equ PSCI_VERSION,      0x84000000
.equ PSCI_AFFINITY_INFO, 0xc4000004
.equ PSCI_SYSTEM_OFF,   0x84000008
.equ PSCI_SYSTEM_RESET, 0x84000009
.equ PSCI_FEATURES,     0x8400000a
.equ PSCI_SYSTEM_RESET2, 0xc4000012
.equ PSCI_SYSTEM_OFF2,  0xc4000015
.equ PSCI_HIBERNATE_OFF, 1
.equ PSCI_NOT_SUPPORTED, -1

// Calls function x0 with x1 to x3 by the conduit that is set. Results in x0 to x3; x4 to x17 may change.
firmware:
    variables x4
    ldr x4, [x4, #VAR_USE_SMC]
    cbnz x4, 1f
    hvc #0
    ret
1:  smc #0
    ret

// The name of a PSCI result in x0: a string in x0.
result_name:
    adr x2, result_names
    cmp w0, #0
    b.gt 1f
    neg w0, w0
    cmp w0, #10
    b.hs 1f
    ldr w0, [x2, w0, uxtw #2]
    add x0, x0, x2
    ret
1:  adr x0, result_other
    ret
    .balign 4
result_names:
    .word result_0 - result_names, result_1 - result_names, result_2 - result_names, result_3 - result_names, result_4 - result_names
    .word result_5 - result_names, result_6 - result_names, result_7 - result_names, result_8 - result_names, result_9 - result_names
result_0:
    .asciz "SUCCESS"
result_1:
    .asciz "NOT_SUPPORTED"
result_2:
    .asciz "INVALID_PARAMETERS"
result_3:
    .asciz "DENIED"
result_4:
    .asciz "ALREADY_ON"
result_5:
    .asciz "ON_PENDING"
result_6:
    .asciz "INTERNAL_FAILURE"
result_7:
    .asciz "NOT_PRESENT"
result_8:
    .asciz "DISABLED"
result_9:
    .asciz "INVALID_ADDRESS"
result_other:
    .asciz "a value"
    .balign 4

// `psci`: the versions, and what PSCI_FEATURES says of each function.
command_psci:
    enter
    ldr w0, =PSCI_VERSION
    bl firmware
    tbnz w0, #31, 8f
    ubfx x1, x0, #16, #15
    and x2, x0, #0xffff
    variables x3
    ldr x3, [x3, #VAR_USE_SMC]
    adr x4, text_hvc
    adr x5, text_smc
    cmp x3, #0
    csel x3, x4, x5, eq
    lsl x19, x1, #16
    orr x19, x19, x2
    say "PSCI %d.%d by %s\n"
    lsr x0, x19, #16
    cbz x0, 9f                          // PSCI_FEATURES came with 1.0
    ldr w0, =PSCI_FEATURES
    ldr w1, =SMCCC_VERSION
    bl firmware
    tbnz w0, #31, 1f
    ldr w0, =SMCCC_VERSION
    bl firmware
    ubfx x1, x0, #16, #15
    and x2, x0, #0xffff
    say "SMC Calling Convention %d.%d\n"
1:  adr x19, function_names
2:  ldr w20, [x19], #4
    cbz w20, 9f
    ldr w0, =PSCI_FEATURES
    mov w1, w20
    bl firmware
    mov x21, x0
    mov w1, w20
    mov x2, x19
    say "  0x%w  %s: "
    cmp w21, #0
    b.lt 3f
    mov w1, w21
    say "yes, flags 0x%x\n"
    b 4f
3:  mov w0, w21
    bl result_name
    mov x1, x0
    say "%s\n"
4:  ldrb w0, [x19], #1                  // on to the next entry
    cbnz w0, 4b
    add x19, x19, #3
    and x19, x19, #~3
    b 2b
8:  say "PSCI_VERSION is not there: this is PSCI 0.1, whose functions the device tree names.\n"
9:  leave
    .ltorg

.macro function id, name
    .word \id
    .asciz "\name"
    .balign 4
.endm
function_names:
    function 0xc4000001, "CPU_SUSPEND"
    function 0x84000002, "CPU_OFF"
    function 0xc4000003, "CPU_ON"
    function 0xc4000004, "AFFINITY_INFO"
    function 0xc4000005, "MIGRATE"
    function 0x84000006, "MIGRATE_INFO_TYPE"
    function 0xc4000007, "MIGRATE_INFO_UP_CPU"
    function 0x84000008, "SYSTEM_OFF"
    function 0x84000009, "SYSTEM_RESET"
    function 0x8400000a, "PSCI_FEATURES"
    function 0x8400000b, "CPU_FREEZE"
    function 0xc400000c, "CPU_DEFAULT_SUSPEND"
    function 0xc400000d, "NODE_HW_STATE"
    function 0xc400000e, "SYSTEM_SUSPEND"
    function 0x8400000f, "PSCI_SET_SUSPEND_MODE"
    function 0xc4000010, "PSCI_STAT_RESIDENCY"
    function 0xc4000011, "PSCI_STAT_COUNT"
    function 0xc4000012, "SYSTEM_RESET2"
    function 0x84000013, "MEM_PROTECT"
    function 0xc4000014, "MEM_PROTECT_CHECK_RANGE"
    function 0xc4000015, "SYSTEM_OFF2"
    .word 0
text_hvc:
    .asciz "hvc"
text_smc:
    .asciz "smc"
    .balign 4
