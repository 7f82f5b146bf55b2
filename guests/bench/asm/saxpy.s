// Made by `npm run bench:guests` from kernels/saxpy.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB4358:
	adrp	x4, x
	adrp	x2, y
	add	x4, x4, :lo12:x
	add	x2, x2, :lo12:y
	mov	w6, w0
	mov	x1, 0
	mov	x0, 4463067230724161536
	mov	w3, 20
	fmov	d2, x0
	fmov	d3, 5.0e-1
	.p2align 3,,7
.L2:
	eor	w3, w3, w3, lsl #13
	eor	w3, w3, w3, lsr #17
	eor	w3, w3, w3, lsl #5
	eor	w0, w3, w3, lsl #13
	ucvtf	d1, w3
	eor	w0, w0, w0, lsr #17
	eor	w3, w0, w0, lsl #5
	fmul	d1, d1, d2
	ucvtf	d0, w3
	fsub	d1, d1, d3
	fmul	d0, d0, d2
	fcvt	s1, d1
	fsub	d0, d0, d3
	str	s1, [x4, x1]
	fcvt	s0, d0
	str	s0, [x2, x1]
	add	x1, x1, 4
	cmp	x1, 16384
	bne	.L2
	sub	w5, w6, #1
	cbz	w6, .L6
	mov	x6, 31765
	mov	x1, 4463067230724161536
	movk	x6, 0x7f4a, lsl #16
	mov	x0, 0
	movk	x6, 0x79b9, lsl #32
	fmov	d5, x1
	fmov	d6, 5.0e-1
	movk	x6, 0x9e37, lsl #48
.L5:
	eor	w3, w3, w3, lsl #13
	mov	x1, 0
	ldr	q1, [x2]
	eor	w3, w3, w3, lsr #17
	eor	w3, w3, w3, lsl #5
	mov	v2.16b, v1.16b
	ucvtf	d4, w3
	fmul	d4, d4, d5
	fsub	d4, d4, d6
	fcvt	s4, d4
	dup	v4.4s, v4.s[0]
	.p2align 3,,7
.L4:
	ldr	q0, [x2, x1]
	ldr	q3, [x4, x1]
	fmla	v0.4s, v3.4s, v4.4s
	fmin	v1.4s, v1.4s, v0.4s
	str	q0, [x2, x1]
	add	x1, x1, 16
	fmax	v2.4s, v2.4s, v0.4s
	cmp	x1, 16384
	bne	.L4
	fminv	s1, v1.4s
	sub	w5, w5, #1
	fmaxv	s2, v2.4s
	fmov	w1, s1
	eor	x0, x1, x0
	fmov	w1, s2
	ror	x0, x0, 57
	mul	x0, x0, x6
	eor	x0, x0, x1
	ror	x0, x0, 57
	mul	x0, x0, x6
	cmn	w5, #1
	bne	.L5
	ret
.L6:
	mov	x0, 0
	ret
.LFE4358:
// .bss
	.balign	4096
	.align	4
y:
	.zero	16384
x:
	.zero	16384
