import { describe, expect, it } from 'vitest';
import { NS_PER_INSTRUCTION } from '../clock';
import type { Machine } from '../machine';
import { type bareMachine, machineOf } from '../machine.testkit';
import { stateHash } from '../state-hash';
import type { Trace } from './machine-trace';
import {
  CELL_NS,
  eventCode,
  eventKind,
  eventVcpu,
  isGathered,
  KEPT_IN_CELL,
  KEPT_SPACES,
  LANE_STATE,
  segmentSpace,
  segmentState,
  segmentVcpu,
  type TraceBatch,
} from './trace-format';

/** vCPU 0 starts vCPU 1 and goes to EL0, which makes system calls; the handler answers by going back. vCPU 1 takes timer interrupts and waits for them. */
const PROGRAM = `
      ldr   x0, =vectors
      msr   vbar_el1, x0
      ldr   x0, =0xc4000003
      mov   x1, #1
      adr   x2, other
      hvc   #0
      adr   x0, user
      msr   elr_el1, x0
      msr   spsr_el1, xzr
      eret
user: mov   x0, #4000
1:    subs  x0, x0, #1
      b.ne  1b
      svc   #0
      b     user
other:
      ldr   x0, =vectors
      msr   vbar_el1, x0
      ldr   x0, =0x080a0000    // redistributor of vCPU 0; that of vCPU 1 is 0x20000 further
      add   x0, x0, #0x20000
      str   wzr, [x0, #0x14]   // GICR_WAKER
      add   x1, x0, #0x10000
      mov   w2, #1 << 27
      str   w2, [x1, #0x80]    // GICR_IGROUPR0
      str   w2, [x1, #0x100]   // GICR_ISENABLER0
      ldr   x3, =0x08000000
      mov   w2, #3
      str   w2, [x3]           // GICD_CTLR
      mov   x2, #0xf0
      msr   icc_pmr_el1, x2
      mov   x2, #1
      msr   icc_igrpen1_el1, x2
      msr   cntv_ctl_el0, x2
      msr   daifclr, #2
2:    mov   x2, #20000         // 320 us
      msr   cntv_tval_el0, x2
      wfi
      b     2b
      .balign 2048
vectors:
      .balign 2048
      .org  vectors + 0x280
      mrs   x5, icc_iar1_el1
      mov   x6, #20000
      msr   cntv_tval_el0, x6
      msr   icc_eoir1_el1, x5
      eret
      .org  vectors + 0x400
      eret
`;

type Options = Parameters<typeof bareMachine>[0];
interface Segment {
  start: number;
  end: number;
  state: number;
  gathered: boolean;
}

async function traced(options: Options, run: (machine: Machine, take: () => void) => void) {
  const machine = await machineOf(PROGRAM, options);
  const trace = machine.startTrace();
  const batches: TraceBatch[] = [];
  const take = (): void => void batches.push(...[trace.take()].filter((batch) => batch !== undefined));
  run(machine, take);
  take();
  return { machine, trace, batches };
}

const TOTAL = 3_000_000;
const pieces = (size: number) => (machine: Machine, take: () => void) => {
  for (let at = size; at < TOTAL; at += size) {
    machine.runTo(at);
    if ((at / size) % 3 === 0) take();
  }
  machine.runTo(TOTAL);
};

/** The settled rows of all batches and the last tail, a list of numbers for each vCPU. */
function rowsOf(batches: readonly TraceBatch[]): number[][][] {
  const parts = [...batches.map(({ segments }) => segments), batches.at(-1)!.tail];
  const all = parts.flatMap(({ start, length, instructions, what }) =>
    [...start].map((time, row) => [time, length[row]!, instructions[row]!, what[row]!]),
  );
  return [0, 1].map((vcpu) => all.filter((row) => segmentVcpu(row[3]!) === vcpu));
}

function segmentsOf(batches: readonly TraceBatch[], vcpu: number): Segment[] {
  return rowsOf(batches)[vcpu]!.map(([start, length, , what]) => ({
    start: start!,
    end: start! + length!,
    state: segmentState(what!),
    gathered: isGathered(what!),
  }));
}

function eventsOf(batches: readonly TraceBatch[]) {
  return batches.flatMap(({ events: { time, what, count } }) =>
    [...time].map((at, row) => ({
      time: at,
      vcpu: eventVcpu(what[row]!),
      kind: eventKind(what[row]!),
      code: eventCode(what[row]!),
      count: count[row]!,
    })),
  );
}

function spent(segments: readonly Segment[]): number[] {
  const sums = [0, 0, 0, 0, 0, 0, 0];
  for (const { start, end, state } of segments) sums[state]! += end - start;
  return sums;
}

describe('a trace', () => {
  it.each(['interpreter', 'jit'] as const)('has all of the time of each vCPU, without gaps (%s)', async (engine) => {
    const { machine, batches } = await traced({ engine }, pieces(100_000));
    for (const vcpu of [0, 1]) {
      const segments = segmentsOf(batches, vcpu);
      let at = 0;
      for (let index = 0; index < segments.length; ) {
        const { start, gathered } = segments[index]!;
        expect(start).toBe(at);
        // Gathered ones share their start.
        do at += segments[index]!.end - segments[index]!.start;
        while (gathered && segments[++index]?.start === start);
        if (!gathered) index++;
      }
      expect(at).toBe(machine.clock.ns);
    }
  });

  it('knows of each nanosecond at which EL it was spent', async () => {
    const { machine, batches } = await traced({}, pieces(TOTAL));
    const [off, , , idle, , el1, el0] = spent(segmentsOf(batches, 1));
    expect([off! > 0, idle! > 0, el1! > 0, el0]).toEqual([true, true, true, 0]);
    const first = spent(segmentsOf(batches, 0));
    // One of them runs at a time, and time is skipped only while both wait: which vCPU 0 never does.
    const running = first[LANE_STATE.EL0]! + first[LANE_STATE.EL1]! + el1!;
    expect(running).toBe(machine.instructions * NS_PER_INSTRUCTION);
    expect(first[LANE_STATE.EL0]! / running).toBeGreaterThan(0.9);
  });

  it('is the same on both engines, however the run is cut and whenever it is taken', async () => {
    const one = await traced({ engine: 'interpreter' }, pieces(TOTAL));
    const other = await traced({ engine: 'jit' }, pieces(7919));
    expect(other.batches.length).toBeGreaterThan(100);
    expect(rowsOf(other.batches)).toEqual(rowsOf(one.batches));
    expect(eventsOf(other.batches).sort(byTime)).toEqual(eventsOf(one.batches).sort(byTime));
  });

  it('leaves nothing in the machine', async () => {
    const { machine } = await traced({}, pieces(50_000));
    const plain = await machineOf(PROGRAM);
    plain.runTo(TOTAL);
    expect(stateHash(machine)).toBe(stateHash(plain));
  });

  it('has exceptions with their class and interrupts with their INTID', async () => {
    const { batches } = await traced({}, pieces(TOTAL));
    const events = eventsOf(batches);
    const count = (vcpu: number, kind: string, code: number) =>
      events.filter((event) => event.vcpu === vcpu && event.kind === kind && event.code === code).length;
    const SVC = 0x15;
    const VIRTUAL_TIMER = 27;
    expect(count(0, 'sync', SVC)).toBeGreaterThan(100);
    expect(count(1, 'irq', VIRTUAL_TIMER)).toBeGreaterThan(10);
    expect(count(0, 'sync', SVC) + count(1, 'irq', VIRTUAL_TIMER)).toBe(events.length);
  });

  it('tells a vCPU that is on and has not run yet from one that waits for its turn again', async () => {
    // vCPU 0 starts vCPU 1, whose turn is next, and then vCPU 2, which has to wait for vCPU 1's.
    const machine = await machineOf(
      `
      ldr   x19, =0xc4000003
      mov   x0, x19
      mov   x1, #1
      adr   x2, work
      hvc   #0
      mov   x0, x19
      mov   x1, #2
      adr   x2, work
      hvc   #0
work: b     work
`,
      { vcpus: 3 },
    );
    const trace = machine.startTrace();
    machine.runTo(200_000);
    const { segments, tail } = trace.take()!;
    const met = [0, 1, 2].map((vcpu) =>
      [...segments.what, ...tail.what].filter((what) => segmentVcpu(what) === vcpu).map(segmentState),
    );
    const { OFF, PENDING, WAITING, EL1 } = LANE_STATE;
    expect(met[0]!.slice(0, 3)).toEqual([EL1, WAITING, EL1]);
    expect(met[1]!.slice(0, 3)).toEqual([OFF, EL1, WAITING]);
    expect(met[2]!.slice(0, 4)).toEqual([OFF, PENDING, EL1, WAITING]);
  });
});

const byTime = (a: { time: number; vcpu: number; code: number }, b: { time: number; vcpu: number; code: number }): number =>
  a.time - b.time || a.vcpu - b.vcpu || a.code - b.code;

describe('a cell', () => {
  /** Two system calls in a microsecond or so, for ever. */
  const BUSY = `
      ldr   x0, =vectors
      msr   vbar_el1, x0
      adr   x0, user
      msr   elr_el1, x0
      msr   spsr_el1, xzr
      eret
user: svc   #0
      brk   #1
      b     user
      .balign 2048
vectors:
      .org  vectors + 0x400
      mrs   x5, esr_el1
      lsr   x5, x5, #26
      cmp   x5, #0x3c
      b.ne  1f
      mrs   x5, elr_el1
      add   x5, x5, #4
      msr   elr_el1, x5
1:    eret
`;
  async function busy(): Promise<{ trace: Trace; batch: TraceBatch; cells: number }> {
    const machine = await machineOf(BUSY, { vcpus: 1 });
    const trace = machine.startTrace();
    machine.runTo(500_000);
    return { trace, batch: trace.take()!, cells: Math.floor(machine.clock.ns / CELL_NS) };
  }

  it('tells of many segments what they come to', async () => {
    const { batch, cells } = await busy();
    const { start, length, what } = batch.segments;
    // For each whole cell one segment of either EL.
    expect(start.length).toBe(2 * (cells - 1));
    expect([...what].every(isGathered)).toBe(true);
    for (let row = 2; row < start.length; row += 2) expect(length[row]! + length[row + 1]!).toBe(CELL_NS);
  });

  it('tells of many exceptions how many there were of each kind', async () => {
    const { batch, cells } = await busy();
    const { time, count } = batch.events;
    expect(time.length).toBeLessThanOrEqual((cells + 1) * (KEPT_IN_CELL + 2));
    const total = count.reduce((sum, each) => sum + each, 0);
    // Nine instructions, four exceptions and returns in a round of two.
    expect(total).toBeGreaterThan(50_000);
    expect([...time].every((at, row) => row === 0 || at >= time[row - 1]!)).toBe(true);
  });
});

it('keeps the address spaces in mind that were seen last', async () => {
  // One that stays in use, and many that are seen once.
  const MANY = `
      ldr   x0, =vectors
      msr   vbar_el1, x0
      mov   x20, #0
round:
      tst   x20, #1
      lsr   x21, x20, #1
      csel  x22, xzr, x21, eq
      msr   contextidr_el1, x22
      add   x20, x20, #1
      adr   x0, user
      msr   elr_el1, x0
      msr   spsr_el1, xzr
      eret
user: svc   #0
      .balign 2048
vectors:
      .org  vectors + 0x400
      b     round
`;
  const machine = await machineOf(MANY, { vcpus: 1 });
  const trace = machine.startTrace();
  machine.runTo(400_000);
  const { spaces } = trace.take()!;
  expect(spaces).toHaveLength(KEPT_SPACES);
  expect(spaces.at(-1)!.id).toBeGreaterThan(2 * KEPT_SPACES);
  // Only the first was space 0, which was in use all the time.
  expect(spaces.every(({ contextId }) => contextId !== 0)).toBe(true);
});

it('numbers address spaces as they are met, with what the guest calls them', async () => {
  const SWITCH = `
      ldr   x0, =vectors
      msr   vbar_el1, x0
      mov   x20, #0
round:
      eor   x20, x20, #1
      add   x21, x20, #7
      lsl   x22, x21, #48
      orr   x22, x22, x21, lsl #12
      msr   ttbr0_el1, x22
      msr   contextidr_el1, x21
      adr   x0, user
      msr   elr_el1, x0
      msr   spsr_el1, xzr
      eret
user: mov   x0, #20000
1:    subs  x0, x0, #1
      b.ne  1b
      svc   #0
      .balign 2048
vectors:
      .org  vectors + 0x400
      b     round
`;
  const machine = await machineOf(SWITCH, { vcpus: 1 });
  const trace = machine.startTrace();
  machine.runTo(300_000);
  const { segments, spaces } = trace.take()!;
  expect(spaces).toEqual([
    { id: 1, table: 8 << 12, asid: 8, contextId: 8 },
    { id: 2, table: 7 << 12, asid: 7, contextId: 7 },
  ]);
  const met = [...segments.what].filter((what) => segmentState(what) === LANE_STATE.EL0).map(segmentSpace);
  expect(met.slice(0, 4)).toEqual([1, 2, 1, 2]);
  machine.runTo(600_000);
  expect(trace.take()!.spaces).toEqual([]);
});
