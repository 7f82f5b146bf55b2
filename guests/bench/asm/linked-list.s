// Made by `npm run bench:guests` from kernels/linked-list.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
sort:
.LFB10:
	cbz	x0, .L10
	ldr	x1, [x0]
	cbz	x1, .L17
	stp	x29, x30, [sp, -64]!
	mov	x2, x0
	mov	x29, sp
	stp	x19, x20, [sp, 16]
	mov	x19, x1
	b	.L3
	.p2align 2,,3
.L5:
	ldr	x1, [x1]
	mov	x2, x19
	ldr	x19, [x19]
	cbz	x1, .L4
.L3:
	ldr	x1, [x1]
	cbnz	x1, .L5
.L4:
	str	xzr, [x2]
	bl	sort
	mov	x20, x0
	mov	x0, x19
	bl	sort
	stp	x20, x0, [sp, 40]
	cmp	x20, 0
	ccmp	x0, 0, 4, ne
	add	x2, sp, 56
	beq	.L6
	add	x5, sp, 40
	.p2align 3,,7
.L8:
	ldr	w3, [x0, 8]
	add	x1, sp, 48
	ldr	w4, [x20, 8]
	cmp	w4, w3
	csel	x0, x0, x20, hi
	csel	x1, x1, x5, hi
	str	x0, [x2]
	mov	x2, x0
	ldr	x0, [x0]
	str	x0, [x1]
	ldp	x20, x0, [sp, 40]
	cmp	x20, 0
	ccmp	x0, 0, 4, ne
	bne	.L8
.L6:
	cmp	x20, 0
	csel	x20, x20, x0, ne
	str	x20, [x2]
	ldp	x19, x20, [sp, 16]
	ldr	x0, [sp, 56]
	ldp	x29, x30, [sp], 64
	ret
	.p2align 2,,3
.L10:
	mov	x0, 0
	ret
	.p2align 2,,3
.L17:
	ret
.LFE10:
	.align	2
	.p2align 4,,11
kernel:
.LFB12:
	cbz	w0, .L56
	mov	x12, 31765
	adrp	x7, order
	movk	x12, 0x7f4a, lsl #16
	adrp	x10, order+32764
	adrp	x9, nodes
	movk	x12, 0x79b9, lsl #32
	sub	w13, w0, #1
	add	x7, x7, :lo12:order
	add	x10, x10, :lo12:order+32764
	add	x9, x9, :lo12:nodes
	stp	x29, x30, [sp, -16]!
	mov	w6, 7
	mov	x8, 0
	mov	x11, 32764
	movk	x12, 0x9e37, lsl #48
	mov	x29, sp
.L22:
	mov	x0, 0
	.p2align 3,,7
.L24:
	str	w0, [x7, x0, lsl #2]
	add	x0, x0, 1
	cmp	x0, 8192
	bne	.L24
	mov	x1, x10
	.p2align 3,,7
.L25:
	eor	w6, w6, w6, lsl #13
	ldr	w4, [x1]
	mov	x3, x1
	eor	w6, w6, w6, lsr #17
	eor	w6, w6, w6, lsl #5
	udiv	w2, w6, w0
	msub	w2, w2, w0, w6
	sub	w0, w0, #1
	ldr	w5, [x7, x2, lsl #2]
	str	w5, [x1], -4
	str	w4, [x7, x2, lsl #2]
	cmp	x7, x1
	bne	.L25
	add	x3, x3, x11
	mov	x0, 0
	.p2align 3,,7
.L26:
	ldr	w2, [x1], 4
	eor	w6, w6, w6, lsl #13
	mov	x4, x0
	eor	w6, w6, w6, lsr #17
	lsl	x2, x2, 4
	add	x0, x9, x2
	eor	w6, w6, w6, lsl #5
	str	x4, [x9, x2]
	str	w6, [x0, 8]
	cmp	x1, x3
	bne	.L26
	mov	w4, 8
	.p2align 3,,7
.L27:
	mov	x1, 0
	cbnz	x0, .L28
	b	.L32
	.p2align 2,,3
.L36:
	mov	x1, x0
	mov	x0, x2
.L28:
	ldr	x2, [x0]
	str	x1, [x0]
	cbnz	x2, .L36
	ldr	w2, [x0, 8]
	add	x8, x8, x2
	cbz	x1, .L32
	mov	w2, 2
	.p2align 3,,7
.L30:
	ldr	w3, [x1, 8]
	ldr	x1, [x1]
	umaddl	x8, w2, w3, x8
	add	w2, w2, 1
	cbnz	x1, .L30
.L32:
	eor	x8, x8, 1
	subs	w4, w4, #1
	ror	x8, x8, 57
	mul	x8, x8, x12
	bne	.L27
	bl	sort
	cbz	x0, .L33
	mov	w1, 1
	.p2align 3,,7
.L34:
	ldr	w2, [x0, 8]
	ldr	x0, [x0]
	umaddl	x8, w1, w2, x8
	add	w1, w1, 1
	cbnz	x0, .L34
.L33:
	eor	x8, x8, 1
	sub	w13, w13, #1
	ror	x8, x8, 57
	mul	x8, x8, x12
	cmn	w13, #1
	bne	.L22
	mov	x0, x8
	ldp	x29, x30, [sp], 16
	ret
.L56:
	mov	x8, 0
	mov	x0, x8
	ret
.LFE12:
// .bss
	.balign	4096
	.align	3
order:
	.zero	32768
nodes:
	.zero	131072
