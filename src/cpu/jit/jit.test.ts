import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bareCpu, RAM_BASE } from '../bare-cpu.testkit';
import { MEMORY } from '../layout';
import { Jit } from './jit';

/** Sixteen loops one after the other, each adding its own number; then again. */
const LOOPS = 16;
const loops = (): string =>
  Array.from(
    { length: LOOPS },
    (_, i) => `
        .org  ${0x100 + i * 0x40}
        mov   x20, #60
l${i}:  add   x0, x0, #1
        add   x1, x1, #1
        subs  x20, x20, #1
        b.ne  l${i}
        b     ${i + 1 < LOOPS ? `${RAM_BASE + 0x100 + (i + 1) * 0x40}` : 'again'}
`,
  ).join('');
const SOURCE = `again: b ${RAM_BASE + 0x100}\n${loops()}`;

/** `add x0, x0, #imm12`. */
const addX0 = (imm: number): number => (0x91000000 | ((imm & 0xfff) << 10)) >>> 0;

/** Keeps an eye on all instances that are made from now on in this test. */
function watchModules(): WeakRef<WebAssembly.Instance>[] {
  const seen: WeakRef<WebAssembly.Instance>[] = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(...given: ConstructorParameters<typeof Instance>) {
      super(...given);
      seen.push(new WeakRef(this));
    }
  };
  onTestFinished(() => {
    WebAssembly.Instance = Instance;
  });
  return seen;
}
const alive = (modules: readonly WeakRef<WebAssembly.Instance>[]): number => modules.filter((ref) => ref.deref()).length;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the JIT', () => {
  it('keeps regions, their table and the host’s memory bounded, over thousands of recompiled regions', async () => {
    const modules = watchModules();
    const bare = await bareCpu(SOURCE);
    const { engine } = bare;
    const LIMIT = 12;
    const jit = new Jit(engine, { heat: 20, batch: 1, modules: LIMIT });
    engine.compiler = jit;
    const before = engine.handlerTable.size;
    for (let round = 0; jit.compiledRegions < 2000; round++) {
      expect(round).toBeLessThan(2000);
      for (let i = 0; i < LOOPS; i++) engine.ram.write32(Number(bare.symbols.get(`l${i}`)), addX0(round * LOOPS + i));
      for (let i = 0; i < 100; i++) bare.run(83);
      expect(jit.translations.size).toBeLessThanOrEqual(12 * LIMIT);
      expect(engine.handlerTable.taken).toBe(jit.translations.size);
      expect(engine.handlerTable.size).toBe(before);
    }
    const made = modules.length;
    expect(made).toBeGreaterThan(10 * LIMIT);
    // Also where an engine keeps modules for as long as their table.
    for (let i = 0; i < 10 && alive(modules) > LIMIT + 1; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collectGarbage();
    }
    expect(alive(modules)).toBeLessThanOrEqual(LIMIT + 1);
  });

  it('computes what the interpreter does while blocks are dropped and made all the time', async () => {
    const runs = await Promise.all(
      (['interpreter', 'jit'] as const).map(async (name) => {
        const bare = await bareCpu(SOURCE);
        if (name === 'jit') bare.engine.compiler = new Jit(bare.engine, { heat: 20, batch: 2, modules: 2 });
        for (let round = 0; round < 40; round++) {
          for (let i = 0; i < LOOPS; i++) bare.engine.ram.write32(Number(bare.symbols.get(`l${i}`)), addX0(round * 7 + i));
          for (let i = 0; i < 100; i++) bare.run(83);
        }
        return [bare.cpu.x(0), bare.cpu.x(1), bare.cpu.pc];
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
  });

  it('lets the host look at the clock after each compilation, and compiles little at once', async () => {
    const body = Array.from(
      { length: 16 },
      (_, i) => `l${i}: ${'add x0, x0, #1\n'.repeat(180)} b l${(i + 1) % 16}\n .balign 1024`,
    ).join('\n');
    const bare = await bareCpu(body);
    const { engine } = bare;
    const jit = new Jit(engine, { heat: 20, batch: 16 });
    engine.compiler = jit;
    const made: number[] = [];
    engine.onEffort = () => made.push(jit.compiledRegions);
    for (let i = 0; i < 40; i++) bare.run(16 * 181);
    expect(jit.compiledRegions).toBeGreaterThan(5);
    const atOnce = made.map((count, i) => count - (made[i - 1] ?? 0));
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(4);
  });

  it('shares one translation between pages that hold the same code, and keeps it when the pages are dropped', async () => {
    const body = (label: string): string => `
${label}: mov x20, #60
1:      add   x0, x0, #1
        add   x1, x1, #2
        subs  x20, x20, #1
        b.ne  1b
        ret
`;
    const bare = await bareCpu(
      `start: bl first\nbl second\nbl third\nb start\n.org 0x1000\n${body('first')}.org 0x2000\n${body('second')}.org 0x3000\n${body('third')}`,
    );
    const { engine } = bare;
    const jit = new Jit(engine, { heat: 20, batch: 4, patience: 4 });
    engine.compiler = jit;
    for (let i = 0; i < 400; i++) bare.run(83);
    const bodies = ['first', 'second', 'third'].map((name) => {
      const pa = Number(bare.symbols.get(name)) + 4;
      return jit.translations.at(engine.records.find(pa - (pa % 4096)) + 16)?.translation;
    });
    expect(bodies[0]).toBeDefined();
    expect(bodies[1]).toBe(bodies[0]);
    expect(bodies[2]).toBe(bodies[0]);
    expect(bodies[0]!.entries.size).toBe(3);
    engine.dropAllCode();
    expect(bodies[0]!.entries.size).toBe(0);
    for (let i = 0; i < 400; i++) bare.run(83);
    expect(bodies[0]!.entries.size).toBe(3);
    expect(bare.cpu.x(0) / 60n).toBe(bare.cpu.x(1) / 120n);
  });
});

it('lets heat go, so that what runs now and then is never compiled, however long the machine runs', async () => {
  const { engine } = await bareCpu('loop: b loop');
  const jit = new Jit(engine, { heat: 3000 });
  const heat = MEMORY.HEAT >>> 1;
  engine.views.u16[heat] = 2999;
  for (let tick = 0; tick < 1999; tick++) jit.tick();
  expect(engine.views.u16[heat]).toBe(2999);
  jit.tick();
  expect(engine.views.u16[heat]).toBe(1499);
  for (let tick = 0; tick < 20_000; tick++) jit.tick();
  expect(engine.views.u16[heat]).toBe(1);
});
