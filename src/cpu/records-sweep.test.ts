import { describe, expect, it } from 'vitest';
import { bareCpu, RAM_BASE } from './bare-cpu.testkit';
import { RECORD } from './layout';

/** Copies a function to one page after another, calls it there with the page's number, and wipes it. */
const WANDERER = `
        ldr   x10, =${RAM_BASE + 0x10_0000}
        mov   x20, #0
page:   adr   x1, body
        mov   x2, x10
        mov   x3, #4
copy:   ldr   w4, [x1], #4
        str   w4, [x2], #4
        subs  x3, x3, #1
        b.ne  copy
        dc    cvau, x10
        dsb   ish
        ic    ivau, x10
        dsb   ish
        isb
        mov   x5, #30
again:  blr   x10
        subs  x5, x5, #1
        b.ne  again
        WIPE
        add   x10, x10, #0x1000
        add   x20, x20, #1
        cmp   x20, #200
        b.ne  page
done:   b     done
body:   add   x0, x0, x20
        eor   x6, x0, x20
        add   x7, x7, x6
        ret
`;
/** Pages in the pool. */
const POOL = 17;
const SUM = BigInt(30 * ((199 * 200) / 2));

describe.each(['interpreter', 'jit'] as const)('the pool of decoded pages (%s)', (engine) => {
  const run = async (wipe: string) => {
    const bare = await bareCpu(WANDERER.replace('WIPE', wipe), { engine, recordBytes: (POOL + 1) * RECORD.PAGE_STRIDE });
    let cleared = 0;
    const clear = bare.engine.records.clear.bind(bare.engine.records);
    bare.engine.records.clear = () => {
      cleared++;
      clear();
    };
    // In slices, so that what is hot is compiled.
    for (let slice = 0; slice < 2000; slice++) bare.run(50);
    expect(bare.cpu.pc).toBe(bare.symbols.get('done'));
    expect(bare.cpu.x(0)).toBe(SUM);
    expect(bare.engine.records.pages).toBeLessThanOrEqual(POOL);
    return { cleared, sum: bare.cpu.x(7) };
  };

  it('gives places whose code was overwritten to other pages', async () => {
    expect(await run('stp xzr, xzr, [x10]')).toMatchObject({ cleared: 0 });
  });

  it('is emptied where all of its pages hold code', async () => {
    const [kept, wiped] = [await run('nop'), await run('stp xzr, xzr, [x10]')];
    expect(kept.cleared).toBeGreaterThan(5);
    expect(kept.sum).toBe(wiped.sum);
  });
});
