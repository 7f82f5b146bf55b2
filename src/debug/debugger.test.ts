import { describe, expect, it } from 'vitest';
import { assemble } from '../isa/text/assemble';
import type { Machine } from '../machine/machine';
import { CODE, machineOf } from '../machine/machine.testkit';
import { stateHash } from '../machine/state-hash';
import type { Stop } from './breakpoint';
import { Debugger, type ForwardStep } from './debugger';

/** vCPU 0 starts vCPU 1, takes timer interrupts, and calls functions, one of them itself; vCPU 1 counts. */
const SOURCE = `
      ldr   x0, =stack
      mov   sp, x0
      ldr   x0, =vectors
      msr   vbar_el1, x0
      ldr   x0, =0xc4000003
      mov   x1, #1
      adr   x2, other
      hvc   #0
again:
      mov   x0, #6
call: bl    factorial
back: str   x0, [sp, #-16]!
      ldr   x9, [sp], #16
sys:  svc   #0
after:
      add   x28, x28, #1
      bl    leaf
      adr   x1, leaf
      blr   x1
      b     again
leaf: add   x2, x2, #1
      cbz   x2, 1f
      ret
1:    mov   x2, #7
      ret
factorial:
      cmp   x0, #1
      b.hi  deeper
      mov   x0, #1
      ret
deeper:
      stp   x0, x30, [sp, #-16]!
      sub   x0, x0, #1
inner:
      bl    factorial
      ldp   x1, x30, [sp], #16
      mul   x0, x0, x1
      adr   x3, tail
      br    x3
tail: nop
      ret
other:
      add   x11, x11, #1
      and   x12, x11, #63
      cbnz  x12, other
      yield
      b     other
      .balign 2048
vectors:
      .skip 512
      add   x20, x20, #1
      eret
      .balign 128
      add   x21, x21, #1
      eret
      .balign 2048
      .skip 4096
stack:
`;

const { symbols } = assemble(SOURCE, { base: BigInt(CODE) });
const at = (label: string): bigint => symbols.get(label)!;

class Bench {
  readonly debugger: Debugger;
  constructor(readonly machine: Machine) {
    this.debugger = new Debugger(machine);
  }
  /** Runs until the debugger stops it. */
  go(most = 400_000): Stop | undefined {
    const end = this.machine.cost + most;
    while (this.machine.cost < end) {
      const outcome = this.machine.run({ cost: end - this.machine.cost, ...this.debugger.limit });
      const stop = this.debugger.judge(outcome);
      if (stop) return stop;
    }
    return undefined;
  }
  step(kind: ForwardStep, vcpu = 0, address?: bigint): Stop | undefined {
    this.debugger.begin(kind, vcpu, address);
    return this.go();
  }
  break(...labels: string[]): void {
    this.debugger.setBreakpoints(labels.map((label) => ({ address: at(label), enabled: true })));
  }
}
const bench = async (engine: 'interpreter' | 'jit'): Promise<Bench> => new Bench(await machineOf(SOURCE, { engine }));

describe.each(['interpreter', 'jit'] as const)('a debugger on the %s', (engine) => {
  it('stops before the instruction with a breakpoint, again and again, on whichever vCPU comes', async () => {
    const it = await bench(engine);
    it.break('after', 'other');
    const stops = Array.from({ length: 200 }, () => it.go()!);
    const count = (vcpu: number): number => stops.filter((stop) => stop.vcpu === vcpu).length;
    for (const { vcpu, reason, address } of stops) {
      expect(reason).toBe('breakpoint');
      expect(address).toBe(at(vcpu === 0 ? 'after' : 'other'));
    }
    expect(count(0)).toBeGreaterThan(0);
    expect(count(1)).toBeGreaterThan(0);
    expect(count(0) + count(1)).toBe(200);
  });

  it('stops only where a condition holds', async () => {
    const it = await bench(engine);
    it.debugger.setBreakpoints([
      { address: at('after'), enabled: true, condition: 'x28 == 3' },
      { address: at('sys'), enabled: false },
    ]);
    expect(it.go()).toEqual({ vcpu: 0, reason: 'breakpoint', address: at('after') });
    expect(it.machine.engine.vcpus[0]!.x(28)).toBe(3n);
    expect(it.go()).toBeUndefined();
  });

  it('steps one instruction of the chosen vCPU, and no more', async () => {
    const it = await bench(engine);
    it.break('after');
    it.go();
    it.break();
    for (const vcpu of [0, 1, 1, 0]) {
      const before = it.machine.retired[vcpu]!;
      expect(it.step('step', vcpu)).toMatchObject({ vcpu, reason: 'step' });
      expect(it.machine.retired[vcpu]).toBe(before + 1);
    }
  });

  it.each([
    ['call', 'back'],
    ['sys', 'after'],
  ])('steps over %s', async (from, to) => {
    const it = await bench(engine);
    it.break(from);
    it.go();
    expect(it.step('over')).toEqual({ vcpu: 0, reason: 'over', address: at(to) });
  });

  it('steps over a recursive call at its own depth', async () => {
    const it = await bench(engine);
    it.break('inner');
    it.go();
    const { sp } = it.machine.engine.vcpus[0]!;
    it.break();
    expect(it.step('over')).toEqual({ vcpu: 0, reason: 'over', address: at('inner') + 4n });
    expect(it.machine.engine.vcpus[0]!.sp).toBe(sp);
  });

  it('steps out of functions at the depth it is asked for: leaf, recursive, with a tail call, out of an exception', async () => {
    const it = await bench(engine);
    it.break('leaf');
    it.go();
    it.break();
    expect(it.step('out')).toEqual({ vcpu: 0, reason: 'out', address: at('after') + 8n });
    it.break('inner');
    it.go();
    const { sp } = it.machine.engine.vcpus[0]!;
    it.go();
    it.break();
    expect(it.machine.engine.vcpus[0]!.sp).toBe(sp - 16n);
    // In the second call: back into the first, behind its call, with its frame.
    expect(it.step('out')).toEqual({ vcpu: 0, reason: 'out', address: at('inner') + 4n });
    expect(it.machine.engine.vcpus[0]!.sp).toBe(sp);
    // Out of the first, by its tail.
    expect(it.step('out')).toEqual({ vcpu: 0, reason: 'out', address: at('back') });
    it.break('sys');
    it.go();
    it.break();
    it.step('step');
    expect(it.step('out')).toEqual({ vcpu: 0, reason: 'out', address: at('after') });
  });

  it('runs to an address', async () => {
    const it = await bench(engine);
    expect(it.step('to', 0, at('tail'))).toMatchObject({ reason: 'to', address: at('tail') });
  });

  it('stops at a new breakpoint where it had been stopped, and gone on from, when there was none', async () => {
    const it = await bench(engine);
    expect(it.step('to', 0, at('again'))).toMatchObject({ vcpu: 0, reason: 'to' });
    const vcpu = it.machine.engine.vcpus[0]!;
    const rounds = vcpu.x(28);
    while (vcpu.x(28) === rounds) it.go(1);
    it.break('again');
    expect(it.go()).toEqual({ vcpu: 0, reason: 'breakpoint', address: at('again') });
    expect(vcpu.x(28)).toBe(rounds + 1n);
    // Whoever stands there when it is set has been told.
    it.break();
    it.step('to', 0, at('again'));
    it.break('again');
    expect(it.go()).toEqual({ vcpu: 0, reason: 'breakpoint', address: at('again') });
    expect(vcpu.x(28)).toBe(rounds + 3n);
  });

  it('keeps breakpoints where code is written anew, and through a reset', async () => {
    const it = await bench(engine);
    it.break('after');
    it.go();
    const { machine } = it;
    machine.memory.write32(Number(at('after')), machine.memory.read32(Number(at('after'))));
    expect(it.go()).toMatchObject({ address: at('after') });
    machine.engine.dropAllCode();
    expect(it.go()).toMatchObject({ address: at('after') });
    machine.reset(CODE, 0);
    expect(it.go()).toMatchObject({ address: at('after') });
  });

  it('leaves no trace: a run with stops and steps ends as one without', async () => {
    const [whole, it] = [await bench(engine), await bench(engine)];
    const total = 300_000;
    whole.machine.runTo(total);
    const kinds: ForwardStep[] = ['step', 'over', 'out', 'step'];
    let stops = 0;
    for (let round = 0; round < 150; round++) {
      if (round % 10 === 0) it.break('after', round % 20 ? 'inner' : 'other', 'leaf');
      if (it.go(1000)) stops++;
      it.debugger.begin(kinds[round % kinds.length]!, round % 2);
      if (it.go(1000)) stops++;
    }
    expect(stops).toBeGreaterThan(200);
    it.debugger.drop();
    it.break();
    expect(it.machine.instructions).toBeLessThan(total);
    it.machine.runTo(total);
    expect(it.machine.retired).toEqual(whole.machine.retired);
    expect(stateHash(it.machine)).toBe(stateHash(whole.machine));
  });
});

it('refuses what makes no sense, in a sentence', async () => {
  const it = await bench('interpreter');
  expect(() => it.debugger.setBreakpoints([{ address: 2n, enabled: true }])).toThrow('There can be no instruction at 0x2');
  expect(() => it.debugger.begin('step', 1)).toThrow('vCPU 1 is off, so it has no next instruction');
  expect(() => it.debugger.begin('step', 9)).toThrow('There is no vCPU 9: the machine has 2');
  expect(() => it.debugger.begin('to', 0)).toThrow('an address is missing');
});
