import { beforeAll, describe, expect, it } from 'vitest';
import { type Bare, bareCpu, RAM_BASE } from '../bare-cpu.testkit';
import { CPU, EXIT } from '../layout';
import { Jit } from './jit';
import type { RegionPack, SavedRegions } from './known-regions';

/** A loop over two pages, at some page of memory; x0 counts its laps, x1 what it adds. */
const loop = (page: number, step = 1): string => `
start:  b     body
        .org  ${(page + 1) * 4096 - 8}
body:   add   x0, x0, #1
        add   x1, x1, #${step}
        add   x2, x2, x1
        cmp   x0, x2
        b     body
`;
/** Never hot by itself. */
const COLD = { heat: 60_000, batch: 1 };

async function machine(source: string, known?: SavedRegions, heat = COLD.heat): Promise<{ bare: Bare; jit: Jit }> {
  const bare = await bareCpu(source);
  const jit = new Jit(bare.engine, { ...COLD, heat });
  bare.engine.compiler = jit;
  if (known) jit.know(known);
  return { bare, jit };
}
const compiled = ({ cpu }: Bare): number => cpu.compiledInstructions;
const withoutCode = ({ packs }: SavedRegions): SavedRegions => ({
  packs: packs.map(({ regions }) => ({ regions })),
  sample: [],
  proof: 0,
  digest: 0,
});

let recorded: SavedRegions;
beforeAll(async () => {
  const { bare, jit } = await machine(loop(1), undefined, 20);
  bare.run(2000);
  recorded = jit.regionsWithCode;
  expect(recorded.packs.flatMap(({ regions }) => regions).some(({ blocks }) => blocks.length > 1)).toBe(true);
});

describe('regions that are known', () => {
  it('run compiled from the first laps on, with their code and nothing made', async () => {
    const { bare, jit } = await machine(loop(1), recorded);
    bare.run(1000);
    expect(compiled(bare)).toBeGreaterThan(800);
    expect(jit.compiledRegions).toBe(0);
    expect(bare.cpu.x(0)).toBe(200n);
  });

  it('are compiled here where their code is not what this compiler makes, or is damaged, or there is none', async () => {
    const damaged = (pack: RegionPack): RegionPack => ({ ...pack, code: pack.code!.slice(0, 40) });
    const others: SavedRegions[] = [
      { ...recorded, proof: recorded.proof ^ 1 },
      { ...recorded, packs: recorded.packs.map(damaged) },
      withoutCode(recorded),
    ];
    for (const known of others) {
      const { bare, jit } = await machine(loop(1), known);
      bare.run(1000);
      expect(compiled(bare)).toBeGreaterThan(800);
      expect(jit.compiledRegions).toBeGreaterThan(0);
      expect(bare.cpu.x(0)).toBe(200n);
    }
  });

  it('are found in other pages', async () => {
    const { bare } = await machine(loop(7), recorded);
    bare.run(1000);
    expect(compiled(bare)).toBeGreaterThan(800);
    expect(bare.cpu.x(0)).toBe(200n);
  });

  it('are not taken for code that differs in one word', async () => {
    const { bare } = await machine(loop(1, 2), recorded);
    bare.run(1000);
    expect(compiled(bare)).toBe(0);
    expect(bare.cpu.x(1)).toBe(400n);
  });

  it('stop when they are overwritten, and run again when they are back', async () => {
    const { bare } = await machine(loop(1), recorded);
    bare.run(1000);
    const at = Number(bare.symbols.get('body'));
    const word = bare.engine.ram.read32(at);
    bare.engine.ram.write32(at, word + (1 << 10));
    const before = compiled(bare);
    bare.run(500);
    expect(compiled(bare) - before).toBeLessThan(10);
    expect(bare.cpu.x(0)).toBe(200n + 2n * 100n);
    bare.engine.ram.write32(at, word);
    bare.run(500);
    expect(compiled(bare) - before).toBeGreaterThan(300);
  });

  it('leave a breakpoint inside of them alone', async () => {
    const { bare } = await machine(loop(1), recorded);
    bare.engine.records.setBreakpoint(Number(bare.symbols.get('body')) + 12);
    bare.engine.runSlice(bare.cpu, 1000);
    expect(bare.cpu.get32(CPU.EXIT)).toBe(EXIT.BREAKPOINT);
    expect(bare.cpu.x(0)).toBe(1n);
    expect(compiled(bare)).toBe(0);
  });

  it('do not count as an instruction where one is stepped', async () => {
    const { bare } = await machine(loop(1), recorded);
    for (let i = 0; i < 51; i++) expect(bare.run(1)).toBe(1);
    expect(bare.cpu.x(0)).toBe(10n);
    expect(bare.cpu.pc).toBe(BigInt(RAM_BASE + 2 * 4096 - 8));
  });

  it('are saved again from a machine that has not run', async () => {
    const { jit } = await machine(loop(1), withoutCode(recorded));
    const keys = ({ packs }: SavedRegions): number => packs.reduce((sum, { regions }) => sum + regions.length, 0);
    expect(keys(jit.regions)).toBe(keys(recorded));
  });

  it('do not stop the world where what is missing is written anew meanwhile', async () => {
    // The store makes the first instruction undecoded in every lap. Alone it is nothing to be compiled.
    const source = `
        adr   x3, head
        ldr   w4, [x3]
head:   b     body
        .org  0x100
body:   add   x0, x0, #1
        str   w4, [x3]
        b     head
`;
    const { engine } = await bareCpu(source);
    const at = (place: number, count: number) => ({
      start: place,
      words: Array.from({ length: count }, (_, i) => engine.ram.read32(RAM_BASE + (place + i) * 4)),
    });
    // The load has opened a window, and this region is for where there is none.
    const regions = [{ blocks: [at(2, 1), at(0x40, 3)] }];
    const { bare, jit } = await machine(source, { packs: [{ regions }], sample: [], proof: 0, digest: 0 });
    const { hot } = jit;
    let looks = 0;
    jit.hot = (...given) => {
      if (++looks > 1000) throw new Error('The same record is looked at again and again.');
      hot.apply(jit, given);
    };
    bare.run(2000);
    expect(looks).toBeGreaterThan(1);
    expect(bare.cpu.x(0)).toBe(500n);
  });
});
