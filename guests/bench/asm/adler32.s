// Made by `npm run bench:guests` from kernels/adler32.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB4359:
	adrp	x10, data
	add	x10, x10, :lo12:data
	mov	w1, w0
	add	x9, x10, 65536
	mov	x0, x10
	mov	w3, 19
.L2:
	eor	w3, w3, w3, lsl #13
	eor	w3, w3, w3, lsr #17
	eor	w3, w3, w3, lsl #5
	strb	w3, [x0], 1
	cmp	x0, x9
	bne	.L2
	sub	w11, w1, #1
	cbz	w1, .L7
	adrp	x0, .LC0
	adrp	x1, .LC1
	mov	x12, 31765
	mov	w8, 32881
	ldr	q17, [x0, #:lo12:.LC0]
	movk	x12, 0x7f4a, lsl #16
	ldr	q16, [x1, #:lo12:.LC1]
	movk	x12, 0x79b9, lsl #32
	mov	v19.8b, v17.8b
	mov	x0, 0
	movk	w8, 0x8007, lsl #16
	mov	w7, 65521
	mov	v18.8b, v16.8b
	movk	x12, 0x9e37, lsl #48
.L6:
	eor	w3, w3, w3, lsl #13
	mov	x6, x10
	mov	w5, 1
	mov	w2, 0
	eor	w3, w3, w3, lsr #17
	eor	w3, w3, w3, lsl #5
	and	w4, w3, 65535
	ldrb	w1, [x10, w4, uxtw]
	add	w1, w1, w5
	strb	w1, [x10, w4, uxtw]
	.p2align 3,,7
.L5:
	movi	v2.4s, 0
	add	x1, x6, 4096
	mov	v0.16b, v2.16b
	mov	v1.16b, v2.16b
	.p2align 3,,7
.L4:
	ldp	q7, q6, [x6]
	add	x6, x6, 32
	add	v0.4s, v0.4s, v1.4s
	umull	v5.8h, v7.8b, v19.8b
	uaddlp	v4.8h, v7.16b
	umull	v3.8h, v6.8b, v18.8b
	umlal2	v5.8h, v7.16b, v17.16b
	uadalp	v4.8h, v6.16b
	umlal2	v3.8h, v6.16b, v16.16b
	uadalp	v2.4s, v5.8h
	uadalp	v1.4s, v4.8h
	uadalp	v2.4s, v3.8h
	cmp	x6, x1
	bne	.L4
	shl	v0.4s, v0.4s, 5
	add	w2, w2, w5, lsl #12
	addv	s1, v1.4s
	add	v0.4s, v0.4s, v2.4s
	fmov	w4, s1
	addv	s0, v0.4s
	add	w4, w4, w5
	fmov	w1, s0
	umull	x5, w4, w8
	lsr	x5, x5, 47
	add	w1, w2, w1
	msub	w5, w5, w7, w4
	umull	x2, w1, w8
	lsr	x2, x2, 47
	msub	w2, w2, w7, w1
	cmp	x6, x9
	bne	.L5
	orr	w2, w5, w2, lsl #16
	sub	w11, w11, #1
	eor	x2, x2, x0
	ror	x0, x2, 57
	mul	x0, x0, x12
	cmn	w11, #1
	bne	.L6
	ret
.L7:
	mov	x0, 0
	ret
.LFE4359:
// .rodata
	.align	4
.LC0:
	.byte	32
	.byte	31
	.byte	30
	.byte	29
	.byte	28
	.byte	27
	.byte	26
	.byte	25
	.byte	24
	.byte	23
	.byte	22
	.byte	21
	.byte	20
	.byte	19
	.byte	18
	.byte	17
	.align	4
.LC1:
	.byte	16
	.byte	15
	.byte	14
	.byte	13
	.byte	12
	.byte	11
	.byte	10
	.byte	9
	.byte	8
	.byte	7
	.byte	6
	.byte	5
	.byte	4
	.byte	3
	.byte	2
	.byte	1
// .bss
	.balign	4096
	.align	4
data:
	.zero	65536
