// Made by `npm run bench:guests` from kernels/n-body.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
anywhere:
.LFB12:
	mov	x1, 4463067230724161536
	fmov	d3, x1
	ldr	w1, [x0]
	fmov	d4, 5.0e-1
	sub	sp, sp, #64
	eor	w1, w1, w1, lsl #13
	eor	w1, w1, w1, lsr #17
	eor	w1, w1, w1, lsl #5
	eor	w2, w1, w1, lsl #13
	ucvtf	d0, w1
	eor	w1, w2, w2, lsr #17
	eor	w1, w1, w1, lsl #5
	fmul	d0, d0, d3
	eor	w2, w1, w1, lsl #13
	ucvtf	d1, w1
	eor	w1, w2, w2, lsr #17
	fsub	d0, d0, d4
	eor	w1, w1, w1, lsl #5
	fmul	d1, d1, d3
	str	w1, [x0]
	ucvtf	d2, w1
	add	sp, sp, 64
	fsub	d1, d1, d4
	fmul	d2, d2, d3
	fsub	d2, d2, d4
	ret
.LFE12:
	.align	2
	.p2align 4,,11
kernel:
.LFB13:
	mov	w4, w0
	mov	x0, 4463067230724161536
	stp	x29, x30, [sp, -32]!
	fmov	d5, x0
	adrp	x0, .LC0
	adrp	x6, .LANCHOR0
	add	x6, x6, :lo12:.LANCHOR0
	mov	x29, sp
	add	x8, x6, 48
	ldr	d6, [x0, #:lo12:.LC0]
	mov	w1, 14
	mov	w3, 0
	str	w1, [sp, 28]
.L5:
	sbfiz	x7, x3, 3, 32
	add	x0, sp, 28
	sub	x7, x7, w3, sxtw
	bl	anywhere
	add	w3, w3, 1
	add	x5, x6, x7, lsl #3
	str	d0, [x6, x7, lsl #3]
	stp	d1, d2, [x5, 8]
	bl	anywhere
	ldr	w0, [sp, 28]
	stp	d0, d1, [x5, 24]
	eor	w0, w0, w0, lsl #13
	str	d2, [x5, 40]
	eor	w0, w0, w0, lsr #17
	eor	w0, w0, w0, lsl #5
	str	w0, [sp, 28]
	ucvtf	d0, w0
	fmul	d0, d0, d5
	fadd	d0, d0, d6
	str	d0, [x8], 56
	cmp	w3, 8
	bne	.L5
	sub	w9, w4, #1
	mov	x0, 0
	cbz	w4, .L4
	adrp	x1, .LC1
	mov	x10, 31765
	movk	x10, 0x7f4a, lsl #16
	add	x4, x6, 448
	ldr	d19, [x1, #:lo12:.LC1]
	adrp	x1, .LC2
	movk	x10, 0x79b9, lsl #32
	fmov	d21, 5.0e-1
	ldr	d18, [x1, #:lo12:.LC2]
	movk	x10, 0x9e37, lsl #48
	dup	v20.2d, v19.d[0]
.L6:
	mov	w7, 400
	.p2align 3,,7
.L15:
	add	x8, x6, 56
	mov	x5, 1
	mov	x2, x8
	.p2align 3,,7
.L12:
	ldr	d7, [x2, -8]
	mov	x3, x6
	ldr	q17, [x2, -56]
	mov	x1, x2
	fneg	d7, d7
	ldr	d16, [x2, -40]
	.p2align 3,,7
.L9:
	ldr	q1, [x1]
	add	x1, x1, 56
	ldr	d2, [x1, -40]
	ldr	d3, [x1, -8]
	fsub	v1.2d, v1.2d, v17.2d
	ldr	d4, [x2, -16]
	fsub	d2, d2, d16
	ldr	q5, [x2, -32]
	dup	d0, v1.d[1]
	fmul	d6, d2, d2
	fmadd	d0, d0, d0, d6
	fmadd	d0, d1, d1, d0
	fadd	d0, d0, d18
	fsqrt	d6, d0
	fmul	d0, d0, d6
	fdiv	d0, d19, d0
	fmul	d3, d0, d3
	fmul	d0, d0, d7
	fmadd	d4, d2, d3, d4
	fmla	v5.2d, v1.2d, v3.d[0]
	str	q5, [x2, -32]
	str	d4, [x2, -16]
	ldr	q4, [x1, -32]
	ldr	d3, [x1, -16]
	fmadd	d2, d2, d0, d3
	mov	v3.16b, v4.16b
	fmla	v3.2d, v1.2d, v0.d[0]
	str	d2, [x1, -16]
	str	q3, [x1, -32]
	cmp	x4, x1
	bne	.L9
	add	x5, x5, 1
	add	x2, x2, 56
	cmp	x5, 8
	bne	.L12
	.p2align 3,,7
.L8:
	ldr	d3, [x3, 40]
	add	x3, x3, 56
	ldr	d0, [x3, -40]
	ldr	q1, [x3, -56]
	fmadd	d0, d3, d20, d0
	ldr	q2, [x3, -32]
	fmla	v1.2d, v2.2d, v20.2d
	str	d0, [x3, -40]
	str	q1, [x3, -56]
	cmp	x4, x3
	bne	.L8
	subs	w7, w7, #1
	bne	.L15
	movi	d4, #0
	mov	w3, 0
.L11:
	ldp	d2, d5, [x8, -16]
	add	w3, w3, 1
	ldp	d0, d1, [x8, -32]
	fmul	d2, d2, d2
	fmadd	d1, d1, d1, d2
	fmul	d2, d5, d21
	fmadd	d0, d0, d0, d1
	fmadd	d4, d2, d0, d4
	cmp	w3, 8
	beq	.L13
	ldp	d16, d7, [x8, -56]
	mov	x1, x8
	ldr	d6, [x8, -40]
	mov	w2, w3
.L14:
	ldp	d0, d1, [x1]
	add	w2, w2, 1
	ldr	d2, [x1, 16]
	add	x1, x1, 56
	ldr	d3, [x1, -8]
	fsub	d1, d1, d7
	fsub	d0, d0, d16
	fsub	d2, d2, d6
	fmul	d3, d5, d3
	fmul	d2, d2, d2
	fmadd	d1, d1, d1, d2
	fmadd	d0, d0, d0, d1
	fadd	d0, d0, d18
	fsqrt	d0, d0
	fdiv	d0, d3, d0
	fsub	d4, d4, d0
	cmp	w2, 8
	bne	.L14
	add	x8, x8, 56
	b	.L11
.L13:
	fmov	x1, d4
	sub	w9, w9, #1
	eor	x0, x0, x1
	ror	x0, x0, 57
	mul	x0, x0, x10
	cmn	w9, #1
	bne	.L6
.L4:
	ldp	x29, x30, [sp], 32
	ret
.LFE13:
// .rodata
	.align	3
.LC0:
	.word	-1717986918
	.word	1069128089
	.align	3
.LC1:
	.word	-755914244
	.word	1062232653
	.align	3
.LC2:
	.word	1202590843
	.word	1065646817
// .bss
	.balign	4096
	.align	3
	.set	.LANCHOR0,. + 0
bodies:
	.zero	448
