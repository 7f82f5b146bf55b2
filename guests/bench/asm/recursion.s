// Made by `npm run bench:guests` from kernels/recursion.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
hanoi:
.LFB9:
	stp	x29, x30, [sp, -80]!
	mov	x29, sp
	stp	x25, x26, [sp, 64]
	mov	w25, 0
	cbz	w0, .L1
	sxtw	x26, w2
	stp	x19, x20, [sp, 16]
	mov	w20, w0
	mov	w19, w1
	stp	x21, x22, [sp, 32]
	adrp	x22, .LANCHOR0
	add	x22, x22, :lo12:.LANCHOR0
	stp	x23, x24, [sp, 48]
	mov	w23, w2
	mov	w25, 0
	mov	w24, 3
.L2:
	mov	w21, w19
	sub	w19, w24, w19
	sub	w20, w20, #1
	sub	w19, w19, w23
	mov	w1, w21
	mov	w2, w19
	mov	w0, w20
	bl	hanoi
	ldrb	w1, [x22, w21, sxtw]
	add	w0, w0, 1
	add	w25, w25, w0
	sub	w1, w1, #1
	strb	w1, [x22, w21, sxtw]
	ldrb	w0, [x22, x26]
	add	w0, w0, 1
	strb	w0, [x22, x26]
	cbnz	w20, .L2
	ldp	x19, x20, [sp, 16]
	ldp	x21, x22, [sp, 32]
	ldp	x23, x24, [sp, 48]
.L1:
	mov	w0, w25
	ldp	x25, x26, [sp, 64]
	ldp	x29, x30, [sp], 80
	ret
.LFE9:
	.align	2
	.p2align 4,,11
fibonacci:
.LFB7:
	stp	x29, x30, [sp, -176]!
	mov	x29, sp
	stp	x21, x22, [sp, 32]
	mov	w21, w0
	cmp	w0, 1
	beq	.L11
	sub	w0, w0, #1
	stp	x27, x28, [sp, 80]
	and	w27, w0, -2
	sub	w27, w21, w27
	stp	x23, x24, [sp, 48]
	mov	w23, 0
	stp	x25, x26, [sp, 64]
	mov	w25, w23
	cmp	w21, w27
	beq	.L12
.L77:
	sub	w21, w21, #2
	mov	w26, w0
	and	w24, w21, -2
	mov	w1, w21
	sub	w24, w0, w24
	mov	w23, 0
	mov	w28, w24
	stp	x19, x20, [sp, 16]
.L41:
	sub	w19, w26, #1
	cmp	w26, w28
	beq	.L13
.L76:
	sub	w26, w26, #2
	mov	w3, w27
	and	w24, w26, -2
	mov	w2, w26
	sub	w24, w19, w24
	mov	w4, w28
	mov	w20, 0
	mov	w27, w25
	mov	w22, w20
	mov	w28, w23
	mov	w26, w24
.L38:
	sub	w21, w19, #1
	cmp	w19, w26
	beq	.L14
	sub	w19, w19, #2
	mov	w5, w22
	and	w24, w19, -2
	mov	w6, w26
	sub	w24, w21, w24
	mov	w26, w28
	mov	w22, w24
	mov	w23, 0
.L35:
	sub	w20, w21, #1
	cmp	w21, w22
	beq	.L15
	sub	w21, w21, #2
	mov	w0, w19
	and	w28, w21, -2
	mov	w24, 0
	sub	w28, w20, w28
	mov	w11, w24
	mov	w19, w5
	mov	w12, w28
	mov	w24, w23
	mov	w8, w22
	mov	w28, w21
	mov	w5, w0
.L32:
	sub	w25, w20, #1
	cmp	w20, w12
	beq	.L16
	sub	w20, w20, #2
	mov	w13, w28
	and	w9, w20, -2
	mov	w21, 0
	sub	w9, w25, w9
	mov	w10, w24
	mov	w22, w21
	mov	w28, w19
	mov	w14, w20
.L29:
	sub	w21, w25, #1
	cmp	w25, w9
	beq	.L17
	sub	w20, w25, #3
	sub	w25, w25, #2
	and	w24, w25, -2
	mov	w7, w20
	sub	w24, w20, w24
	mov	w19, 0
	mov	w15, w24
.L26:
	sub	w24, w21, #1
	cmp	w15, w7
	beq	.L18
	and	w18, w7, -2
	mov	w20, w10
	sub	w18, w24, w18
	mov	w0, 0
	stp	w2, w1, [sp, 104]
.L23:
	sub	w2, w0, #2
	sub	w1, w24, #1
	cmp	w24, w18
	beq	.L19
	mov	w0, w25
	mov	w25, w24
	mov	w10, w0
	mov	w24, w19
	mov	w19, w1
	mov	w23, 0
.L20:
	sub	w0, w19, #1
	sub	w19, w19, #2
	stp	w11, w1, [sp, 112]
	stp	w13, w5, [sp, 120]
	stp	w14, w10, [sp, 128]
	stp	w3, w4, [sp, 136]
	stp	w6, w8, [sp, 144]
	stp	w12, w9, [sp, 152]
	stp	w15, w7, [sp, 160]
	stp	w18, w2, [sp, 168]
	bl	fibonacci
	ldp	w11, w1, [sp, 112]
	add	w23, w23, w0
	ldp	w13, w5, [sp, 120]
	cmp	w19, 1
	ldp	w14, w10, [sp, 128]
	ldp	w3, w4, [sp, 136]
	ldp	w6, w8, [sp, 144]
	ldp	w12, w9, [sp, 152]
	ldp	w15, w7, [sp, 160]
	ldp	w18, w2, [sp, 168]
	bhi	.L20
	mov	w19, w24
	mov	w24, w25
	sub	w0, w24, #3
	sub	w24, w24, #2
	mov	w25, w10
	neg	w0, w0, lsr #1
	add	w0, w1, w0, lsl #1
	add	w0, w0, w2
	add	w0, w23, w0
	cmp	w24, 1
	bhi	.L23
	ldp	w2, w1, [sp, 104]
	mov	w10, w20
	add	w0, w24, w0
.L22:
	sub	w21, w21, #2
	add	w19, w19, w0
	sub	w7, w7, #2
	cmp	w21, 1
	bhi	.L26
	add	w0, w21, w19
.L25:
	add	w22, w22, w0
	cmp	w25, 1
	bhi	.L29
	mov	w19, w28
	mov	w24, w10
	mov	w28, w13
	mov	w20, w14
	add	w0, w22, w25
.L28:
	add	w11, w11, w0
	cmp	w20, 1
	bhi	.L32
	mov	w0, w5
	mov	w23, w24
	mov	w5, w19
	mov	w21, w28
	mov	w22, w8
	mov	w19, w0
	add	w24, w11, w20
.L31:
	add	w23, w23, w24
	cmp	w21, 1
	bhi	.L35
	mov	w28, w26
	mov	w22, w5
	mov	w26, w6
	add	w23, w23, w21
.L34:
	add	w22, w22, w23
	cmp	w19, 1
	bhi	.L38
	mov	w23, w28
	add	w20, w22, w19
	mov	w26, w2
	mov	w25, w27
	mov	w28, w4
	mov	w27, w3
	add	w23, w23, w20
	cmp	w26, 1
	bhi	.L41
.L75:
	add	w23, w23, w26
	mov	w21, w1
	add	w25, w25, w23
	cmp	w21, 1
	bhi	.L74
.L64:
	add	w21, w21, w25
	ldp	x19, x20, [sp, 16]
	mov	w0, w21
	ldp	x21, x22, [sp, 32]
	ldp	x23, x24, [sp, 48]
	ldp	x25, x26, [sp, 64]
	ldp	x27, x28, [sp, 80]
	ldp	x29, x30, [sp], 176
	ret
	.p2align 2,,3
.L17:
	mov	w0, w21
	mov	w19, w28
	mov	w24, w10
	mov	w28, w13
	mov	w20, w14
	add	w0, w0, w22
	b	.L28
	.p2align 2,,3
.L18:
	add	w0, w24, w19
	b	.L25
	.p2align 2,,3
.L19:
	add	w0, w1, w0
	mov	w10, w20
	ldp	w2, w1, [sp, 104]
	b	.L22
.L16:
	mov	w0, w5
	mov	w23, w24
	mov	w5, w19
	mov	w21, w28
	mov	w22, w8
	mov	w19, w0
	add	w24, w25, w11
	b	.L31
.L15:
	mov	w28, w26
	mov	w22, w5
	mov	w26, w6
	add	w23, w20, w23
	b	.L34
.L14:
	mov	w23, w28
	add	w20, w21, w22
	mov	w26, w2
	mov	w25, w27
	mov	w28, w4
	mov	w27, w3
	add	w23, w23, w20
	cmp	w26, 1
	bls	.L75
	sub	w19, w26, #1
	cmp	w26, w28
	bne	.L76
.L13:
	add	w23, w19, w23
	mov	w21, w1
	add	w25, w25, w23
	cmp	w21, 1
	bls	.L64
.L74:
	ldp	x19, x20, [sp, 16]
	sub	w0, w21, #1
	cmp	w21, w27
	bne	.L77
.L12:
	ldp	x23, x24, [sp, 48]
	add	w21, w0, w25
	ldp	x25, x26, [sp, 64]
	ldp	x27, x28, [sp, 80]
.L11:
	mov	w0, w21
	ldp	x21, x22, [sp, 32]
	ldp	x29, x30, [sp], 176
	ret
.LFE7:
	.align	2
	.p2align 4,,11
ackermann:
.LFB8:
	cbz	w0, .L246
	stp	x29, x30, [sp, -96]!
	mov	x29, sp
	stp	x19, x20, [sp, 16]
	stp	x21, x22, [sp, 32]
	stp	x23, x24, [sp, 48]
	mov	w24, w0
	stp	x25, x26, [sp, 64]
	stp	x27, x28, [sp, 80]
	cbnz	w1, .L245
	sub	w27, w24, #1
	mov	w1, 1
	cbz	w27, .L79
.L255:
	cbnz	w1, .L135
	subs	w24, w24, #2
	mov	w1, 1
	beq	.L79
.L245:
	sub	w1, w1, #1
	cbnz	w1, .L247
	sub	w27, w24, #1
	mov	w1, 1
	mov	w19, w27
	cbz	w27, .L84
.L85:
	mov	w28, w19
	cmp	w1, 1
	bne	.L248
.L87:
	subs	w19, w19, #1
	mov	w1, 1
	beq	.L91
	.p2align 3,,7
.L92:
	mov	w26, w19
	cmp	w1, 1
	bne	.L249
.L94:
	subs	w19, w19, #1
	mov	w1, 1
	beq	.L98
	.p2align 3,,7
.L99:
	mov	w25, w19
	cmp	w1, 1
	bne	.L250
.L101:
	subs	w19, w19, #1
	mov	w1, 1
	beq	.L105
	.p2align 3,,7
.L106:
	mov	w23, w19
	cmp	w1, 1
	bne	.L251
.L108:
	subs	w19, w19, #1
	mov	w1, 1
	beq	.L112
	.p2align 3,,7
.L113:
	mov	w22, w19
	cmp	w1, 1
	bne	.L252
.L115:
	subs	w19, w19, #1
	mov	w1, 1
	beq	.L119
.L153:
	mov	w21, w19
.L122:
	subs	w19, w19, #1
	mov	w1, 1
	beq	.L126
.L241:
	sub	w1, w1, #1
.L129:
	mov	w20, w19
.L131:
	mov	w0, w20
	sub	w20, w20, #1
	cbnz	w1, .L253
	mov	w1, 1
	cbnz	w20, .L131
.L256:
	add	w1, w1, 1
	subs	w0, w19, #1
	beq	.L126
	cbnz	w1, .L254
	subs	w19, w19, #2
	mov	w1, 1
	bne	.L241
.L126:
	add	w1, w1, 1
	subs	w19, w21, #1
	beq	.L119
	cbnz	w1, .L120
	subs	w19, w21, #2
	mov	w1, 1
	beq	.L119
.L120:
	cmp	w1, 1
	beq	.L153
	sub	w1, w1, #2
	mov	w21, w19
	b	.L129
	.p2align 2,,3
.L119:
	add	w1, w1, 1
	subs	w19, w22, #1
	beq	.L112
	cbnz	w1, .L113
	subs	w19, w22, #2
	mov	w1, 1
	bne	.L113
.L112:
	add	w1, w1, 1
	subs	w19, w23, #1
	beq	.L105
	cbnz	w1, .L106
	subs	w19, w23, #2
	mov	w1, 1
	bne	.L106
.L105:
	add	w1, w1, 1
	subs	w19, w25, #1
	beq	.L98
	cbnz	w1, .L99
	subs	w19, w25, #2
	mov	w1, 1
	bne	.L99
.L98:
	add	w1, w1, 1
	subs	w19, w26, #1
	beq	.L91
	cbnz	w1, .L92
	subs	w19, w26, #2
	mov	w1, 1
	bne	.L92
.L91:
	add	w1, w1, 1
	subs	w19, w28, #1
	beq	.L84
	cbnz	w1, .L85
	subs	w19, w28, #2
	mov	w1, 1
	bne	.L85
.L84:
	add	w1, w1, 1
	cbnz	w27, .L255
.L79:
	ldp	x19, x20, [sp, 16]
	add	w0, w1, 1
	ldp	x21, x22, [sp, 32]
	ldp	x23, x24, [sp, 48]
	ldp	x25, x26, [sp, 64]
	ldp	x27, x28, [sp, 80]
	ldp	x29, x30, [sp], 96
	ret
	.p2align 2,,3
.L253:
	sub	w1, w1, #1
	bl	ackermann
	mov	w1, w0
	cbnz	w20, .L131
	b	.L256
	.p2align 2,,3
.L252:
	sub	w1, w1, #2
.L125:
	mov	w21, w19
	cbz	w1, .L122
	sub	w1, w1, #1
	b	.L129
	.p2align 2,,3
.L251:
	sub	w1, w1, #2
.L118:
	cbnz	w1, .L257
	mov	w22, w19
	b	.L115
	.p2align 2,,3
.L250:
	sub	w1, w1, #2
.L111:
	cbnz	w1, .L258
	mov	w23, w19
	b	.L108
	.p2align 2,,3
.L249:
	sub	w1, w1, #2
.L104:
	cbnz	w1, .L259
	mov	w25, w19
	b	.L101
	.p2align 2,,3
.L247:
	cmp	w1, 1
	bne	.L260
	mov	w28, w24
	mov	w19, w24
	sub	w27, w24, #1
	b	.L87
	.p2align 2,,3
.L248:
	sub	w1, w1, #2
.L97:
	cbnz	w1, .L261
	mov	w26, w19
	b	.L94
	.p2align 2,,3
.L246:
	add	w0, w1, 1
	ret
.L135:
	mov	w24, w27
	b	.L245
.L254:
	mov	w19, w0
	sub	w1, w1, #1
	b	.L129
.L257:
	sub	w1, w1, #1
	mov	w22, w19
	b	.L125
.L260:
	sub	w1, w1, #2
	mov	w28, w24
	mov	w19, w24
	sub	w27, w24, #1
	b	.L97
.L259:
	sub	w1, w1, #1
	mov	w25, w19
	b	.L111
.L258:
	sub	w1, w1, #1
	mov	w23, w19
	b	.L118
.L261:
	sub	w1, w1, #1
	mov	w26, w19
	b	.L104
.LFE8:
	.align	2
	.p2align 4,,11
kernel:
.LFB10:
	stp	x29, x30, [sp, -96]!
	mov	x29, sp
	stp	x19, x20, [sp, 16]
	cbz	w0, .L269
	stp	x23, x24, [sp, 48]
	mov	x23, 31765
	movk	x23, 0x7f4a, lsl #16
	adrp	x20, .LANCHOR0
	movk	x23, 0x79b9, lsl #32
	mov	w24, w0
	add	x20, x20, :lo12:.LANCHOR0
	mov	x19, 0
	movk	x23, 0x9e37, lsl #48
	stp	x21, x22, [sp, 32]
	mov	w21, 0
	mov	w22, 1
	stp	x25, x26, [sp, 64]
	stp	x27, x28, [sp, 80]
	.p2align 3,,7
.L267:
	mov	w0, 43691
	movk	w0, 0xaaaa, lsl #16
	mov	w25, 0
	umull	x26, w21, w0
	lsr	x26, x26, 33
	add	w26, w26, w26, lsl #1
	sub	w26, w21, w26
	add	w27, w26, 18
	add	w28, w26, 17
	and	w0, w27, -2
	add	w26, w26, 19
	sub	w28, w28, w0
.L264:
	mov	w0, w26
	sub	w26, w26, #2
	bl	fibonacci
	add	w25, w25, w0
	cmp	w28, w26
	bne	.L264
	and	w3, w27, 1
	and	w1, w21, 7
	add	w3, w3, w25
	add	w1, w1, 59
	eor	x3, x3, x19
	mov	w0, 2
	bl	ackermann
	mov	x1, 2
	ror	x3, x3, 57
	mul	x3, x3, x23
	cbnz	w0, .L275
.L265:
	eor	x3, x3, x1
	mov	w0, 14
	mov	w5, 0
	mov	w19, 0
	mov	w4, 14
	ror	x3, x3, 57
	strh	w0, [x20]
	strb	wzr, [x20, 2]
	mul	x3, x3, x23
.L266:
	mov	w6, w5
	sub	w4, w4, #1
	sub	w5, w22, w5
	mov	w1, w6
	mov	w2, w5
	mov	w0, w4
	bl	hanoi
	add	w0, w0, 1
	ldrb	w1, [x20, w6, sxtw]
	add	w19, w19, w0
	sub	w1, w1, #1
	strb	w1, [x20, w6, sxtw]
	ldrb	w1, [x20, 2]
	add	w1, w1, 1
	and	w1, w1, 255
	strb	w1, [x20, 2]
	cbnz	w4, .L266
	add	w19, w1, w19
	add	w21, w21, 1
	eor	x19, x19, x3
	ror	x19, x19, 57
	mul	x19, x19, x23
	cmp	w24, w21
	bne	.L267
	ldp	x21, x22, [sp, 32]
	mov	x0, x19
	ldp	x19, x20, [sp, 16]
	ldp	x23, x24, [sp, 48]
	ldp	x25, x26, [sp, 64]
	ldp	x27, x28, [sp, 80]
	ldp	x29, x30, [sp], 96
	ret
	.p2align 2,,3
.L275:
	sub	w1, w0, #1
	mov	w0, 1
	bl	ackermann
	add	w1, w0, 1
	b	.L265
.L269:
	mov	x19, 0
	mov	x0, x19
	ldp	x19, x20, [sp, 16]
	ldp	x29, x30, [sp], 96
	ret
.LFE10:
// .bss
	.balign	4096
	.align	3
	.set	.LANCHOR0,. + 0
discs_on:
	.zero	3
