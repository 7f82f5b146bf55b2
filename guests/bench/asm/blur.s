// Made by `npm run bench:guests` from kernels/blur.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB4360:
	stp	x29, x30, [sp, -32]!
	adrp	x13, picture
	add	x13, x13, :lo12:picture
	mov	x29, sp
	mov	w4, w0
	mov	x0, 33024
	add	x1, x13, 256
	add	x3, x13, x0
	mov	w2, 18
	str	x19, [sp, 16]
.L2:
	sub	x0, x1, #256
	.p2align 3,,7
.L3:
	eor	w2, w2, w2, lsl #13
	eor	w2, w2, w2, lsr #17
	eor	w2, w2, w2, lsl #5
	strb	w2, [x0], 1
	cmp	x1, x0
	bne	.L3
	add	x1, x1, 256
	cmp	x3, x1
	bne	.L2
	sub	w0, w4, #1
	mov	x19, 0
	cbz	w4, .L1
	mov	x16, 31765
	adrp	x15, picture-257
	movk	x16, 0x7f4a, lsl #16
	adrp	x14, blurred
	adrp	x30, blurred+256
	mov	w17, 34953
	movk	x16, 0x79b9, lsl #32
	add	x15, x15, :lo12:picture-257
	add	x14, x14, :lo12:blurred
	add	x30, x30, :lo12:blurred+256
	mov	x19, 0
	mov	x18, 32513
	movk	w17, 0x8888, lsl #16
	movk	x16, 0x9e37, lsl #48
.L5:
	mov	x9, x30
	mov	x8, 514
	mov	x7, 513
	mov	x6, 258
	mov	x5, 257
	.p2align 3,,7
.L9:
	sub	x12, x5, #257
	sub	x11, x5, #1
	add	x10, x5, 255
	add	x3, x15, x5
	mov	x4, 1
	.p2align 3,,7
.L7:
	ldr	q3, [x3]
	sub	x1, x3, x12
	ldr	q6, [x3, 1]
	add	x3, x3, 16
	ldr	q7, [x3, -14]
	ldr	q17, [x1, x8]
	ldr	q1, [x1, x10]
	ldr	q5, [x1, x11]
	ldr	q16, [x1, x6]
	ldr	q2, [x1, x5]
	uaddl	v0.8h, v3.8b, v7.8b
	ushll	v18.8h, v6.8b, 1
	ldr	q4, [x1, x7]
	uaddl2	v7.8h, v3.16b, v7.16b
	add	v0.8h, v0.8h, v18.8h
	uaddl	v3.8h, v5.8b, v16.8b
	uaddl	v18.8h, v1.8b, v17.8b
	uaddl2	v1.8h, v1.16b, v17.16b
	ushll	v17.8h, v2.8b, 1
	ushll2	v6.8h, v6.16b, 1
	add	v0.8h, v0.8h, v18.8h
	add	v1.8h, v1.8h, v7.8h
	uaddl2	v5.8h, v5.16b, v16.16b
	ushll	v7.8h, v4.8b, 1
	ushll2	v2.8h, v2.16b, 1
	add	v3.8h, v3.8h, v17.8h
	add	v1.8h, v1.8h, v6.8h
	ushll2	v4.8h, v4.16b, 1
	add	v0.8h, v0.8h, v7.8h
	add	v2.8h, v2.8h, v5.8h
	shl	v3.8h, v3.8h, 1
	add	v1.8h, v1.8h, v4.8h
	shl	v2.8h, v2.8h, 1
	add	v0.8h, v0.8h, v3.8h
	add	v1.8h, v1.8h, v2.8h
	rshrn	v0.8b, v0.8h, 4
	rshrn2	v0.16b, v1.8h, 4
	str	q0, [x9, x4]
	add	x4, x4, 16
	cmp	x4, 241
	bne	.L7
	add	x5, x5, 256
	add	x6, x6, 256
	add	x7, x7, 256
	add	x8, x8, 256
	add	x9, x9, 256
	cmp	x5, x18
	bne	.L9
	mov	w6, 1
	.p2align 3,,7
.L8:
	eor	w2, w2, w2, lsl #13
	sbfiz	x4, x6, 8, 32
	add	x5, x14, x4
	add	x4, x13, x4
	eor	w2, w2, w2, lsr #17
	add	w6, w6, 1
	eor	w2, w2, w2, lsl #5
	umull	x3, w2, w17
	lsr	x3, x3, 39
	lsl	w1, w3, 4
	sub	w1, w1, w3
	sub	w1, w2, w1, lsl #4
	add	w1, w1, 1
	ldrb	w3, [x5, w1, uxtw]
	ldrb	w7, [x4, w1, uxtw]
	mov	x5, x3
	eor	x3, x3, x19
	eor	w5, w5, w7
	strb	w5, [x4, w1, uxtw]
	ror	x3, x3, 57
	mul	x19, x3, x16
	cmp	w6, 127
	bne	.L8
	sub	w0, w0, #1
	cmn	w0, #1
	bne	.L5
.L1:
	mov	x0, x19
	ldr	x19, [sp, 16]
	ldp	x29, x30, [sp], 32
	ret
.LFE4360:
// .bss
	.balign	4096
	.align	4
blurred:
	.zero	32768
picture:
	.zero	32768
