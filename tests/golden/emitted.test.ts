import { describe, expect, it } from 'vitest';
import { compiledCode, interpreterCode, sharedCode } from './emitted';

/**
 * Code that the emitters make, kept as text beside this file: one idea each. `npx vitest run tests/golden -u` writes it again; the difference
 * belongs into the commit that causes it, and is read there (docs/testing.md).
 */
const IDEAS: readonly [idea: string, source: string][] = [
  ['a sum of two registers', 'add x0, x1, x2'],
  ['a 32-bit sum clears the upper half', 'add w3, w3, #1'],
  ['SP is a register like others', 'sub sp, sp, #32'],
  ['the zero register is read as a constant and swallows writes', 'add x1, xzr, x2\n adds xzr, x1, x2'],
  ['a move of a constant', 'mov x5, #0x1234'],
  ['a shifted operand', 'eor x0, x1, x2, lsl #7'],
  ['flags of a comparison and a conditional branch', 'cmp x0, x1\n b.lt .+16'],
  ['flags of a 32-bit addition and a loop', 'adds w0, w0, w1\n b.eq .-4'],
  ['flags of a logical result', 'tst x0, #1\n b.ne .+8'],
  ['an addition with carry', 'adcs x0, x1, x2'],
  ['a conditional comparison', 'ccmp x0, x1, #4, ne'],
  ['a conditional selection', 'csel x0, x1, x2, hi'],
  ['compare and branch on zero', 'cbz x0, .+12'],
  ['test a bit and branch', 'tbnz x3, #40, .+12'],
  ['a division', 'sdiv x0, x1, x2'],
  ['a load probes the TLB', 'ldr x0, [x1, #16]'],
  ['a store probes the write half of the TLB', 'str w0, [x1]'],
  ['a load with writeback writes its base last', 'ldr x0, [x1], #8'],
  ['a signed byte', 'ldrsb w0, [x1, x2]'],
  ['a pair from the stack', 'ldp x29, x30, [sp], #32'],
  ['an unprivileged load', 'ldtr x0, [x1]'],
  ['an exclusive load and store', 'ldxr x0, [x1]\n stxr w2, x0, [x1]'],
  ['an atomic addition', 'ldaddal x0, x1, [x2]'],
  ['a compare and swap of a pair', 'caspal x0, x1, x2, x3, [x4]'],
  ['a branch inside the page', 'b .+64'],
  ['a branch out of the page', 'b .+8192'],
  ['a call and a return', 'bl .+64'],
  ['a return', 'ret'],
  ['an indirect jump', 'br x0'],
  ['an indirect call', 'blr x0'],
  ['a return address is signed', 'paciasp'],
  ['an address', 'adrp x0, .+4096'],
  ['a system register that is storage', 'mrs x0, tpidr_el0'],
  ['a system register that needs EL1', 'msr tpidr_el1, x1'],
  ['a system register behind a service', 'mrs x0, cntvct_el0'],
  ['interrupts are unmasked', 'msr daifclr, #2'],
  ['a context synchronization event', 'isb'],
  ['a system call', 'svc #0'],
  ['a hint that asks for the others', 'wfe'],
  ['a floating-point sum gives the NaN of the architecture', 'fadd d0, d1, d2'],
  ['a floating-point comparison', 'fcmp s0, s1'],
  ['a vector sum', 'add v0.4s, v1.4s, v2.4s'],
  ['half a vector clears the rest', 'orr v0.8b, v1.8b, v2.8b'],
  ['two vector instructions check for the trap once', 'add v0.16b, v1.16b, v2.16b\n add v3.16b, v0.16b, v1.16b'],
  ['a vector load', 'ldr q0, [x0]'],
  ['a structure of two', 'ld2 {v0.4s, v1.4s}, [x0]'],
  ['a block loads what it reads, and at its end stores what it changed', 'mov x0, x1\n add x2, x0, x3\n nop'],
];

const fileOf = (idea: string): string => `./emitted/${idea.replace(/[^a-zA-Z0-9]+/g, '-').toLowerCase()}.txt`;

/** Functions that all handlers share. The parameters of `jump` are a target and a count, printed as rec and acc. */
const SHARED: readonly [idea: string, name: string][] = [
  ['a branch with little budget left plants a stop', 'near'],
  ['a jump looks its page up in the code TLB', 'jump'],
  ['a fused multiply-add', 'helper.fma_d'],
];

describe('emitted code', () => {
  it.each(IDEAS)('%s', async (idea, source) => {
    const text = `${idea}\n\nInterpreter\n\n${interpreterCode(source)}\n\nCompiled block\n\n${compiledCode(source)}\n`;
    await expect(text).toMatchFileSnapshot(fileOf(idea));
  });

  it.each(SHARED)('%s', async (idea, name) => {
    await expect(`${idea}\n\n${sharedCode(name)}\n`).toMatchFileSnapshot(fileOf(idea));
  });

  it('is the interpreter’s whatever else its module holds', () => {
    expect(interpreterCode('add x0, x1, x2\n nop')).toContain(interpreterCode('add x0, x1, x2'));
  });
});
