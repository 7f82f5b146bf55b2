// What every kernel's image ends with; zeros are part of it, so nothing needs to be cleared.

        .equ    STACK_BYTES, 1 << 20            // for those who call themselves

        .balign 4096
translation_table:
        .zero   4096
        .zero   STACK_BYTES
stack_end:
