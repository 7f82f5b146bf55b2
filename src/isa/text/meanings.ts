/**
 * What instructions do, each in a line, for people who look a mnemonic up: `mnemonic  words`. The rows' meanings say it exactly; this is not made from
 * them, as a summary says what matters and leaves out the rest.
 */
const LINES = `
adr  Address of a label within 1 MiB, relative to PC
adrp  Address of the 4 KiB page of a label within 4 GiB; the rest is added with :lo12:
mov  Copies a register, a constant that one instruction can make, or a lane of a vector
movz  Sets 16 bits of the register, zeros elsewhere
movn  Sets the register to the inverse of 16 shifted bits
movk  Sets 16 bits of the register and keeps the others
mvn  Inverts all bits
add  Adds
adds  Adds and sets the flags
sub  Subtracts
subs  Subtracts and sets the flags
cmp  Compares: subtracts and keeps only the flags
cmn  Compares with the negative: adds and keeps only the flags
neg  Changes the sign
negs  Changes the sign and sets the flags
adc  Adds, with the carry flag
adcs  Adds with the carry flag, and sets the flags
sbc  Subtracts, with the carry flag as borrow inverted
sbcs  Subtracts with the borrow, and sets the flags
ngc  Changes the sign, with the borrow
ngcs  Changes the sign with the borrow, and sets the flags
and  Bitwise AND
ands  Bitwise AND, and sets N and Z
tst  Bitwise AND that keeps only the flags: tests bits
orr  Bitwise OR
orn  Bitwise OR with the inverse
eor  Bitwise exclusive OR
eon  Bitwise exclusive OR with the inverse
bic  Clears bits: bitwise AND with the inverse
bics  Clears bits and sets N and Z
lsl  Shifts left; zeros come in
lsr  Shifts right; zeros come in
asr  Shifts right; the sign comes in
ror  Rotates right
lslv  Shifts left by a register (better known as lsl)
lsrv  Shifts right by a register (better known as lsr)
asrv  Shifts right with the sign by a register (better known as asr)
rorv  Rotates right by a register (better known as ror)
extr  Takes a register's worth of bits out of a pair
sxtb  Extends a byte with its sign
sxth  Extends a halfword with its sign
sxtw  Extends a word with its sign
uxtb  Extends a byte with zeros
uxth  Extends a halfword with zeros
sbfx  Takes a bit field out and extends it with its sign
ubfx  Takes a bit field out and extends it with zeros
sbfiz  Puts a signed bit field at a place, zeros below it
ubfiz  Puts a bit field at a place, zeros around it
bfi  Inserts the low bits as a bit field and keeps the rest
bfxil  Takes a bit field out into the low bits and keeps the rest
bfc  Clears a bit field
sbfm  Moves a bit field with its sign: what asr, sxtb, sbfx and sbfiz are made of
ubfm  Moves a bit field: what lsl, lsr, uxtb, ubfx and ubfiz are made of
bfm  Moves a bit field and keeps the rest: what bfi, bfxil and bfc are made of
b  Goes on at a label
bl  Calls: goes on at a label, and leaves the address behind in x30
br  Goes on at the address in a register
blr  Calls the address in a register
ret  Returns to the address in x30, or in another register
cbz  Branches if a register is zero
cbnz  Branches if a register is not zero
tbz  Branches if a bit is zero
tbnz  Branches if a bit is one
eret  Returns from an exception: PC from ELR_EL1, PSTATE from SPSR_EL1
svc  Calls the operating system: an exception to EL1
hvc  Calls the hypervisor: here the firmware, if it listens to HVC
smc  Calls the secure monitor: here the firmware, if it listens to SMC
brk  Breakpoint: an exception for a debugger
hlt  Halting breakpoint: UNDEFINED without an external debugger
udf  Is never defined: an exception
nop  Does nothing
yield  Says that this is a loop that waits
wfe  Waits for an event or an interrupt
wfi  Waits for an interrupt, masked or not
wfet  Waits for an event until CNTVCT_EL0 has come to a value
wfit  Waits for an interrupt until CNTVCT_EL0 has come to a value
sev  Sends an event to all CPUs
sevl  Sends an event to this CPU only
dgh  Data gathering hint: does nothing here
esb  Error synchronization barrier
psb  Profiling synchronization barrier
tsb  Trace synchronization barrier
csdb  Barrier for the consumption of speculative data
clearbhb  Clears the branch history
bti  Marks where an indirect branch may go
hint  A hint by its number; those that are not known do nothing
xpaclri  Takes the authentication code out of the pointer in x30
xpaci  Takes the authentication code out of a pointer to code
xpacd  Takes the authentication code out of a pointer to data
pacga  Authentication code of two registers, with the generic key
clrex  Forgets the address of the last load-exclusive
ssbb  Barrier for speculative stores, by virtual address
pssbb  Barrier for speculative stores, by physical address
isb  Makes changes of context hold for what follows
dsb  Waits until memory accesses and maintenance before it are done
dmb  Orders memory accesses before it with those after it
sb  Speculation barrier
msr  Writes a system register, or bits of PSTATE
mrs  Reads a system register
dc  Data cache maintenance; zva zeroes a block of memory
ic  Instruction cache maintenance
at  Translates an address as an access would; the result is in PAR_EL1
tlbi  Forgets translations
cfp  Control flow prediction restriction
cpp  Cache prefetch prediction restriction
dvp  Data value prediction restriction
sys  A system instruction by its numbers
sysl  A system instruction with a result, by its numbers
ldr  Loads a register from memory; with =value, a constant from the literal pool
ldrb  Loads a byte and extends it with zeros
ldrh  Loads a halfword and extends it with zeros
ldrsb  Loads a byte and extends it with its sign
ldrsh  Loads a halfword and extends it with its sign
ldrsw  Loads a word and extends it with its sign
str  Stores a register to memory
strb  Stores the low byte
strh  Stores the low halfword
ldp  Loads two registers that lie side by side
ldpsw  Loads two words and extends them with their signs
stp  Stores two registers side by side
ldnp  Loads a pair that will not be needed again soon
stnp  Stores a pair that will not be needed again soon
prfm  Says that memory will be needed soon
prfum  Says that memory will be needed soon, at any offset
cset  1 if the condition holds, else 0
csetm  All ones if the condition holds, else 0
csel  The first register if the condition holds, else the second
csinc  The first if the condition holds, else the second plus 1
csinv  The first if the condition holds, else the second inverted
csneg  The first if the condition holds, else the second with its sign changed
cinc  Plus 1 if the condition holds
cinv  Inverted if the condition holds
cneg  With its sign changed if the condition holds
ccmp  Compares if the condition holds, else sets the flags as told
ccmn  Compares with the negative if the condition holds, else sets the flags as told
rbit  Reverses the order of bits
rev  Reverses the order of bytes
rev16  Reverses the bytes in each halfword
rev32  Reverses the bytes in each word
rev64  Reverses the lanes in each doubleword
clz  Counts the zeros from the top
cls  Counts the bits from the top that equal the sign
ctz  Counts the zeros from the bottom
cnt  Counts the ones
abs  Absolute value
mul  Multiplies
mneg  Multiplies and changes the sign
madd  Multiplies and adds: Ra + Rn × Rm
msub  Multiplies and subtracts: Ra - Rn × Rm
smull  Multiplies two signed words to a doubleword, or lanes to twice their size
umull  Multiplies two words to a doubleword, or lanes to twice their size
smnegl  Multiplies two signed words and changes the sign
umnegl  Multiplies two words and changes the sign
smaddl  Multiplies two signed words and adds a doubleword
umaddl  Multiplies two words and adds a doubleword
smsubl  Multiplies two signed words and subtracts from a doubleword
umsubl  Multiplies two words and subtracts from a doubleword
smulh  Upper half of a signed product of 128 bits
umulh  Upper half of a product of 128 bits
sdiv  Divides signed numbers, rounding toward zero; by zero it gives zero
udiv  Divides; by zero it gives zero
smax  The larger of two signed numbers
umax  The larger of two numbers
smin  The smaller of two signed numbers
umin  The smaller of two numbers
cfinv  Inverts the carry flag
rmif  Rotates a register and puts four of its bits into the flags
setf8  Sets N, Z and V as for an 8-bit sum
setf16  Sets N, Z and V as for a 16-bit sum
xaflag  Flags of floating point from Arm's format to another
axflag  Flags of floating point from another format to Arm's
fmov  Copies floating-point bits, between general registers and vectors too, or a small constant
fabs  Absolute value
fneg  Changes the sign
fsqrt  Square root
fadd  Adds
fsub  Subtracts
fmul  Multiplies
fnmul  Multiplies and changes the sign
fdiv  Divides
fmadd  Multiplies and adds with one rounding: Fa + Fn × Fm
fmsub  Multiplies and subtracts with one rounding: Fa - Fn × Fm
fnmadd  The negative of fmadd
fnmsub  The negative of fmsub
fmax  The larger; a NaN wins
fmin  The smaller; a NaN wins
fmaxnm  The larger; a number wins over a quiet NaN
fminnm  The smaller; a number wins over a quiet NaN
fcmp  Compares and sets the flags
fcmpe  Compares and sets the flags; any NaN raises Invalid Operation
fccmp  Compares if the condition holds, else sets the flags as told
fccmpe  The same as fccmp; any NaN raises Invalid Operation
fcsel  The first if the condition holds, else the second
frintn  Rounds to an integer, ties to even
frintp  Rounds up to an integer
frintm  Rounds down to an integer
frintz  Rounds toward zero to an integer
frint32x  Rounds as FPCR says to an integer of 32 bits; what has no room becomes the least one
frint32z  Rounds toward zero to an integer of 32 bits; what has no room becomes the least one
frint64x  Rounds as FPCR says to an integer of 64 bits; what has no room becomes the least one
frint64z  Rounds toward zero to an integer of 64 bits; what has no room becomes the least one
frinta  Rounds to an integer, ties away from zero
frintx  Rounds to an integer as FPCR says, and raises Inexact
frinti  Rounds to an integer as FPCR says
fcvt  Converts between half, single and double precision
scvtf  Converts a signed integer, or fixed-point number, to floating point
ucvtf  Converts an integer, or fixed-point number, to floating point
fmla  Multiplies and adds to the destination with one rounding
fmls  Multiplies and subtracts from the destination with one rounding
fmlal  Multiplies halves, the lower ones, and adds to singles with one rounding
fmlal2  Multiplies halves, the upper ones, and adds to singles with one rounding
fmlsl  Multiplies halves, the lower ones, and subtracts from singles with one rounding
fmlsl2  Multiplies halves, the upper ones, and subtracts from singles with one rounding
fmulx  Multiplies; zero times infinity is 2
fabd  Absolute difference
fcadd  Adds complex numbers, the second turned by 90 or 270 degrees
fcmla  Half of a product of complex numbers, the second turned, added to the destination
faddp  Adds neighbours
frecpe  Estimate of the reciprocal
frecps  Step that makes an estimate of the reciprocal better
frecpx  Exponent of a reciprocal
frsqrte  Estimate of the reciprocal square root
frsqrts  Step that makes an estimate of the reciprocal square root better
urecpe  Estimate of the reciprocal of fixed-point numbers
ursqrte  Estimate of the reciprocal square root of fixed-point numbers
fcvtl  Converts lanes to twice their width
fcvtn  Converts lanes to half their width
fjcvtzs  Converts a double to an integer as JavaScript does, modulo 2³²; Z if nothing was lost
bfcvt  Converts a single to BFloat16
bfcvtn  Converts singles to BFloat16
bfdot  Dot products of pairs of BFloat16 numbers, added to singles; rounds to odd
bfmmla  Multiplies 2×4 matrices of BFloat16 numbers, added to a 2×2 matrix of singles; rounds to odd
bfmlalb  Multiplies even BFloat16 numbers and adds to singles with one rounding
bfmlalt  Multiplies odd BFloat16 numbers and adds to singles with one rounding
fcvtxn  Converts doubles to singles, rounding to odd
facge  All ones where the absolute value is greater or equal
facgt  All ones where the absolute value is greater
dup  Copies one value into all lanes
ins  Copies into one lane (better known as mov)
smov  Copies a lane and extends it with its sign
umov  Copies a lane and extends it with zeros
uzp1  Takes the even lanes of two vectors
uzp2  Takes the odd lanes of two vectors
trn1  Interleaves the even lanes of two vectors
trn2  Interleaves the odd lanes of two vectors
zip1  Interleaves the lower halves of two vectors
zip2  Interleaves the upper halves of two vectors
ext  Takes bytes out of a pair of vectors
tbl  Looks bytes up in a table; zero where there is none
tbx  Looks bytes up in a table; the old byte where there is none
movi  Sets all lanes to a constant
mvni  Sets all lanes to the inverse of a constant
not  Inverts all bits (better known as mvn)
bsl  Chooses each bit of two vectors by a bit of the destination
bit  Inserts bits where the mask has ones
bif  Inserts bits where the mask has zeros
cmtst  All ones where the lanes have a bit in common
mla  Multiplies and adds to the destination
mls  Multiplies and subtracts from the destination
pmul  Multiplies polynomials over {0, 1}
pmull  Multiplies polynomials over {0, 1} to lanes of twice the size
addp  Adds neighbours
addv  Adds all lanes
saddlv  Adds all signed lanes to one of twice the size
uaddlv  Adds all lanes to one of twice the size
xtn  Lower half of each lane
shll  Shifts each lane left by its size, to lanes of twice the size
shl  Shifts left
sli  Shifts left and inserts
sri  Shifts right and inserts
sxtl  Extends lanes with their signs to twice the size
uxtl  Extends lanes with zeros to twice the size
sdot  Dot products of four signed bytes, added to each word
udot  Dot products of four bytes, added to each word
usdot  Dot products of bytes and signed bytes, added to each word
sudot  Dot products of signed bytes and bytes, added to each word
smmla  Multiplies 2×8 matrices of signed bytes, added to a 2×2 matrix of words
ummla  Multiplies 2×8 matrices of bytes, added to a 2×2 matrix of words
usmmla  Multiplies a matrix of bytes by one of signed bytes, added to a matrix of words
aese  One round of AES encryption: AddRoundKey, SubBytes, ShiftRows
aesd  One round of AES decryption: AddRoundKey, inverse ShiftRows and SubBytes
aesmc  MixColumns of AES
aesimc  Inverse MixColumns of AES
eor3  Exclusive OR of three
bcax  Clears bits, then exclusive OR
rax1  Rotates doublewords left by 1, then exclusive OR
xar  Exclusive OR, then rotates doublewords right
`;

const WORDS = new Map(
  LINES.trim()
    .split('\n')
    .map((line) => {
      const [, mnemonic, words] = /^(\S+) {2}(.+)$/.exec(line)!;
      return [mnemonic!, words!];
    }),
);

/** Condition codes, as `b.eq` and `csel` take them. */
export const CONDITION_MEANINGS: Readonly<Record<string, string>> = {
  eq: 'equal (Z)',
  ne: 'not equal (not Z)',
  cs: 'carry set: unsigned higher or same (C)',
  hs: 'unsigned higher or same (C)',
  cc: 'carry clear: unsigned lower (not C)',
  lo: 'unsigned lower (not C)',
  mi: 'negative (N)',
  pl: 'positive or zero (not N)',
  vs: 'overflow (V)',
  vc: 'no overflow (not V)',
  hi: 'unsigned higher (C and not Z)',
  ls: 'unsigned lower or same (not C, or Z)',
  ge: 'signed greater or equal (N = V)',
  lt: 'signed less (N ≠ V)',
  gt: 'signed greater (not Z, and N = V)',
  le: 'signed less or equal (Z, or N ≠ V)',
  al: 'always',
  nv: 'always, too',
};

const SIZES: Readonly<Record<string, string>> = { b: 'a byte', h: 'a halfword', '': 'a word or doubleword', p: 'a pair' };
const ORDERS: Readonly<Record<string, string>> = {
  '': '',
  a: ', with acquire',
  l: ', with release',
  al: ', with acquire and release',
};
const ATOMIC: Readonly<Record<string, string>> = {
  add: 'adds a register to',
  clr: 'clears bits of',
  eor: 'exclusive-ORs a register into',
  set: 'sets bits of',
  smax: 'puts the larger of two signed numbers into',
  smin: 'puts the smaller of two signed numbers into',
  umax: 'puts the larger of two numbers into',
  umin: 'puts the smaller of two numbers into',
};
const ROUNDING: Readonly<Record<string, string>> = {
  n: 'to nearest, ties to even',
  p: 'up',
  m: 'down',
  z: 'toward zero',
  a: 'to nearest, ties away from zero',
};
const COMPARISONS: Readonly<Record<string, string>> = {
  eq: 'equal',
  ge: 'greater or equal',
  gt: 'greater',
  le: 'less or equal',
  lt: 'less',
  hi: 'higher, without signs',
  hs: 'higher or same, without signs',
};
const signs = (letter: string | undefined): string => (letter === 'u' ? 'unsigned ' : 'signed ');

type Family = readonly [pattern: RegExp, words: (...parts: readonly string[]) => string];

/** Mnemonics that are put together: the pattern's groups in turn. */
const FAMILIES: readonly Family[] = [
  [/^b(?:\.)?([a-z]{2})$/, (condition) => `Branches if ${CONDITION_MEANINGS[condition!]}`],
  [/^bc(?:\.)?([a-z]{2})$/, (condition) => `Branches if ${CONDITION_MEANINGS[condition!]}; mostly goes the same way`],
  [
    /^ld(add|clr|eor|set|smax|smin|umax|umin)(al|a|l|)(b|h|)$/,
    (op, order, size) => `Atomically loads ${SIZES[size!]} and ${ATOMIC[op!]} it${ORDERS[order!]}`,
  ],
  [
    /^st(add|clr|eor|set|smax|smin|umax|umin)(l|)(b|h|)$/,
    (op, order, size) => `Atomically ${ATOMIC[op!]} ${SIZES[size!]} in memory${ORDERS[order!]}`,
  ],
  [/^swp(al|a|l|)(b|h|)$/, (order, size) => `Atomically swaps ${SIZES[size!]} with memory${ORDERS[order!]}`],
  [
    /^cas(p|)(al|a|l|)(b|h|)$/,
    (pair, order, size) => `Atomically compares ${SIZES[pair || size!]} in memory, and swaps if equal${ORDERS[order!]}`,
  ],
  [
    /^ld(a|)x(r|p)(b|h|)$/,
    (order, kind, size) =>
      `Loads ${SIZES[kind === 'p' ? 'p' : size!]} and watches the address, for a store-exclusive${ORDERS[order!]}`,
  ],
  [
    /^st(l|)x(r|p)(b|h|)$/,
    (order, kind, size) =>
      `Stores ${SIZES[kind === 'p' ? 'p' : size!]} if nobody has written since the load-exclusive; status 0 if so${ORDERS[order!]}`,
  ],
  [/^ld(?:a|la)r(b|h|)$/, (size) => `Loads ${SIZES[size!]} with acquire: what follows comes after it`],
  [
    /^ldapu?r(s?)(b|h|w|)$/,
    (sign, size) =>
      `Loads ${size === 'w' ? 'a word' : SIZES[size!]}${sign ? ' with its sign' : ''}, with acquire as C++ needs it`,
  ],
  [/^st(?:l|ll|lu)r(b|h|)$/, (size) => `Stores ${SIZES[size!]} with release: what precedes comes before it`],
  [
    /^ld(u|t)r(s?)(b|h|w|)$/,
    (kind, sign, size) =>
      `Loads ${size === 'w' ? 'a word' : SIZES[size!]}${sign ? ' with its sign' : ''} ${kind === 't' ? 'with the permissions of EL0' : 'at any offset from -256 to 255'}`,
  ],
  [
    /^st(u|t)r(b|h|)$/,
    (kind, size) => `Stores ${SIZES[size!]} ${kind === 't' ? 'with the permissions of EL0' : 'at any offset from -256 to 255'}`,
  ],
  [
    /^ld([1234])(r|)$/,
    (count, all) =>
      `Loads ${count === '1' ? 'vectors, or a lane' : `structures of ${count} elements, one register for each element`}${all ? ', into all lanes' : ''}`,
  ],
  [
    /^st([1234])$/,
    (count) =>
      `Stores ${count === '1' ? 'vectors, or a lane' : `structures of ${count} elements, from one register for each element`}`,
  ],
  [/^fcvt([npmza])(s|u)$/, (mode, sign) => `Converts to ${signs(sign)}integers, rounding ${ROUNDING[mode!]}`],
  [
    /^crc32(c?)([bhwx])$/,
    (kind, size) => `CRC-32${kind ? 'C' : ''} over ${{ b: 'a byte', h: 'a halfword', w: 'a word', x: 'a doubleword' }[size!]}`,
  ],
  [
    /^(pac|aut)(i|d)z?([ab]).*$/,
    (kind, to, key) =>
      `${kind === 'pac' ? 'Signs' : 'Authenticates'} a pointer to ${to === 'i' ? 'code' : 'data'} with key ${key!.toUpperCase()}`,
  ],
  [
    /^(cpyf?|set)([pme]).*$/,
    (what, stage) =>
      `${{ p: 'Begins', m: 'Does', e: 'Ends' }[stage as 'p' | 'm' | 'e']} ${{ cpyf: 'a copy of memory that goes forward', cpy: 'a copy of memory', set: 'a set of memory' }[what as 'cpyf' | 'cpy' | 'set']}`,
  ],
  [/^bra([ab])z?$/, (key) => `Goes on at an address that was signed with key ${key!.toUpperCase()}`],
  [/^blra([ab])z?$/, (key) => `Calls an address that was signed with key ${key!.toUpperCase()}`],
  [/^reta([ab])$/, (key) => `Returns to the address in x30, which was signed with key ${key!.toUpperCase()}`],
  [
    /^ereta([ab])$/,
    (key) => `Returns from an exception to the address in ELR_EL1, which was signed with key ${key!.toUpperCase()}`,
  ],
  [/^ldra([ab])$/, (key) => `Loads from an address that was signed with data key ${key!.toUpperCase()}`],
  [/^f?cm(eq|ge|gt|le|lt|hi|hs)$/, (how) => `All ones where lanes are ${COMPARISONS[how!]}, else zeros`],
  [
    /^(s|u)(r?)h(add|sub)$/,
    (sign, round, op) => `Half of the ${op === 'add' ? 'sum' : 'difference'} of ${signs(sign)}lanes${round ? ', rounded' : ''}`,
  ],
  [/^(s|u)q(add|sub)$/, (sign, op) => `${op === 'add' ? 'Adds' : 'Subtracts'} ${signs(sign)}lanes, saturating`],
  [/^(su|us)qadd$/, (kind) => `Adds ${kind === 'su' ? 'unsigned lanes to signed' : 'signed lanes to unsigned'} ones, saturating`],
  [
    /^(s|u)(q?)(r?)shl$/,
    (sign, saturates, round) =>
      `Shifts ${signs(sign)}lanes left, or right where the amount is negative${round ? ', rounded' : ''}${saturates ? ', saturating' : ''}`,
  ],
  [/^sqshlu$/, () => 'Shifts signed lanes left to unsigned ones, saturating'],
  [/^(s|u)abd$/, (sign) => `Absolute difference of ${signs(sign)}lanes`],
  [/^(s|u)aba$/, (sign) => `Adds the absolute difference of ${signs(sign)}lanes to the destination`],
  [
    /^(s|u)ab(a|d)l$/,
    (sign, kind) =>
      `Absolute difference of ${signs(sign)}lanes, at twice their size${kind === 'a' ? ', added to the destination' : ''}`,
  ],
  [/^(s|u|f)(max|min)(nm|)p$/, (_sign, which) => `The ${which === 'max' ? 'larger' : 'smaller'} of neighbours`],
  [/^(s|u|f)(max|min)(nm|)v$/, (_sign, which) => `The ${which === 'max' ? 'largest' : 'smallest'} of all lanes`],
  [/^sq(r?)dmulh$/, (round) => `Upper half of the doubled product${round ? ', rounded' : ''}, saturating`],
  [/^sqrdml(a|s)h$/, (op) => `Upper half of the doubled product, rounded and ${op === 'a' ? 'added' : 'subtracted'}, saturating`],
  [
    /^(s|u)(add|sub)(l|w)$/,
    (sign, op, kind) =>
      `${op === 'add' ? 'Adds' : 'Subtracts'} ${signs(sign)}lanes ${kind === 'l' ? 'to results' : 'to or from lanes'} of twice their size`,
  ],
  [
    /^(s|u|sqd)ml(a|s)l$/,
    (sign, op) =>
      `Multiplies ${signs(sign)}lanes to twice their size and ${op === 'a' ? 'adds to' : 'subtracts from'} the destination${sign === 'sqd' ? ', doubled and saturating' : ''}`,
  ],
  [/^sqdmull$/, () => 'Multiplies signed lanes to twice their size, doubled and saturating'],
  [/^(r?)(add|sub)hn$/, (round, op) => `Upper half of each ${op === 'add' ? 'sum' : 'difference'}${round ? ', rounded' : ''}`],
  [
    /^(s|u)ad(d|a)lp$/,
    (sign, kind) => `Adds neighbours of ${signs(sign)}lanes, at twice their size${kind === 'a' ? ', to the destination' : ''}`,
  ],
  [/^sq(abs|neg)$/, (op) => `${op === 'abs' ? 'Absolute value' : 'Changes the sign'}, saturating`],
  [
    /^(s|u)q(x?tun|xtn)$/,
    (sign, kind) =>
      `Lanes at half their size${kind === 'xtun' ? ', from signed to unsigned' : `, ${signs(sign).trim()}`}, saturating`,
  ],
  [/^(s|u)(r?)shr$/, (sign, round) => `Shifts ${signs(sign)}lanes right${round ? ', rounded' : ''}`],
  [/^(s|u)(r?)sra$/, (sign, round) => `Shifts ${signs(sign)}lanes right${round ? ', rounded,' : ''} and adds to the destination`],
  [
    /^(s|u|)(q?)(r?)shr(u?)n$/,
    (_sign, saturates, round) =>
      `Shifts lanes right, at half their size${round ? ', rounded' : ''}${saturates ? ', saturating' : ''}`,
  ],
  [/^(s|u)shll$/, (sign) => `Shifts ${signs(sign)}lanes left, at twice their size`],
  [/^(sha1|sha256|sha512|sm3|sm4)(.*)$/, (name) => `A step of ${name!.toUpperCase()}`],
];

/** What an instruction does, in a line without a full stop; undefined if nobody has written it. */
export function meaningOf(mnemonic: string): string | undefined {
  const known = WORDS.get(mnemonic);
  if (known !== undefined) return known;
  for (const [pattern, words] of FAMILIES) {
    const found = pattern.exec(mnemonic);
    if (found) return words(...found.slice(1));
  }
  const half = mnemonic.endsWith('2') ? meaningOf(mnemonic.slice(0, -1)) : undefined;
  return half && `${half}; with the upper half`;
}
