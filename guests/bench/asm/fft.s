// Made by `npm run bench:guests` from kernels/fft.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
transform:
.LFB10:
	adrp	x8, points
	add	x8, x8, :lo12:points
	mov	x3, x8
	mov	w1, 0
	mov	w2, 0
	.p2align 3,,7
.L2:
	mov	w0, 512
	tbz	x1, 9, .L4
	.p2align 3,,7
.L5:
	eor	w1, w1, w0
	lsr	w0, w0, 1
	tst	w1, w0
	bne	.L5
.L4:
	add	w2, w2, 1
	orr	w1, w1, w0
	add	x3, x3, 8
	cmp	w2, 1024
	beq	.L16
	cmp	w1, w2
	bls	.L2
	ubfx	x0, x1, 0, 32
	ldr	d0, [x3]
	ldr	x4, [x8, x0, lsl #3]
	str	x4, [x3]
	str	d0, [x8, x0, lsl #3]
	b	.L2
.L16:
	adrp	x10, turns
	add	x10, x10, :lo12:turns
	mov	w11, 10
	mov	w7, 1
	mov	x12, 1
	mov	w13, 512
	.p2align 3,,7
.L10:
	udiv	w4, w13, w7
	lsl	w7, w7, 1
	lsl	x2, x12, 3
	mov	w6, 0
	sxtw	x12, w7
	sbfiz	x9, x7, 3, 32
	add	x3, x8, x2
	add	x5, x2, 4
	sbfiz	x4, x4, 3, 32
	.p2align 3,,7
.L7:
	mov	x1, x10
	sub	x0, x3, x2
	.p2align 3,,7
.L8:
	ldr	d2, [x1]
	add	x1, x1, x4
	ldr	s0, [x0, x5]
	ldr	d3, [x0, x2]
	dup	s5, v2.s[1]
	ldr	d1, [x0]
	fmul	s4, s0, s2
	fnmul	s0, s0, s5
	ins	v0.s[1], v4.s[0]
	fmla	v0.2s, v2.2s, v3.s[0]
	fsub	v1.2s, v1.2s, v0.2s
	str	d1, [x0, x2]
	ldr	d1, [x0]
	fadd	v0.2s, v1.2s, v0.2s
	str	d0, [x0], 8
	cmp	x0, x3
	bne	.L8
	add	w6, w6, w7
	add	x3, x0, x9
	cmp	w6, 1023
	ble	.L7
	subs	w11, w11, #1
	bne	.L10
	ret
.LFE10:
	.align	2
	.p2align 4,,11
kernel:
.LFB12:
	fmov	d4, 1.0e+0
	stp	x29, x30, [sp, -64]!
	movi	d3, #0
	fmov	d2, d4
	mov	x29, sp
	mov	w3, w0
	fmov	d1, 5.0e-1
	mov	w0, 2
	stp	x19, x20, [sp, 16]
.L18:
	fadd	d3, d3, d2
	add	w0, w0, 1
	fmul	d3, d3, d1
	fsqrt	d3, d3
	fadd	d0, d3, d3
	fdiv	d4, d4, d0
	cmp	w0, 10
	bne	.L18
	adrp	x0, turns
	movi	d1, #0
	add	x0, x0, :lo12:turns
	fmov	d0, 1.0e+0
	add	x1, x0, 4096
	.p2align 3,,7
.L19:
	fcvt	s2, d1
	fcvt	s7, d0
	fmul	d5, d4, d1
	fmul	d6, d4, d0
	fmul	d1, d3, d1
	fmul	d0, d3, d0
	fneg	s2, s2
	fadd	d1, d6, d1
	fsub	d0, d0, d5
	stp	s7, s2, [x0]
	add	x0, x0, 8
	cmp	x0, x1
	bne	.L19
	adrp	x14, points
	add	x14, x14, :lo12:points
	add	x20, x14, 8192
	mov	x2, x14
	mov	x1, 4463067230724161536
	mov	w0, 15
	fmov	d2, x1
	.p2align 3,,7
.L20:
	eor	w0, w0, w0, lsl #13
	eor	w0, w0, w0, lsr #17
	eor	w0, w0, w0, lsl #5
	eor	w1, w0, w0, lsl #13
	ucvtf	d1, w0
	eor	w0, w1, w1, lsr #17
	eor	w0, w0, w0, lsl #5
	fmul	d1, d1, d2
	ucvtf	d0, w0
	fcvt	s1, d1
	fmul	d0, d0, d2
	fcvt	s0, d0
	stp	s1, s0, [x2]
	add	x2, x2, 8
	cmp	x20, x2
	bne	.L20
	sub	w18, w3, #1
	cbz	w3, .L27
	mov	x0, 8288
	stp	x21, x22, [sp, 32]
	add	x22, x14, x0
	adrp	x0, .LC0
	mov	x21, 31765
	movk	x21, 0x7f4a, lsl #16
	adrp	x19, points+4
	ldr	q6, [x0, #:lo12:.LC0]
	movk	x21, 0x79b9, lsl #32
	add	x19, x19, :lo12:points+4
	str	x23, [sp, 48]
	sub	x23, x22, #84
	mov	x15, 0
	movk	x21, 0x9e37, lsl #48
.L26:
	bl	transform
	mov	x2, x14
	.p2align 3,,7
.L22:
	ldr	w1, [x2]
	add	x2, x2, 296
	eor	x1, x1, x15
	ror	x1, x1, 57
	mul	x15, x1, x21
	cmp	x22, x2
	bne	.L22
	mov	x0, x14
	.p2align 3,,7
.L23:
	ld2	{v2.4s - v3.4s}, [x0]
	mov	v0.16b, v3.16b
	mov	v1.16b, v2.16b
	st2	{v0.4s - v1.4s}, [x0], 32
	cmp	x20, x0
	bne	.L23
	bl	transform
	mov	x1, x14
	.p2align 3,,7
.L24:
	ldr	q0, [x1]
	fmul	v0.4s, v0.4s, v6.4s
	rev64	v0.4s, v0.4s
	str	q0, [x1], 16
	cmp	x20, x1
	bne	.L24
	mov	x0, x19
	.p2align 3,,7
.L25:
	ldr	w1, [x0]
	add	x0, x0, 328
	eor	x1, x1, x15
	ror	x1, x1, 57
	mul	x15, x1, x21
	cmp	x0, x23
	bne	.L25
	sub	w18, w18, #1
	cmn	w18, #1
	bne	.L26
	ldp	x19, x20, [sp, 16]
	mov	x0, x15
	ldp	x21, x22, [sp, 32]
	ldr	x23, [sp, 48]
	ldp	x29, x30, [sp], 64
	ret
.L27:
	ldp	x19, x20, [sp, 16]
	mov	x15, 0
	ldp	x29, x30, [sp], 64
	mov	x0, x15
	ret
.LFE12:
// .rodata
	.align	4
.LC0:
	.word	981467136
	.word	981467136
	.word	981467136
	.word	981467136
// .bss
	.balign	4096
	.align	4
turns:
	.zero	4096
points:
	.zero	8192
