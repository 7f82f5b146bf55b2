import { describe, expect, it } from 'vitest';
import { bareCpu, RAM_BASE } from '../bare-cpu.testkit';
import { EC, ESR_EC_SHIFT } from '../syndrome';

/**
 * What compiled code does with the blocks of a region before it makes functions of them: short loops several times in a row, calls that have what they call for themselves, BR and BLR that
 * are followed inside. After every slice, of changing length, the state is the interpreter's.
 */

const DATA = RAM_BASE + 0x10_0000;
const SLICES = 400;
/** Instructions of a slice: long enough for compiled code, and never a multiple of a loop. */
const lengthOf = (slice: number): number => 61 + ((slice * 37) % 113);

async function states(engine: 'interpreter' | 'jit', source: string) {
  const { cpu, run } = await bareCpu(source, { engine });
  const seen: string[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    run(lengthOf(slice));
    seen.push([cpu.pc, cpu.nzcv, ...Array.from({ length: 31 }, (_, n) => cpu.x(n))].join(' '));
  }
  return { seen, compiled: cpu.compiledInstructions, cpu };
}

/** A table of 32-bit distances from `first` to labels, at `table`. */
const table = (labels: readonly string[]): string => `table: ${labels.map((label) => `.word ${label} - first`).join('\n')}`;

/** An interpreter of bytecode, whose every operation ends with a jump of its own. */
const fetch = 'ldrb w9, [x1], #1\n ldr w9, [x2, w9, uxtw #2]\n add x9, x3, w9, sxtw\n br x9';
const BYTECODE = `
       adr x2, table
       adr x3, first
       mov x0, #0
       mov x4, #0
start: adr x1, bytes
       ${fetch}
first:
add:   add x0, x0, #3
       ${fetch}
dup:   lsl x5, x0, #1
       ${fetch}
xor:   eor x0, x0, x5
       ${fetch}
cmp:   subs x6, x0, x5
       cinc x4, x4, hi
       ${fetch}
loop:  b start
bytes: .byte 0, 1, 2, 3, 0, 0, 1, 3, 2, 2, 3, 1, 0, 4
       .align 2
${table(['add', 'dup', 'xor', 'cmp', 'loop'])}
`;

/** A loop that calls through a register, which changes what it holds now and then; both functions have two ways back. */
const CALLBACK = `
       adr x19, even
       adr x20, odd
       mov x0, #1
       mov x21, #0
again: add x21, x21, #1
       tst x21, #63
       b.ne same
       eor x19, x19, x20
       eor x20, x19, x20
       eor x19, x19, x20
same:  mov x1, x21
       blr x19
       add x2, x2, x0
       bl  even
       add x3, x3, x0, lsl #1
       mov x1, x2
       bl  odd
       b   again
even:  tbnz w1, #0, 1f
       add x0, x0, #2
       ret
1:     sub x0, x0, #1
       ret
odd:   cmp x1, #100
       csel x0, x1, x0, lt
       ret
`;

/** A function whose copy of memory may go on at itself, in the block that comes back; flags come from two ways. */
const COPIES = `
       ldr  x10, =${DATA}
again: add  x11, x11, #1
       bl   copy
       cmp  x11, x12
       add  x12, x12, x11, lsr #3
       bl   copy
       b    again
copy:  add  x0, x10, #64
       mov  x1, x10
       mov  x2, #0
       cpyfp [x0]!, [x1]!, x2!
       cpyfe [x0]!, [x1]!, x2!
       ands x13, x11, #3
       ret
       .ltorg
`;

/** A call that comes back to the entry of a region whose BR leads to one of three places. */
const CALL_BEFORE = `
       adr x3, first
       mov x20, #0
       b   call
       nop
call:  bl  f
entry: add x20, x20, #1
       and x9, x20, #3
       cmp x9, #3
       csel x9, xzr, x9, eq
       add x9, x3, x9, lsl #3
       br  x9
first: add x0, x0, #1
       b   call
       add x1, x1, #1
       b   call
       add x2, x2, #1
       b   call
f:     add x4, x4, #1
       ret
`;

/** Data behind a call, over which what is called moves its return address; sometimes it is run. */
const INLINE_DATA = `
       mov x9, #0
loop:  bl  f
data:  add x7, x7, #1
       add x8, x8, #1
       add x9, x9, #1
       tbz x9, #3, loop
       b   other
other: tst x9, #7
       b.ne loop
       add x9, x9, #1
       b   data
f:     ldr w5, [x30], #4
       ret
`;

/** What is called authenticates its return, which comes to fail. */
const AUTHENTICATED = `
       adr x0, vectors
       msr vbar_el1, x0
       mov x21, #0
loop:  bl  f
       add x7, x7, #1
       cmp x7, #1000
       b.ne loop
       mrs x0, sctlr_el1
       orr x0, x0, #0x80000000
       msr sctlr_el1, x0
       isb
       b   loop
f:     add x8, x8, #1
       retaa
       .org 0x800
vectors:
       .org 0x800 + 0x200
       mrs  x21, esr_el1
       mrs  x22, elr_el1
end:   b    end
`;

/** Short loops: one block, two ways through, and one inside another. */
const LOOPS = `
       ldr  x10, =${DATA}
outer: mov  x11, #37
1:     ldr  x12, [x10]
       add  x12, x12, x11
       str  x12, [x10]
       subs x11, x11, #1
       b.ne 1b
       mov  x13, #23
2:     tbz  w13, #1, 3f
       add  x14, x14, x13
       b    4f
3:     eor  x14, x14, x12
4:     sub  x13, x13, #1
       cbnz x13, 2b
       add  x15, x15, #1
       b    outer
       .ltorg
`;

describe('blocks of a region that are laid out anew', () => {
  it.each([
    ['jumps of an interpreter', BYTECODE],
    ['calls through a register, and of short functions', CALLBACK],
    ['copies of memory in what is called', COPIES],
    ['short loops', LOOPS],
    ['a call before the entry of a region with BR', CALL_BEFORE],
    ['a return address that is moved on', INLINE_DATA],
  ])('do what the interpreter does: %s', async (_what, source) => {
    const [interpreter, jit] = await Promise.all([states('interpreter', source), states('jit', source)]);
    for (const [slice, state] of interpreter.seen.entries()) expect([slice, jit.seen[slice]]).toEqual([slice, state]);
    const retired = Array.from({ length: SLICES }, (_, slice) => lengthOf(slice)).reduce((sum, length) => sum + length, 0);
    // Few of the instructions are left to the interpreter: at the ends of slices.
    expect(jit.compiled).toBeGreaterThan(retired / 3);
    expect(interpreter.compiled).toBe(0);
  });

  it('fault where a return that was good comes to be authenticated', async () => {
    const ends = await Promise.all((['interpreter', 'jit'] as const).map((engine) => states(engine, AUTHENTICATED)));
    expect(ends[1]!.seen).toEqual(ends[0]!.seen);
    expect(ends[1]!.cpu.x(7)).toBe(1000n);
  });

  it('fault where a jump that is followed inside comes to lead between two instructions', async () => {
    const source = `
       adr  x0, vectors
       msr  vbar_el1, x0
       mov  x20, #0
       adr  x3, first
       mov  x7, #0
       mov  x8, #300
start: add  x20, x20, #1
       eor  x7, x7, #8
       cmp  x20, x8
       cinc x9, x7, eq
       add  x9, x9, x3
       br   x9
first: add  x0, x0, #1
       b    start
       add  x0, x0, #2
       b    start
       .org 0x800
vectors:
       .org 0x800 + 0x200
       mrs  x21, esr_el1
       mrs  x22, elr_el1
end:   b    end
`;
    const ends = await Promise.all((['interpreter', 'jit'] as const).map((engine) => states(engine, source)));
    for (const { cpu } of ends) expect(cpu.x(21) >> BigInt(ESR_EC_SHIFT)).toBe(BigInt(EC.PC_ALIGNMENT));
    expect(ends[1]!.seen).toEqual(ends[0]!.seen);
    expect(ends[1]!.compiled).toBeGreaterThan(300);
  });
});
