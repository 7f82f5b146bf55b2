import { ByteWriter } from './bytes';
import { type BranchHint, FunctionBuilder } from './function';
import { type FuncType, sameType, VAL_CODE } from './types';

/** A function of the module: its index and type, to call it by. */
export interface FunctionRef {
  readonly index: number;
  readonly type: FuncType;
}

/** An immutable i32 that is given when the module is instantiated. */
export interface GlobalRef {
  readonly global: number;
}

interface Import {
  module: string;
  name: string;
  write: (to: ByteWriter) => void;
}

const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
} as const;

/** Where the body of a function is in what was built so far. */
interface Body {
  start: number;
  end: number;
  hints: readonly BranchHint[];
}

/** The stretches that bodies lie in: one, unless a function was defined after another that was declared behind it. */
function joined(bodies: readonly Body[]): { start: number; end: number }[] {
  const stretches: { start: number; end: number }[] = [];
  for (const { start, end } of bodies) {
    const last = stretches.at(-1);
    if (last?.end === start) last.end = end;
    else stretches.push({ start, end });
  }
  return stretches;
}

/** Builds a WebAssembly binary module. Imports come first, as function indices demand. */
export class ModuleBuilder {
  private readonly types: FuncType[] = [];
  private readonly imports: Import[] = [];
  private importedFunctions = 0;
  private importedGlobals = 0;
  private readonly functions: { typeIndex: number; body: Body | undefined }[] = [];
  /** All bodies, in the order they were ended in: a thousand functions that each kept a buffer of their own would be most of the work. */
  private readonly bodies = new ByteWriter();
  private readonly exports: { name: string; kind: number; index: number }[] = [];
  private readonly elements: { offset: number | GlobalRef; functions: FunctionRef[] }[] = [];

  typeIndex(type: FuncType): number {
    const known = this.types.findIndex((other) => other === type || sameType(other, type));
    if (known >= 0) return known;
    this.types.push(type);
    return this.types.length - 1;
  }

  importFunction(module: string, name: string, type: FuncType): FunctionRef {
    if (this.functions.length) throw new Error(`import ${name} after the first function`);
    const typeIndex = this.typeIndex(type);
    this.imports.push({
      module,
      name,
      write: (to) => {
        to.u8(0);
        to.u32(typeIndex);
      },
    });
    return { index: this.importedFunctions++, type };
  }

  /** Sizes in 64 KiB pages. */
  importMemory(module: string, name: string, minimum: number, maximum: number): void {
    this.imports.push({
      module,
      name,
      write: (to) => {
        to.bytes([2, 1]);
        to.u32(minimum);
        to.u32(maximum);
      },
    });
  }

  importTable(module: string, name: string, minimum: number): void {
    this.imports.push({
      module,
      name,
      write: (to) => {
        to.bytes([1, 0x70, 0]);
        to.u32(minimum);
      },
    });
  }

  importGlobal(module: string, name: string): GlobalRef {
    this.imports.push({ module, name, write: (to) => to.bytes([3, VAL_CODE.i32, 0]) });
    return { global: this.importedGlobals++ };
  }

  /** Reserves an index, so that functions can call each other before they are built. */
  declare(type: FuncType): FunctionRef {
    this.functions.push({ typeIndex: this.typeIndex(type), body: undefined });
    return { index: this.importedFunctions + this.functions.length - 1, type };
  }

  define(ref: FunctionRef, build: (f: FunctionBuilder) => void): void {
    const entry = this.functions[ref.index - this.importedFunctions];
    if (!entry) throw new Error(`function ${ref.index} is not declared in this module`);
    const builder = new FunctionBuilder(ref.type);
    build(builder);
    entry.body = this.end(builder);
  }

  private end(builder: FunctionBuilder): Body {
    const start = this.bodies.length;
    const hints = builder.end(this.bodies);
    return { start, end: this.bodies.length, hints };
  }

  func(type: FuncType, build: (f: FunctionBuilder) => void): FunctionRef {
    const ref = this.declare(type);
    this.define(ref, build);
    return ref;
  }

  /** A function that was built before, and ends here: so its code may import what it needs, when it needs it. */
  add(builder: FunctionBuilder): FunctionRef {
    const ref = this.declare(builder.type);
    this.functions.at(-1)!.body = this.end(builder);
    return ref;
  }

  exportFunction(name: string, ref: FunctionRef): void {
    this.exports.push({ name, kind: 0, index: ref.index });
  }

  /** Puts functions into table 0 from `offset` on when the module is instantiated. */
  element(offset: number | GlobalRef, functions: FunctionRef[]): void {
    this.elements.push({ offset, functions });
  }

  finish(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.bytes([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const section = (id: number, count: number, write: (to: ByteWriter) => void): void => {
      if (!count) return;
      const body = new ByteWriter();
      body.u32(count);
      write(body);
      out.u8(id);
      out.sized(body);
      body.release();
    };
    const bodies = this.functions.map(({ body }, index) => {
      if (!body) throw new Error(`function ${index + this.importedFunctions} was declared and never defined`);
      return body;
    });
    section(SECTION.type, this.types.length, (to) => {
      for (const type of this.types) {
        to.u8(0x60);
        to.u32(type.params.length);
        to.bytes(type.params.map((t) => VAL_CODE[t]));
        to.u32(type.results.length);
        to.bytes(type.results.map((t) => VAL_CODE[t]));
      }
    });
    section(SECTION.import, this.imports.length, (to) => {
      for (const { module, name, write } of this.imports) {
        to.name(module);
        to.name(name);
        write(to);
      }
    });
    section(SECTION.function, this.functions.length, (to) => {
      for (const { typeIndex } of this.functions) to.u32(typeIndex);
    });
    section(SECTION.export, this.exports.length, (to) => {
      for (const { name, kind, index } of this.exports) {
        to.name(name);
        to.u8(kind);
        to.u32(index);
      }
    });
    section(SECTION.element, this.elements.length, (to) => {
      for (const { offset, functions } of this.elements) {
        to.u8(0);
        if (typeof offset === 'number') {
          to.u8(0x41);
          to.s32(offset);
        } else {
          to.u8(0x23);
          to.u32(offset.global);
        }
        to.u8(0x0b);
        to.u32(functions.length);
        for (const { index } of functions) to.u32(index);
      }
    });
    const hinted = bodies.flatMap(({ hints }, index) => (hints.length ? [{ hints, index: index + this.importedFunctions }] : []));
    if (hinted.length) {
      const custom = new ByteWriter();
      custom.name('metadata.code.branch_hint');
      custom.u32(hinted.length);
      for (const { hints, index } of hinted) {
        custom.u32(index);
        custom.u32(hints.length);
        for (const { offset, likely } of hints) {
          custom.u32(offset);
          custom.bytes([1, likely ? 1 : 0]);
        }
      }
      out.u8(SECTION.custom);
      out.sized(custom);
      custom.release();
    }
    section(SECTION.code, bodies.length, (to) => {
      for (const { start, end } of joined(bodies)) to.bytes(this.bodies.finish().subarray(start, end));
    });
    this.bodies.release();
    const bytes = out.finish().slice();
    out.release();
    return bytes;
  }
}
