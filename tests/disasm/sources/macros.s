// Macros with arguments by place and by name, defaults, \@, nesting, .rept, .irp, .irpc, .if.
        .macro set reg, value=7
        mov \reg, #\value
        .endm
        set x0
        set x1, 9
        set value=3, reg=x2
        set x3 4
        .macro loop reg:req, count=10
        mov \reg, #\count
loop\@:
        subs \reg, \reg, #1
        b.ne loop\@
        .endm
        loop x4
        loop x5, 20
        .macro both a, b
        set \a, 1
        loop \b, 2
        .endm
        both x6, x7
        .macro store list:vararg
        .word \list
        .endm
        store 1, 2, 3
        .macro named prefix
\prefix\()_start:
        .word \prefix\()_start - .
        .endm
        named alpha
        .rept 3
        nop
        .endr
        .irp reg, x0, x1, x2
        add \reg, \reg, #1
        .endr
        .irpc digit, 135
        mov w\digit, #\digit
        .endr
DEBUG = 1
        .if DEBUG
        mov x9, #1
        .if DEBUG > 1
        mov x9, #2
        .elseif DEBUG == 1
        mov x9, #3
        .else
        mov x9, #4
        .endif
        .endif
        .ifdef DEBUG
        mov x10, #1
        .endif
        .ifndef NOTHING
        mov x10, #2
        .else
        mov x10, #3
        .endif
        .ifeq DEBUG - 1
        mov x11, #1
        .endif
        .macro maybe arg
        .ifb \arg
        nop
        .else
        mov \arg, #0
        .endif
        .endm
        maybe
        maybe x12
        .macro text string
        .asciz "\string"
        .endm
        text "a, b (c)"
        .balign 4
        .macro mem base
        ldr x0, \base
        .endm
        mem [x1]
        .purgem mem
        .macro mem base
        str x0, \base
        .endm
        mem [x1]
counter .req x19
        add counter, counter, #1
        .unreq counter
        .macro quoted a b
        .hword \a, \b
        .endm
        quoted 1 2
        quoted (1 + 2), 3
        quoted 1 + 2, 4
