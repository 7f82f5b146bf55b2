// What every kernel's image begins with: entry, MMU and caches as software has them, the kernel, its checksum on the console, off.
// Assembled in front of a kernel's assembly and the text `kernel_name`.

        .equ    UARTDR, 0x09000000
        .equ    UARTFR, 0x09000018
        .equ    UARTFR_TXFF, 5
        .equ    CPACR_FPEN, 3 << 20
        .equ    PSCI_SYSTEM_OFF, 0x84000008

        .equ    MAIR, 0xff00                    // attribute 0: device nGnRnE; attribute 1: normal, write-back
        .equ    BLOCK_DEVICE, 0x401 | 3 << 53   // block, AF, never executed
        .equ    BLOCK_NORMAL, 0x701 | 1 << 2    // block, AF, inner shareable, attribute 1
        .equ    TCR, 25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 1 << 32 // 39 bits from TTBR0, cached walks, no TTBR1, 36 bits out
        .equ    SCTLR_ON, 1 << 12 | 1 << 2 | 1  // I, C, M

        b       start
        .balign 8
        // Whoever makes the image puts the number of laps here (image.ts).
laps:   .quad   1

start:  msr     daifset, #0xf
        adrp    x0, stack_end
        add     x0, x0, :lo12:stack_end
        mov     sp, x0
        ldr     x0, =CPACR_FPEN
        msr     cpacr_el1, x0
        isb
        bl      mmu_on
        adr     x0, laps
        ldr     w0, [x0]
        bl      kernel
        mov     x19, x0
        adrp    x0, kernel_name
        add     x0, x0, :lo12:kernel_name
        bl      print
        mov     w0, #' '
        bl      put
        mov     x0, x19
        bl      print_hex
        mov     w0, #'\n'
        bl      put
        ldr     x0, =PSCI_SYSTEM_OFF
        hvc     #0
        b       .

// Addresses as they are: the first GiB is devices, the second RAM, in blocks of 1 GiB.
mmu_on: adrp    x0, translation_table
        ldr     x1, =BLOCK_DEVICE
        ldr     x2, =0x40000000 | BLOCK_NORMAL
        stp     x1, x2, [x0]
        ldr     x1, =MAIR
        msr     mair_el1, x1
        ldr     x1, =TCR
        msr     tcr_el1, x1
        msr     ttbr0_el1, x0
        tlbi    vmalle1
        dsb     ish
        isb
        mrs     x1, sctlr_el1
        ldr     x2, =SCTLR_ON
        orr     x1, x1, x2
        msr     sctlr_el1, x1
        isb
        ret

// The character in w0. Clobbers x1 and x2.
put:    ldr     x1, =UARTFR
1:      ldr     w2, [x1]
        tbnz    w2, #UARTFR_TXFF, 1b
        ldr     x1, =UARTDR
        str     w0, [x1]
        ret

// The text at x0, which ends with a zero. Clobbers x0 to x4.
print:  mov     x3, x30
        mov     x4, x0
1:      ldrb    w0, [x4], #1
        cbz     w0, 2f
        bl      put
        b       1b
2:      ret     x3

// x0 as 16 digits. Clobbers x0 to x5.
print_hex:
        mov     x3, x30
        mov     x4, x0
        mov     w5, #60
1:      lsr     x0, x4, x5
        and     x0, x0, #0xf
        cmp     x0, #10
        add     x1, x0, #'0'
        add     x0, x0, #'a' - 10
        csel    x0, x1, x0, lo
        bl      put
        subs    w5, w5, #4
        b.ge    1b
        ret     x3
        .ltorg
