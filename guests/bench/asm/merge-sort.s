// Made by `npm run bench:guests` from kernels/merge-sort.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB9:
	cbz	w0, .L32
	stp	x29, x30, [sp, -48]!
	mov	x13, 31765
	movk	x13, 0x7f4a, lsl #16
	mov	x29, sp
	adrp	x15, scratch
	adrp	x14, records
	mov	x17, 200
	movk	x13, 0x79b9, lsl #32
	add	x15, x15, :lo12:scratch
	add	x14, x14, :lo12:records
	sub	w16, w0, #1
	mov	w9, 2
	mov	x0, 0
	mov	w12, 16383
	movk	x17, 0x2, lsl #16
	movk	x13, 0x9e37, lsl #48
	stp	x19, x20, [sp, 16]
	stp	x21, x22, [sp, 32]
.L2:
	mov	x2, x14
	mov	w1, 0
	.p2align 3,,7
.L4:
	eor	w9, w9, w9, lsl #13
	eor	w9, w9, w9, lsr #17
	eor	w9, w9, w9, lsl #5
	lsr	w3, w9, 20
	stp	w3, w1, [x2]
	add	w1, w1, 1
	add	x2, x2, 8
	cmp	w1, 16384
	bne	.L4
	mov	x8, x15
	mov	x6, x14
	mov	w22, 14
	mov	w18, 1
	.p2align 3,,7
.L5:
	mov	w11, w18
	lsl	w18, w18, 1
	mov	x19, 0
	mov	w30, 0
	sxtw	x21, w18
	mov	w4, 0
	.p2align 3,,7
.L7:
	mov	w2, w4
	add	w4, w4, w18
	mov	x1, x19
	mov	w3, w11
	cmp	w4, w30
	ble	.L13
	.p2align 3,,7
.L6:
	sbfiz	x7, x3, 3, 32
	cmp	w4, w3
	ble	.L9
	sbfiz	x10, x2, 3, 32
	add	x5, x6, x7
	cmp	w11, w2
	ble	.L10
	add	x20, x6, x10
	ldr	w7, [x6, x7]
	ldr	w10, [x6, x10]
	cmp	w10, w7
	bhi	.L10
	mov	x5, x20
	.p2align 3,,7
.L11:
	add	w2, w2, 1
.L12:
	ldr	x5, [x5]
	str	x5, [x8, x1, lsl #3]
	add	x1, x1, 1
	cmp	w4, w1
	bgt	.L6
.L13:
	add	w30, w30, w18
	add	w11, w11, w18
	add	x19, x19, x21
	cmp	w4, w12
	ble	.L7
	subs	w22, w22, #1
	beq	.L14
	mov	x1, x6
	mov	x6, x8
	mov	x8, x1
	b	.L5
	.p2align 2,,3
.L9:
	add	x5, x6, w2, sxtw #3
	b	.L11
	.p2align 2,,3
.L10:
	add	w3, w3, 1
	b	.L12
.L14:
	add	x3, x8, x17
	.p2align 3,,7
.L15:
	ldp	w1, w2, [x8]
	add	x8, x8, 488
	orr	x1, x2, x1, lsl #32
	eor	x1, x1, x0
	ror	x1, x1, 57
	mul	x0, x1, x13
	cmp	x8, x3
	bne	.L15
	sub	w16, w16, #1
	cmn	w16, #1
	bne	.L2
	ldp	x19, x20, [sp, 16]
	ldp	x21, x22, [sp, 32]
	ldp	x29, x30, [sp], 48
	ret
.L32:
	mov	x0, 0
	ret
.LFE9:
// .bss
	.balign	4096
	.align	3
scratch:
	.zero	131072
records:
	.zero	131072
