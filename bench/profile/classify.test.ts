import { describe, expect, it } from 'vitest';
import { type CallFrame, type Interpreter, kindOfStack, timesOf } from './classify';
import type { Profiler } from './sampler';
import { interpreterNames } from './wasm-names';

const INTERPRETER = 'wasm://wasm/0000aaaa';
const names = interpreterNames();
const interpreter: Interpreter = { urls: new Set([INTERPRETER]), names };

const frame = (functionName: string, url = ''): CallFrame => ({
  functionName,
  url,
  scriptId: '0',
  lineNumber: 0,
  columnNumber: 0,
});
const source = (functionName: string, path: string): CallFrame => frame(functionName, `file:///somewhere/src/${path}`);
const wasm = (url: string): CallFrame => frame('wasm-function[7]', url);
const OUTER = [source('service', 'cpu/engine.ts'), wasm(INTERPRETER), source('runSlice', 'cpu/engine.ts')];
const kind = (...stack: CallFrame[]): string => kindOfStack([...stack, ...OUTER], interpreter);

describe('a sample', () => {
  it('in Wasm is the interpreter or compiled code, by its module', () => {
    expect(kind(wasm(INTERPRETER))).toBe('interpreter');
    expect(kind(wasm('wasm://wasm/0000bbbb'))).toBe('compiled');
  });

  it('in what all branches to other pages go through is neither', () => {
    const [transfer] = names.transfers;
    expect(names.of(transfer!)).toBe('near');
    expect(kind(frame(transfer!, INTERPRETER))).toBe('transfer');
    expect(kind(frame(transfer!, 'wasm://wasm/0000bbbb'))).toBe('compiled');
  });

  it('between JavaScript and Wasm is neither', () => {
    expect(kind(frame('js-to-wasm:iii:', INTERPRETER))).toBe('enter');
    expect(kind(frame('wasm-to-js:iiii:i', INTERPRETER))).toBe('dispatch');
  });

  it('in a helper counts for whoever asked', () => {
    const get32 = source('get32', 'cpu/vcpu.ts');
    expect(kind(get32, source('walk', 'cpu/mmu/walk.ts'), source('piece', 'cpu/memory-access.ts'))).toBe('walk');
    expect(kind(get32, source('piece', 'cpu/memory-access.ts'))).toBe('tlbMiss');
    expect(kind(frame('copyWithin'), source('copyIn', 'cpu/ram.ts'), source('piece', 'cpu/memory-access.ts'))).toBe('tlbMiss');
    expect(kind(get32)).toBe('dispatch');
  });

  it('in the decoder counts for decoding, or for the compiler that reads a block', () => {
    const match = [source('', 'isa/match.ts'), source('decode', 'cpu/decoder.ts')];
    expect(kind(...match, source('fill', 'cpu/decoder.ts'), source('decodeFrom', 'cpu/engine.ts'))).toBe('decode');
    expect(kind(...match, source('readBlock', 'cpu/jit/block.ts'), source('compileQueue', 'cpu/jit/jit.ts'))).toBe('emit');
  });

  it('in the TLB counts for what asked for the change', () => {
    const dropped = [source('clearTlb', 'cpu/mmu/tlb-entries.ts'), source('dropHalf', 'cpu/mmu/tlb.ts')];
    expect(kind(...dropped, source('writeTtbr', 'cpu/sysregs/translation-control.ts'))).toBe('contextSwitch');
    expect(kind(...dropped, source('', 'cpu/sysregs/sys-instructions.ts'))).toBe('tlbi');
  });

  it('of the garbage collector is that, whoever waits', () => {
    expect(kind(frame('(garbage collector)'))).toBe('gc');
  });

  it('that nothing is known of is told as such', () => {
    expect(kindOfStack([frame('(program)'), frame('(root)')], interpreter)).toBe('other');
  });
});

describe('the times of a profile', () => {
  it('are what passes until the next sample, and sum up to the whole', () => {
    const profile: Profiler.Profile = {
      nodes: [
        { id: 1, callFrame: frame('(root)'), children: [2] },
        { id: 2, callFrame: source('runSlice', 'cpu/engine.ts'), children: [3, 4] },
        { id: 3, callFrame: wasm(INTERPRETER) },
        { id: 4, callFrame: wasm('wasm://wasm/0000bbbb') },
      ],
      startTime: 0,
      endTime: 10_000,
      samples: [1, 3, 4, 3],
      timeDeltas: [1000, 1000, 2000, 4000],
    };
    const { ms, functions } = timesOf(profile, interpreter);
    expect(ms).toEqual({ other: 1, interpreter: 2, compiled: 4 });
    expect(functions[0]).toEqual({ name: 'compiled code', kind: 'compiled', ms: 4 });
  });
});
