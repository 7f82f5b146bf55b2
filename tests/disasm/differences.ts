/** Differences from GNU objdump (2.40) that we keep, with the reason. */
const KNOWN: readonly { reason: string; holds(word: number, ours: string, theirs: string): boolean }[] = [
  {
    reason: 'PSTATE fields of one bit: objdump knows immediates 0 and 1 only, the architecture ignores the upper bits of CRm',
    holds: (_word, ours, theirs) => /^msr (spsel|uao|pan|ssbs|dit), #/.test(ours) && /^msr s0_[03]_c4_/.test(theirs),
  },
  {
    reason:
      'system instructions without a register: objdump drops the number in Rt when it is not 31; we print the general form, which can be assembled back',
    holds: (word, ours, theirs) => ours.startsWith('sys #') && (word & 31) !== 31 && /^(tlbi|ic) \w+$/.test(theirs),
  },
  {
    reason:
      'CONSTRAINED UNPREDICTABLE: LDPSW with writeback onto its own registers, or twice the same register; here it is executed',
    holds: (_word, ours, theirs) => ours.startsWith('ldpsw ') && theirs.endsWith('; undefined'),
  },
  {
    reason:
      'LDAR and LDLAR with should-be-one bits that are zero: objdump wants ones, the architecture makes it CONSTRAINED UNPREDICTABLE',
    holds: (word, ours, theirs) => /^ldl?ar[bh]? /.test(ours) && (word & 0x1f7c00) !== 0x1f7c00 && theirs.endsWith('; undefined'),
  },
];

/** Why our text differs from objdump's for this word, or undefined if it should not. */
export function explanation(word: number, ours: string, theirs: string): string | undefined {
  return KNOWN.find((each) => each.holds(word, ours, theirs))?.reason;
}
