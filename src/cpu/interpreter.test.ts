import { beforeEach, describe, expect, it, vi } from 'vitest';
import { A64 } from '../isa';
import { HELPERS } from '../isa/helpers/index';
import { enumerateHandlers } from './handlers';
import { buildInterpreter, interpreterSteps } from './interpreter';
import { withBreaths } from './stepwise';

const { specs } = enumerateHandlers(A64);
const always = (): Promise<void> => Promise.resolve();

describe('the interpreter', () => {
  it('is the same byte by byte whether its host breathes while it is built or not', async () => {
    let breaths = 0;
    const breathe = (): Promise<void> | undefined => (breaths++ % 7 ? undefined : always());
    const breathing = await withBreaths(interpreterSteps(specs), breathe);
    const atOnce = buildInterpreter(specs);
    expect(breathing.length).toBe(atOnce.length);
    expect(breathing.every((byte, index) => byte === atOnce[index])).toBe(true);
    expect(breaths).toBeGreaterThan(specs.length);
  });
});

/** Modules of their own, in which nobody has made an engine yet. */
async function freshCpu(): Promise<(breathe: () => Promise<void> | undefined) => Promise<unknown>> {
  vi.resetModules();
  const { Engine } = await import('./engine');
  const options = {
    vcpus: 1,
    ram: { base: 0x4000_0000, size: 1 << 20 },
    recordBytes: 1 << 20,
    mmio: { high: 0, read: () => undefined, write: () => false },
    ports: {
      gic: { readIcc: () => 0, writeIcc: () => {} },
      timer: { high: 0, read: () => 0, write: () => {} },
      pmuInterrupt: () => {},
      firmwareCall: () => false,
    },
  };
  return (breathe) => Engine.create({ ...options, breathe });
}

describe('the first engine of a process', () => {
  let create: Awaited<ReturnType<typeof freshCpu>>;
  beforeEach(async () => {
    create = await freshCpu();
    vi.restoreAllMocks();
  });

  it('asks for each row, helper and handler whether it is time to breathe, and those that follow hardly ever', async () => {
    let asked = 0;
    const breathe = (): undefined => void asked++;
    await create(breathe);
    expect(asked).toBeGreaterThan(A64.length + Object.keys(HELPERS).length + specs.length);
    asked = 0;
    await create(breathe);
    expect(asked).toBeLessThan(10);
  });

  it('is built together with another that is made at the same time', async () => {
    const compile = vi.spyOn(WebAssembly, 'compile');
    await Promise.all([create(always), create(always)]);
    expect(compile).toHaveBeenCalledTimes(1);
  });

  it('may be given up at any breath, and the next one is whole', async () => {
    const compile = vi.spyOn(WebAssembly, 'compile');
    let asked = 0;
    const givingUp = (): undefined => {
      if (++asked === 1000) throw new Error('given up');
    };
    const [given, kept] = await Promise.allSettled([create(givingUp), create(always)]);
    expect([given.status, kept.status]).toEqual(['rejected', 'fulfilled']);
    await create(always);
    expect(compile.mock.calls.map(([code]) => (code as Uint8Array).length)).toEqual([buildInterpreter(specs).length]);
  });
});
