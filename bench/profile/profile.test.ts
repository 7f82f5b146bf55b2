import { describe, expect, it } from 'vitest';
import { kernelImage } from '../../guests/bench/image';
import { ScriptedGuest } from '../../guests/scripted-guest';
import { MemoryAccess } from '../../src/cpu/memory-access';
import { SystemServices } from '../../src/cpu/services';
import { GROUP } from './counter';
import { findInterpreter, type Look, Pass, type SubjectResult } from './pass';
import { Spy } from './spy';
import type { EngineName } from './subjects';

/** More than the JIT needs to find what is hot, and about a second on the interpreter while it is watched. */
const INSTRUCTIONS = 60_000_000;
const MEMORY_MIB = 32;

const guest = (engine: EngineName): Promise<ScriptedGuest> =>
  ScriptedGuest.create({ kernel: kernelImage('sha256', 1_000_000) }, engine, MEMORY_MIB, '');

async function profile(engine: EngineName, look: Look): Promise<SubjectResult> {
  const interpreter = await findInterpreter(await guest('interpreter'), INSTRUCTIONS / 10);
  const profiled = await guest(engine);
  const pass = new Pass(profiled, look, 200, interpreter);
  const result = await pass.over(() => profiled.instructions(INSTRUCTIONS));
  pass.close();
  return result;
}

describe('the profile of a kernel', () => {
  it('tells compiled code from the interpreter', async () => {
    const jit = await profile('jit', 'times');
    expect(jit.times!.ms.compiled).toBeGreaterThan(0);
    expect(jit.compiledInstructions / jit.instructions).toBeGreaterThan(0.5);
    const interpreted = await profile('interpreter', 'times');
    expect(interpreted.times!.ms.compiled).toBeUndefined();
    expect(interpreted.times!.ms.interpreter).toBeGreaterThan(0);
  });

  it('leaves nearly nothing of the time unexplained', async () => {
    const { times, seconds } = await profile('interpreter', 'times');
    const { other = 0, ...known } = times!.ms;
    const explained = Object.values(known).reduce((sum, ms) => sum + ms, 0);
    expect(explained / (explained + other)).toBeGreaterThan(0.8);
    expect(explained / 1000).toBeGreaterThan(seconds / 2);
  });

  it('counts the same whichever engine runs', async () => {
    const [jit, interpreted] = [await profile('jit', 'counts'), await profile('interpreter', 'counts')];
    expect(jit.instructions).toBe(interpreted.instructions);
    expect(jit.counts![GROUP.compile]!.modules).toBeGreaterThan(0);
    expect(jit.counts![GROUP.code]!['records decoded']).toBeGreaterThan(100);
    for (const group of [GROUP.sysreg, GROUP.exception, GROUP.device])
      expect(jit.counts![group]).toEqual(interpreted.counts![group]);
  });

  it('leaves the machine as it was', async () => {
    const [run, slow] = [SystemServices.prototype.run, MemoryAccess.prototype.slow];
    await profile('interpreter', 'counts');
    expect(SystemServices.prototype.run).toBe(run);
    expect(MemoryAccess.prototype.slow).toBe(slow);
  });
});

describe('a spy', () => {
  it('sees calls of one object, which does not notice, until it leaves', () => {
    class Adder {
      constructor(private readonly to: number) {}
      add(what: number): number {
        return this.to + what;
      }
    }
    const [watched, free] = [new Adder(1), new Adder(10)];
    const seen: number[][] = [];
    const spy = new Spy();
    spy.after(watched, 'add', (_adder, result, what) => seen.push([what, result]));
    expect([watched.add(2), free.add(3)]).toEqual([3, 13]);
    spy.leave();
    expect(watched.add(4)).toBe(5);
    expect(seen).toEqual([[2, 3]]);
    expect(Object.hasOwn(watched, 'add')).toBe(false);
  });
});
