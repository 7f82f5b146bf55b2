import { describe, expect, it } from 'vitest';
import type { LoggedInput } from './input';
import type { Machine } from './machine';
import { CODE, machineOf as machine } from './machine.testkit';
import { stateHash } from './state-hash';
import { transfer } from './transfer.testkit';

/** vCPU 0 starts vCPU 1; both count, read the counter, and vCPU 0 takes timer interrupts and asks the firmware for entropy. */
const BUSY = `
      ldr   x0, =vectors
      msr   vbar_el1, x0
      ldr   x0, =0xc4000003
      mov   x1, #1
      adr   x2, other
      hvc   #0
      ldr   x10, =0x40200000
1:    add   x11, x11, #1
      mrs   x12, cntvct_el0
      eor   x13, x13, x12
      stp   x11, x13, [x10]
      tst   x11, #0x1ff
      b.ne  1b
      ldr   x0, =0x84000053
      mov   x1, #32
      hvc   #0
      str   x3, [x10, #16]
      b     1b
other:
      ldr   x10, =0x40201000
2:    add   x11, x11, #1
      str   x11, [x10]
      tst   x11, #0xff
      b.ne  2b
      wfe
      yield
      b     2b
      .balign 2048
vectors:
      eret
`;

describe('running to an instruction', () => {
  it('stops exactly there, again and again', async () => {
    const it = await machine('1: add x0, x0, #1\n b 1b', { vcpus: 1 });
    let at = 0;
    for (const step of [1, 1, 2, 3, 1000, 99_999, 1, 250_000]) {
      at += step;
      expect(it.runTo(at)).toEqual({ state: 'running' });
      expect(it.instructions).toBe(at);
      expect(it.engine.vcpus[0]!.x(0)).toBe(BigInt(Math.ceil(at / 2)));
    }
    it.runTo(5);
    expect(it.instructions).toBe(at);
  });

  it.each(['interpreter', 'jit'] as const)('leaves no trace, wherever a run is cut (%s)', async (engine) => {
    const [whole, pieces] = [await machine(BUSY, { engine }), await machine(BUSY, { engine })];
    const total = 1_500_000;
    whole.runTo(total);
    for (let at = 1; pieces.instructions < total; at = (at * 7919) % 30_011) {
      if (at % 2) pieces.runTo(Math.min(total, pieces.instructions + at));
      else pieces.run({ cost: Math.min(at, total - pieces.instructions) });
    }
    pieces.runTo(total);
    expect(pieces.retired).toEqual(whole.retired);
    expect(Math.min(...whole.retired)).toBeGreaterThan(100_000);
    expect(stateHash(pieces)).toBe(stateHash(whole));
  });

  it('is not broken off by a host that wants to breathe; a stretch by cost is', async () => {
    // Code that writes over itself: what it costs the engine is charged to nobody, so the engine tells of its effort.
    const it = await machine('adr x1, 1f\n ldr w2, [x1]\n1: nop\n str w2, [x1]\n b 1b', { vcpus: 1 });
    it.onEffort = () => it.interrupt();
    it.runTo(50_000);
    expect(it.instructions).toBe(50_000);
    it.run({ cost: 1_000_000 });
    expect(it.instructions).toBeLessThan(60_000);
  });

  it('leaves no trace of a save and a restore in the middle of a slice', async () => {
    const [whole, first, second] = [await machine(BUSY), await machine(BUSY), await machine(BUSY)];
    whole.runTo(900_000);
    first.runTo(333_333);
    await transfer(first, second);
    second.runTo(900_000);
    expect(stateHash(second)).toBe(stateHash(whole));
  });
});

describe('a breakpoint of the host', () => {
  /** `add x11, x11, #1` of both loops of BUSY. */
  const places = (it: Awaited<ReturnType<typeof machine>>): [first: number, second: number] => {
    const words = Array.from({ length: 64 }, (_, index) => CODE + 4 * index);
    const [first, second] = words.filter((at) => it.engine.ram.read32(at) >>> 0 === 0x9100056b);
    return [first!, second!];
  };

  it.each(['interpreter', 'jit'] as const)('ends a run exactly there, and leaves no trace (%s)', async (engine) => {
    const [whole, stopped] = [await machine(BUSY, { engine }), await machine(BUSY, { engine })];
    const total = 400_000;
    whole.runTo(total);
    const [first, second] = places(stopped);
    const { records, vcpus } = stopped.engine;
    for (const place of [first, second]) records.setBreakpoint(place);
    const met = [0, 0];
    for (let turn = 0; stopped.instructions < total; turn++) {
      const outcome = turn % 2 ? stopped.runTo(total) : stopped.run({ cost: total - stopped.instructions });
      if (outcome.state === 'running') continue;
      if (outcome.state !== 'breakpoint') throw new Error(`The machine is ${outcome.state}.`);
      const { vcpu } = outcome;
      const place = vcpu === 0 ? first : second;
      expect(vcpus[vcpu]!.pc).toBe(BigInt(place));
      met[vcpu]!++;
      // It stays there.
      const at = stopped.instructions;
      expect(stopped.run({ cost: 1000 })).toEqual(outcome);
      expect(stopped.instructions).toBe(at);
      records.clearBreakpoint(place);
      expect(stopped.runTo(at + 1).state).toBe('running');
      // Most of the way without it: each stop costs the host a while.
      if (met[vcpu]! < 500) records.setBreakpoint(place);
    }
    expect(met).toEqual([500, 500]);
    expect(stopped.retired).toEqual(whole.retired);
    expect(stateHash(stopped)).toBe(stateHash(whole));
  });
});

describe('somebody who wants to look', () => {
  /** Asks for the firmware's version in x12 rounds, then ends as `end` says. */
  const calls = (end: string): string => `
      mov   x12, #3
1:    ldr   x0, =0x84000000
      hvc   #0
      subs  x12, x12, #1
      b.ne  1b
2:    ${end}
      b     2b`;
  const AFTER_CALL = 3;
  const CALL = 4;
  /** A machine each of whose calls is looked at. */
  async function looked(end: string): Promise<Machine> {
    const it: Machine = await machine(calls(end), { vcpus: 1, onFirmwareCall: () => it.haltSoon() });
    return it;
  }
  const breakpoint = { state: 'breakpoint', vcpu: 0 };

  it('stands behind the instruction, as often as there is something to see, and leaves no trace', async () => {
    const [whole, cut] = [await machine(calls('nop'), { vcpus: 1 }), await looked('nop')];
    for (const call of [0, 1, 2]) {
      expect(cut.run({ cost: 1e6 })).toEqual(breakpoint);
      expect(cut.instructions).toBe(AFTER_CALL + CALL * call);
    }
    expect(cut.runTo(1000)).toEqual({ state: 'running' });
    whole.runTo(1000);
    expect(stateHash(cut)).toBe(stateHash(whole));
  });

  it('is heard where a step comes to its end, and not again behind it', async () => {
    const it = await looked('nop');
    expect(it.run({ cost: 1e6, vcpu: { index: 0, retired: AFTER_CALL } })).toEqual({ state: 'stepped', vcpu: 0 });
    expect(it.run({ cost: 1e6 })).toEqual(breakpoint);
    expect(it.instructions).toBe(AFTER_CALL + CALL);
  });

  it('does not keep a machine from its end, and is not heard behind it', async () => {
    const it = await looked('ldr x0, =0x84000008\n hvc #0');
    for (const _ of [0, 1, 2]) it.run({ cost: 1e6 });
    expect(it.run({ cost: 1e6 })).toEqual({ state: 'stopped' });
    it.reset(CODE, 0);
    expect(it.run({ cost: 1e6 })).toEqual(breakpoint);
    expect(it.instructions).toBeGreaterThan(CALL * 4);
  });

  it('is heard where the machine would wait, once', async () => {
    const it = await machine('1: wfi\n b 1b', { vcpus: 1 });
    const trace = it.startTrace();
    const planned = trace.planned.bind(trace);
    trace.planned = (current) => {
      if (current < 0) it.haltSoon();
      planned(current);
    };
    expect(it.run({ cost: 1e6 })).toEqual(breakpoint);
    trace.planned = planned;
    expect(it.run({ cost: 1e6 })).toEqual({ state: 'idle', wakeAt: Number.POSITIVE_INFINITY });
  });
});

describe('the cost of a turn', () => {
  const loops = {
    'firmware calls': 'movz x0, #0x8400, lsl #16\n1: hvc #0\n movz x0, #0x8400, lsl #16\n b 1b',
    'device accesses': 'ldr x1, =0x09000018\n1: ldr w0, [x1]\n b 1b',
    'supervisor calls': 'ldr x0, =v\n msr vbar_el1, x0\n1: svc #0\n b 1b\n .balign 2048\nv: .zero 0x200\n eret',
    'TLB maintenance': '1: tlbi vmalle1\n b 1b',
    'reads of the counter': '1: mrs x0, cntvct_el0\n b 1b',
    'undefined instructions': 'ldr x0, =v\n msr vbar_el1, x0\n udf #0\n .balign 2048\nv: .zero 0x200\n udf #0',
  };
  it.each(Object.entries(loops))('bounds %s: fewer fit into a turn', async (_, source) => {
    const [slow, plain] = [await machine(source, { vcpus: 1 }), await machine('1: b 1b', { vcpus: 1 })];
    for (const each of [slow, plain]) expect(each.run({ cost: 200_000 }).state).toBe('running');
    expect(plain.instructions).toBe(200_000);
    expect(slow.instructions).toBeLessThan(15_000);
    expect(slow.instructions).toBeGreaterThan(200);
  });
});

describe('the input gate', () => {
  const typed = (text: string) => ({ type: 'console', bytes: new TextEncoder().encode(text) }) as const;

  it('logs each input with the count at which it arrived', async () => {
    const log: LoggedInput[] = [];
    const it = await machine('1: b 1b', { vcpus: 1, log });
    it.runTo(100);
    it.input(typed('x'));
    it.runTo(250);
    it.input({ type: 'key', key: 'power' });
    expect(log).toEqual([
      { at: 100, input: typed('x') },
      { at: 250, input: { type: 'key', key: 'power' } },
    ]);
  });

  it('takes an input that comes while an instruction runs after that instruction', async () => {
    const log: LoggedInput[] = [];
    const it = await machine('ldr x1, =0x09000000\n mov w0, #65\n str w0, [x1]\n1: add x2, x2, #1\n b 1b', {
      vcpus: 1,
      log,
      onConsole: () => it.input(typed('echo')),
    });
    it.runTo(100);
    expect(log).toEqual([{ at: 3, input: typed('echo') }]);
    expect([it.instructions, it.uart.waiting]).toEqual([100, 4]);
  });

  it('leaves no trace of a register that is refused', async () => {
    const log: LoggedInput[] = [];
    const it = await machine('1: b 1b', { log });
    expect(() => it.input({ type: 'register', assignment: 'psci_version=9.9' })).toThrow(
      /^The register “psci_version=9\.9” is refused with EINVAL/,
    );
    expect(log).toEqual([]);
  });

  /** A key that comes up again 100 ms later is an alarm of the board; the guest sleeps through both, and its GPIO notes falling edges. */
  const WATCHING_A_KEY = `
      ldr   x9, =0x09030000
      mov   w0, #0
      str   w0, [x9, #0x404]
      str   w0, [x9, #0x408]
      str   w0, [x9, #0x40c]
1:    wfi
      b     1b
`;
  it.each(['realtime', 'virtual'] as const)('finds alarms of a machine that waits where they were (%s)', async (clock) => {
    const log: LoggedInput[] = [];
    let now = 0;
    const host = { monotonic: () => now, wall: () => 0n };
    const source = await machine(WATCHING_A_KEY, { vcpus: 1, clock, log, host });
    const moments = [];
    for (let press = 0; press < 3; press++) {
      source.run({ cost: 1000 });
      moments.push({ moment: source.moment, hash: stateHash(source) });
      source.input({ type: 'key', key: 'power' });
      moments.push({ moment: source.moment, hash: stateHash(source) });
      now += 200e6;
    }
    const latched = 0x0903_0414;
    expect(source.bus.read(latched, 4)).toBe(8);
    const again = () => machine(WATCHING_A_KEY, { vcpus: 1, clock, replay: log });
    const [inSteps, atOnce] = [await again(), await again()];
    for (const { moment, hash } of moments) {
      inSteps.replayTo(moment);
      expect([inSteps.moment, stateHash(inSteps)]).toEqual([moment, hash]);
    }
    atOnce.replayTo(moments.at(-1)!.moment);
    expect(stateHash(atOnce)).toBe(stateHash(inSteps));
  });

  it.each([
    ['a register', { type: 'register', assignment: 'psci_version=9.9' }, 'psci_version=9.9” is refused with EINVAL'],
    ['a seed', { type: 'entropy', seed: new Uint8Array(3) }, 'A seed of entropy has 32 bytes, not 3.'],
  ] as const)('refuses %s to the caller also while it must wait, and the machine goes on', async (_, wrong, sentence) => {
    const log: LoggedInput[] = [];
    const refusals: string[] = [];
    const enter = (): void => {
      try {
        it.input(wrong);
      } catch (error) {
        refusals.push((error as Error).message);
      }
      it.input(typed('after'));
    };
    const it = await machine('ldr x1, =0x09000000\n mov w0, #65\n str w0, [x1]\n1: b 1b', { vcpus: 1, log, onConsole: enter });
    const release = it.hold();
    enter();
    release();
    it.runTo(100);
    expect(refusals).toEqual([expect.stringContaining(sentence), expect.stringContaining(sentence)]);
    expect(log.map(({ input }) => input.type)).toEqual(['console', 'console']);
    expect(it.options.registers.effectiveVersion).toBe('1.3');
  });

  it('that waits and is made wrong by one before it is told, and keeps none back', async () => {
    const log: LoggedInput[] = [];
    const faults: string[] = [];
    const it = await machine('1: b 1b', { vcpus: 1, log, onFault: (sentence) => faults.push(sentence) });
    const release = it.hold();
    it.input({ type: 'register', assignment: 'std_bmap=0' });
    it.input(typed('after'));
    release();
    it.options.registers.markRun();
    it.runTo(100);
    expect(faults).toEqual([expect.stringContaining('std_bmap=0” is refused with EBUSY')]);
    expect(log).toEqual([{ at: 0, input: typed('after') }]);
  });

  it('is shut while a log is replayed', async () => {
    const it = await machine('1: b 1b', { replay: [] });
    expect(() => it.input(typed('x'))).toThrow('This machine replays a log of inputs and takes no other (console).');
  });

  it('keeps what chance will say and which keys are down in a saved machine', async () => {
    const [source, target] = [await machine(BUSY, { seed: new Uint8Array(32).fill(3) }), await machine(BUSY)];
    source.runTo(50_000);
    source.input({ type: 'key', key: 'power' });
    source.runTo(100_000);
    await transfer(source, target);
    // 100 ms of the virtual clock are 12.5 million instructions: the key comes up in between.
    for (const each of [source, target]) each.runTo(14_000_000);
    expect(stateHash(target)).toBe(stateHash(source));
  });
});

describe('realtime', () => {
  it('lets the counter move between any two reads, and timers go off in time', async () => {
    let now = 0;
    const it = await machine(
      `
      ldr   x10, =0x40200000
      mrs   x1, cntvct_el0
1:    mrs   x2, cntvct_el0
      cmp   x2, x1
      cinc  x3, x3, eq          // reads that saw no change
      cinc  x4, x4, lo          // reads that went back
      mov   x1, x2
      stp   x3, x4, [x10]
      add   x5, x5, #1
      b     1b`,
      { vcpus: 1, clock: 'realtime', host: { monotonic: () => (now += 300), wall: () => 0n } },
    );
    while (it.instructions < 300_000) it.run({ cost: 50_000 });
    const cpu = it.engine.vcpus[0]!;
    expect(cpu.x(4)).toBe(0n);
    expect(Number(cpu.x(3))).toBeLessThan(Number(cpu.x(5)) / 4);
    expect(Math.abs(it.clock.ns - now)).toBeLessThan(1e6);
  });

  it('shows the same in a timer that is read and on its interrupt line', async () => {
    let now = 0;
    const it = await machine(
      `
      ldr   x0, =0x40200000
      mov   x1, #1000
      msr   cntv_tval_el0, x1
      mov   x1, #1
      msr   cntv_ctl_el0, x1
1:    mrs   x2, cntv_ctl_el0
      tbz   x2, #2, 1b
      // ISTATUS is seen: PPI 27 must be pending in the redistributor at once.
      ldr   x3, =0x080b0200
      ldr   w4, [x3]
      str   w4, [x0]
2:    b     2b`,
      { vcpus: 1, clock: 'realtime', host: { monotonic: () => (now += 500), wall: () => 0n } },
    );
    while (it.instructions < 20_000) it.run({ cost: 5000 });
    expect(it.engine.vcpus[0]!.x(4) & (1n << 27n)).toBe(1n << 27n);
  });
});
