import { describe, expect, it } from 'vitest';
import { ByteWriter } from './bytes';
import { type FuncType, type FunctionBuilder, f64, i32, i64, ModuleBuilder, select } from './index';

function instantiate(build: (module: ModuleBuilder) => void): WebAssembly.Exports {
  const module = new ModuleBuilder();
  build(module);
  return new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
    env: {
      memory: new WebAssembly.Memory({ initial: 1, maximum: 1 }),
      table: new WebAssembly.Table({ initial: 8, element: 'anyfunc' }),
    },
  }).exports;
}

function compile<T>(type: FuncType, build: (f: FunctionBuilder) => void): T {
  return instantiate((module) => module.exportFunction('f', module.func(type, build))).f as T;
}

const I32_I32: FuncType = { params: ['i32'], results: ['i32'] };

describe('ByteWriter', () => {
  it.each([0, 1, -1, 63, 64, -64, -65, 0x7fffffff, -0x80000000])(
    'encodes %i so that Wasm reads it back, in 32 and 64 bits',
    (value) => {
      expect(compile<() => number>({ params: [], results: ['i32'] }, (f) => f.return(i32.const(value)))()).toBe(value);
      expect(compile<() => bigint>({ params: [], results: ['i64'] }, (f) => f.return(i64.const(value)))()).toBe(BigInt(value));
    },
  );

  it('encodes the ends of the 64-bit range', () => {
    for (const value of [0x7fffffffffffffffn, -0x8000000000000000n, 0x123456789abcdefn]) {
      expect(compile<() => bigint>({ params: [], results: ['i64'] }, (f) => f.return(i64.const(value)))()).toBe(value);
    }
  });

  it('uses buffers again, unless they are large: what a module of megabytes took is given back to the host', () => {
    const buffersAgain = (bytes: number): number => {
      const writer = new ByteWriter();
      writer.bytes(new Uint8Array(bytes));
      const { buffer } = writer.finish();
      writer.release();
      const others = Array.from({ length: 100 }, () => new ByteWriter());
      for (const other of others) other.u8(0);
      const again = others.filter((other) => other.finish().buffer === buffer).length;
      for (const other of others) other.release();
      return again;
    };
    expect(buffersAgain(1000)).toBe(1);
    expect(buffersAgain(1 << 20)).toBe(0);
  });

  it('grows beyond its first buffer', () => {
    const writer = new ByteWriter();
    for (let i = 0; i < 5000; i++) writer.u8(i & 0xff);
    expect(writer.finish().length).toBe(5000);
    expect(writer.finish()[4999]).toBe(4999 & 0xff);
  });
});

describe('expressions', () => {
  it('fold constants as Wasm would compute them', () => {
    expect(i32.add(i32.const(0x7fffffff), i32.const(1)).constant).toBe(-0x80000000);
    expect(i64.shrU(i64.const(-1), i64.const(60)).constant).toBe(15n);
    expect(i32.wrap(i64.const(0x1_8000_0000n)).constant).toBe(-0x80000000);
    expect(i64.extendU(i32.const(-1)).constant).toBe(0xffffffffn);
  });

  it('refuse operands of the wrong type, naming them', () => {
    expect(() => i32.add(i32.const(1), i64.const(1))).toThrow('i32.add: an operand is i64, not i32');
    expect(() => f64.add(i32.const(1), i32.const(1))).toThrow('f64.add');
  });

  it('select between values of any type', () => {
    const f = compile<(x: number) => number>(I32_I32, (b) => b.return(select(b.param(0), i32.const(7), i32.const(9))));
    expect([f(1), f(0)]).toEqual([7, 9]);
  });
});

describe('FunctionBuilder', () => {
  it('makes loops with branches out of them', () => {
    const sum = compile<(n: number) => number>(I32_I32, (f) => {
      const [i, total] = [f.local('i32'), f.local('i32')];
      f.set(i, f.param(0));
      f.block((done) =>
        f.loop((again) => {
          f.brIf(done, i32.eqz(f.get(i)));
          f.set(total, i32.add(f.get(total), f.get(i)));
          f.set(i, i32.sub(f.get(i), i32.const(1)));
          f.br(again);
        }),
      );
      f.return(f.get(total));
    });
    expect(sum(100)).toBe(5050);
  });

  it('reads memory when asked, not when the value is used', () => {
    const { f } = instantiate((module) => {
      module.importMemory('env', 'memory', 1, 1);
      const ref = module.func(I32_I32, (b) => {
        b.store('i32', i32.const(16), b.param(0));
        const before = b.load('i32', i32.const(16));
        b.store('i32', i32.const(16), i32.const(99));
        b.return(before);
      });
      module.exportFunction('f', ref);
    });
    expect((f as (x: number) => number)(5)).toBe(5);
  });

  it('leaves out branches of conditions that are constant', () => {
    const f = compile<(x: number) => number>(I32_I32, (b) => {
      b.if(i32.const(0), () => b.unreachable());
      b.return(b.param(0));
    });
    expect(f(3)).toBe(3);
  });

  it('notices a block left open', () => {
    expect(() => compile(I32_I32, (f) => f.block(() => f.block(() => f.return(i32.const(1)))))).toThrow();
  });
});

describe('ModuleBuilder', () => {
  it('links functions that call each other, by tail calls through the table, too', () => {
    const type: FuncType = { params: ['i32', 'i32'], results: ['i32'] };
    const { f } = instantiate((module) => {
      module.importMemory('env', 'memory', 1, 1);
      module.importTable('env', 'table', 8);
      const down = module.declare(type);
      module.define(down, (b) => {
        b.if(i32.eqz(b.param(0)), () => b.return(b.param(1)));
        b.tailCallIndirect(
          module.typeIndex(type),
          i32.const(3),
          i32.sub(b.param(0), i32.const(1)),
          i32.add(b.param(1), i32.const(2)),
        );
      });
      module.element(3, [down]);
      module.exportFunction('f', down);
    });
    // Deep enough to overflow the stack if these were calls.
    expect((f as (n: number, sum: number) => number)(1_000_000, 0)).toBe(2_000_000);
  });

  it('puts functions where they were declared, in whatever order they are defined', () => {
    const exports = instantiate((module) => {
      const refs = [10, 11, 12].map((value) => ({ value, ref: module.declare(I32_I32) }));
      for (const { value, ref } of [refs[2]!, refs[0]!, refs[1]!])
        module.define(ref, (b) => b.return(i32.add(b.param(0), i32.const(value))));
      for (const { value, ref } of refs) module.exportFunction(`f${value}`, ref);
    }) as Record<string, (x: number) => number>;
    expect([10, 11, 12].map((value) => exports[`f${value}`]!(100))).toEqual([110, 111, 112]);
  });

  it('says which function was declared and never defined', () => {
    const module = new ModuleBuilder();
    module.declare(I32_I32);
    expect(() => module.finish()).toThrow('function 0 was declared and never defined');
  });
});
