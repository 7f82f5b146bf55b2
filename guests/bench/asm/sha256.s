// Made by `npm run bench:guests` from kernels/sha256.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB11:
	stp	x29, x30, [sp, -368]!
	mov	w7, 5
	mov	x29, sp
	stp	x23, x24, [sp, 48]
	adrp	x24, message
	add	x24, x24, :lo12:message
	add	x2, x24, 16384
	mov	x1, x24
.L2:
	eor	w7, w7, w7, lsl #13
	eor	w7, w7, w7, lsr #17
	eor	w7, w7, w7, lsl #5
	strb	w7, [x1], 1
	cmp	x2, x1
	bne	.L2
	mov	w3, -128
	mov	x1, 2199023255552
	strb	w3, [x2]
	sub	w8, w0, #1
	str	x1, [x24, 16440]
	cbz	w0, .L22
	adrp	x0, message-4
	stp	x25, x26, [sp, 64]
	add	x26, x0, :lo12:message-4
	mov	x0, 16444
	adrp	x15, .LANCHOR0
	add	x23, x24, x0
	add	x15, x15, :lo12:.LANCHOR0
	mov	x0, 0
	add	x16, sp, 308
	mov	w5, w8
	mov	x6, x0
	stp	x27, x28, [sp, 80]
	add	x27, sp, 144
	stp	x19, x20, [sp, 16]
	stp	x21, x22, [sp, 32]
.L3:
	eor	w7, w7, w7, lsl #13
	mov	w3, 58983
	mov	w28, 52505
	eor	w7, w7, w7, lsr #17
	movk	w3, 0x6a09, lsl #16
	mov	w14, 55723
	mov	w8, w3
	eor	w7, w7, w7, lsl #5
	mov	w25, 26764
	and	w1, w7, 16383
	mov	w18, 21119
	mov	w22, 62778
	mov	w10, 62322
	mov	w21, 44677
	mov	x20, x26
	ldrb	w0, [x24, w1, uxtw]
	mov	w30, w5
	mov	w3, w7
	movk	w28, 0x5be0, lsl #16
	add	w0, w0, 1
	movk	w14, 0x1f83, lsl #16
	movk	w25, 0x9b05, lsl #16
	movk	w18, 0x510e, lsl #16
	movk	w22, 0xa54f, lsl #16
	movk	w10, 0x3c6e, lsl #16
	movk	w21, 0xbb67, lsl #16
	strb	w0, [x24, w1, uxtw]
	.p2align 3,,7
.L8:
	mov	x0, 1
	.p2align 3,,7
.L5:
	add	x1, sp, 112
	add	x2, x1, x0, lsl #2
	ldr	w1, [x20, x0, lsl #2]
	add	x0, x0, 1
	rev	w1, w1
	str	w1, [x2, -4]
	cmp	x0, 17
	bne	.L5
	ldr	w0, [sp, 172]
	add	x4, sp, 116
	ldr	w5, [sp, 112]
	ldp	w1, w13, [sp, 148]
	mov	w19, w0
	ldp	w12, w11, [sp, 156]
	ldp	w9, w2, [sp, 164]
	.p2align 3,,7
.L6:
	add	w7, w5, w1
	ldr	w5, [x4]
	ror	w17, w2, 19
	eor	w17, w17, w2, ror #(32 - 15)
	add	x4, x4, 4
	eor	w1, w17, w2, lsr #10
	mov	w17, w19
	ror	w0, w5, 18
	eor	w0, w0, w5, ror 7
	eor	w0, w0, w5, lsr #3
	add	w0, w0, w1
	mov	w1, w13
	add	w19, w0, w7
	str	w19, [x4, 56]
	mov	w13, w12
	mov	w12, w11
	mov	w11, w9
	mov	w9, w2
	mov	w2, w17
	cmp	x16, x4
	bne	.L6
	mov	w19, w22
	mov	w11, w10
	mov	w9, w21
	mov	w7, w8
	mov	w17, w14
	mov	w13, w25
	mov	w0, w28
	mov	w5, w18
	mov	x12, 1
	stp	w3, w30, [sp, 104]
	b	.L7
	.p2align 2,,3
.L11:
	mov	w11, w9
	mov	w17, w13
	mov	w9, w7
	mov	w13, w5
	mov	w7, w2
	mov	w5, w4
.L7:
	lsl	x1, x12, 2
	add	x2, sp, 112
	add	x30, x15, x1
	add	x1, x2, x1
	bic	w4, w17, w5
	ror	w3, w5, 11
	and	w2, w5, w13
	eor	w3, w3, w5, ror 6
	eor	w4, w4, w2
	ldr	w30, [x30, -4]
	ldr	w2, [x1, -4]
	eor	w3, w3, w5, ror #(32 - 7)
	add	w3, w3, w4
	ror	w1, w7, 13
	eor	w4, w11, w9
	add	w2, w30, w2
	and	w4, w4, w7
	eor	w1, w1, w7, ror 2
	and	w30, w11, w9
	eor	w1, w1, w7, ror #(32 - 10)
	eor	w30, w4, w30
	add	w2, w3, w2
	add	w2, w2, w0
	add	w1, w1, w30
	add	x12, x12, 1
	add	w4, w2, w19
	mov	w0, w17
	add	w2, w2, w1
	mov	w19, w11
	cmp	x12, 65
	bne	.L11
	add	x20, x20, 64
	add	w2, w8, w2
	ldp	w3, w30, [sp, 104]
	add	w21, w21, w7
	add	w10, w10, w9
	add	w22, w22, w11
	add	w18, w4, w18
	add	w25, w25, w5
	add	w14, w13, w14
	add	w28, w28, w17
	cmp	x23, x20
	beq	.L23
	mov	w8, w2
	b	.L8
.L23:
	mov	w7, w3
	mov	w5, w30
	add	x1, sp, 112
	stp	w2, w21, [sp, 112]
	stp	w10, w22, [sp, 120]
	stp	w18, w25, [sp, 128]
	stp	w14, w28, [sp, 136]
.L9:
	ldr	w0, [x1], 4
	mov	x2, 31765
	movk	x2, 0x7f4a, lsl #16
	eor	x0, x0, x6
	movk	x2, 0x79b9, lsl #32
	movk	x2, 0x9e37, lsl #48
	ror	x0, x0, 57
	mul	x6, x0, x2
	cmp	x1, x27
	bne	.L9
	sub	w5, w5, #1
	cmn	w5, #1
	bne	.L3
	ldp	x19, x20, [sp, 16]
	mov	x0, x6
	ldp	x21, x22, [sp, 32]
	ldp	x23, x24, [sp, 48]
	ldp	x25, x26, [sp, 64]
	ldp	x27, x28, [sp, 80]
	ldp	x29, x30, [sp], 368
	ret
.L22:
	ldp	x23, x24, [sp, 48]
	mov	x0, 0
	ldp	x29, x30, [sp], 368
	ret
.LFE11:
// .rodata
	.align	3
	.set	.LANCHOR0,. + 0
K:
	.word	1116352408
	.word	1899447441
	.word	-1245643825
	.word	-373957723
	.word	961987163
	.word	1508970993
	.word	-1841331548
	.word	-1424204075
	.word	-670586216
	.word	310598401
	.word	607225278
	.word	1426881987
	.word	1925078388
	.word	-2132889090
	.word	-1680079193
	.word	-1046744716
	.word	-459576895
	.word	-272742522
	.word	264347078
	.word	604807628
	.word	770255983
	.word	1249150122
	.word	1555081692
	.word	1996064986
	.word	-1740746414
	.word	-1473132947
	.word	-1341970488
	.word	-1084653625
	.word	-958395405
	.word	-710438585
	.word	113926993
	.word	338241895
	.word	666307205
	.word	773529912
	.word	1294757372
	.word	1396182291
	.word	1695183700
	.word	1986661051
	.word	-2117940946
	.word	-1838011259
	.word	-1564481375
	.word	-1474664885
	.word	-1035236496
	.word	-949202525
	.word	-778901479
	.word	-694614492
	.word	-200395387
	.word	275423344
	.word	430227734
	.word	506948616
	.word	659060556
	.word	883997877
	.word	958139571
	.word	1322822218
	.word	1537002063
	.word	1747873779
	.word	1955562222
	.word	2024104815
	.word	-2067236844
	.word	-1933114872
	.word	-1866530822
	.word	-1538233109
	.word	-1090935817
	.word	-965641998
// .bss
	.balign	4096
	.align	3
message:
	.zero	16448
