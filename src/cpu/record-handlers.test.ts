import { describe, expect, it } from 'vitest';
import { FIXED_HANDLER } from './abi';
import { bareCpu, RAM_BASE } from './bare-cpu.testkit';
import { CPU, MEMORY, RECORD } from './layout';
import { RecordHandlers } from './record-handlers';
import { SLICE } from './slice';
import { Vcpu, viewsOf } from './vcpu';

const RECORD_AT = MEMORY.RECORDS + 64;

/** The four wishes, the strongest last, each as it is set and taken back. */
function fourWishes() {
  const views = viewsOf(new WebAssembly.Memory({ initial: MEMORY.RECORDS / MEMORY.PAGE + 1 }));
  const vcpu = new Vcpu(views, 0);
  const handlers = new RecordHandlers(views, () => vcpu);
  const runs = (): number => views.u16[(RECORD_AT + RECORD.HANDLER) >>> 1]!;
  const wishes = [
    { handler: 100, set: () => handlers.setOriginal(RECORD_AT, 100), clear: () => handlers.setOriginal(RECORD_AT, 0) },
    { handler: 200, set: () => handlers.setCompiled(RECORD_AT, 200), clear: () => handlers.clearCompiled(RECORD_AT) },
    {
      handler: FIXED_HANDLER.BREAKPOINT,
      set: () => handlers.setBreakpoint(RECORD_AT),
      clear: () => handlers.clearBreakpoint(RECORD_AT),
    },
    { handler: FIXED_HANDLER.STOP, set: () => handlers.plant(RECORD_AT), clear: () => handlers.unplant() },
  ];
  return { views, vcpu, handlers, runs, wishes };
}

describe('a record', () => {
  it('runs the strongest wish, whatever the order in which all 24 orders set and clear them', () => {
    const orders = [0, 1, 2, 3].flatMap((a) =>
      [0, 1, 2, 3].flatMap((b) =>
        [0, 1, 2, 3].flatMap((c) => [0, 1, 2, 3].map((d) => [a, b, c, d]).filter((order) => new Set(order).size === 4)),
      ),
    );
    expect(orders).toHaveLength(24);
    for (const setting of orders) {
      for (const clearing of orders) {
        const { runs, wishes } = fourWishesOnce();
        const wanted = new Set<number>();
        const expected = (): number => wishes[Math.max(-1, ...wanted)]?.handler ?? FIXED_HANDLER.UNDECODED;
        for (const wish of setting) {
          wishes[wish]!.set();
          wanted.add(wish);
          expect(runs()).toBe(expected());
        }
        for (const wish of clearing) {
          wishes[wish]!.clear();
          wanted.delete(wish);
          expect(runs()).toBe(expected());
        }
      }
    }
  });

  it('has one planted stop per vCPU: planting another takes the first away', () => {
    const { handlers, runs, vcpu, views } = fourWishes();
    handlers.setOriginal(RECORD_AT, 100);
    handlers.plant(RECORD_AT);
    handlers.plant(RECORD_AT + RECORD.SIZE);
    expect(runs()).toBe(100);
    expect(vcpu.get32(CPU.PLANTED_REC)).toBe(RECORD_AT + RECORD.SIZE);
    handlers.unplant();
    expect(views.u16[(RECORD_AT + RECORD.SIZE) >>> 1]).toBe(FIXED_HANDLER.UNDECODED);
  });
});

let once: ReturnType<typeof fourWishes> | undefined;
/** The same memory for all orders: each leaves it as it was. */
const fourWishesOnce = (): ReturnType<typeof fourWishes> => {
  once ??= fourWishes();
  return once;
};

const LOOP = `
        mov   x20, #0x7fff
loop:   add   x0, x0, #1
        add   x1, x1, #1
here:   add   x2, x2, #1
        subs  x20, x20, #1
        b.ne  loop
stop:   b     stop
`;
const HERE = RAM_BASE + 12;

describe.each(['interpreter', 'jit'] as const)('a breakpoint in the %s', (engine) => {
  /** Runs on from a breakpoint, as a debugger does. */
  function goOn(bare: Awaited<ReturnType<typeof bareCpu>>, count: number): number {
    const { records } = bare.engine;
    records.clearBreakpoint(HERE);
    expect(bare.engine.runSlice(bare.cpu, 1)).toBe(SLICE.BUDGET);
    records.setBreakpoint(HERE);
    return bare.engine.runSlice(bare.cpu, count);
  }

  it('stops before its instruction, also in the middle of a block that was compiled before or after it was set', async () => {
    const bare = await bareCpu(LOOP, { engine });
    for (let i = 0; i < 100; i++) bare.run(101);
    bare.engine.records.setBreakpoint(HERE);
    expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BREAKPOINT);
    for (let i = 0; i < 200; i++) {
      expect(goOn(bare, 1000)).toBe(SLICE.BREAKPOINT);
      expect(bare.engine.slice.retired).toBe(4);
      expect(bare.cpu.pc).toBe(BigInt(HERE));
      expect(bare.cpu.x(1)).toBe(bare.cpu.x(2) + 1n);
      // Slices that end elsewhere give the JIT its samples.
      expect(goOn(bare, 2)).toBe(SLICE.BUDGET);
      expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BREAKPOINT);
    }
    bare.engine.records.clearBreakpoint(HERE);
    expect(bare.run(10_000)).toBe(10_000);
  });

  it('is there before its page is, and survives overwriting and dropping of its page', async () => {
    const bare = await bareCpu(LOOP, { engine });
    const { records, ram } = bare.engine;
    records.setBreakpoint(HERE);
    expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BREAKPOINT);
    expect(goOn(bare, 1000)).toBe(SLICE.BREAKPOINT);
    ram.write32(HERE, ram.read32(HERE));
    expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BREAKPOINT);
    expect(goOn(bare, 1000)).toBe(SLICE.BREAKPOINT);
    bare.engine.dropAllCode();
    expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BREAKPOINT);
    expect(goOn(bare, 1000)).toBe(SLICE.BREAKPOINT);
    records.clearBreakpoint(HERE);
    bare.engine.dropAllCode();
    expect(bare.engine.runSlice(bare.cpu, 1000)).toBe(SLICE.BUDGET);
  });

  it('gives way to the end of a slice at the same instruction, and is met by the next', async () => {
    const bare = await bareCpu(LOOP, { engine });
    bare.engine.records.setBreakpoint(HERE);
    expect(bare.engine.runSlice(bare.cpu, 3)).toBe(SLICE.BUDGET);
    expect(bare.cpu.pc).toBe(BigInt(HERE));
    expect(bare.engine.runSlice(bare.cpu, 3)).toBe(SLICE.BREAKPOINT);
    expect(bare.engine.slice.retired).toBe(0);
  });

  it('cannot be where no instruction can be', async () => {
    const bare = await bareCpu(LOOP, { engine });
    for (const pa of [RAM_BASE + 2, RAM_BASE - 4, bare.engine.ram.end]) {
      expect(() => bare.engine.records.setBreakpoint(pa)).toThrow(/There can be no instruction at 0x/);
    }
  });
});

describe('the generation of a page of records', () => {
  it('changes when instructions are overwritten or the page is dropped, and not when data is', async () => {
    const bare = await bareCpu(LOOP);
    bare.run(100);
    const { records, ram } = bare.engine;
    const base = records.find(RAM_BASE);
    const first = records.generation(base);
    ram.write32(RAM_BASE + 0x800, 1);
    bare.run(100);
    expect(records.generation(base)).toBe(first);
    ram.write32(HERE, ram.read32(HERE));
    const second = records.generation(base);
    expect(second).not.toBe(first);
    bare.engine.dropAllCode();
    bare.run(100);
    expect(records.find(RAM_BASE)).toBe(base);
    expect(records.generation(base)).not.toBe(second);
  });
});
