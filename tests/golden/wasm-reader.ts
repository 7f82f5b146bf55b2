/** Reads the modules that src/wasm writes: enough of the binary format (core specification, section 5) to print their functions. */

export class Reader {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}
  get done(): boolean {
    return this.at >= this.bytes.length;
  }
  u8(): number {
    return this.bytes[this.at++]!;
  }
  take(count: number): Uint8Array {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  /** Unsigned LEB128. */
  u(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  /** Signed LEB128. */
  s(): bigint {
    let value = 0n;
    for (let shift = 0n; ; ) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) return byte & 0x40 ? value - (1n << shift) : value;
    }
  }
  name(): string {
    return new TextDecoder().decode(this.take(this.u()));
  }
  sized(): Reader {
    return new Reader(this.take(this.u()));
  }
  list<T>(one: () => T): T[] {
    return Array.from({ length: this.u() }, one);
  }
}

export interface WasmFunctionType {
  params: number;
  results: number;
}
export interface WasmFunction {
  name: string;
  type: WasmFunctionType;
  /** Locals and code of a function that is not imported. */
  body?: Uint8Array;
}
export interface WasmModule {
  types: WasmFunctionType[];
  functions: WasmFunction[];
  /** Names of imported globals. */
  globals: string[];
}

const SECTION = { TYPE: 1, IMPORT: 2, FUNCTION: 3, EXPORT: 7, CODE: 10 } as const;

export function readModule(bytes: Uint8Array): WasmModule {
  const module = new Reader(bytes);
  module.take(8);
  const types: WasmFunctionType[] = [];
  const functions: WasmFunction[] = [];
  const globals: string[] = [];
  let imported = 0;
  while (!module.done) {
    const id = module.u8();
    const r = module.sized();
    if (id === SECTION.TYPE)
      r.list(() => {
        r.u8();
        types.push({ params: r.list(() => r.u8()).length, results: r.list(() => r.u8()).length });
      });
    if (id === SECTION.IMPORT)
      r.list(() => {
        r.name();
        const name = r.name();
        const kind = r.u8();
        if (kind === 0) imported = functions.push({ name, type: types[r.u()]! });
        else if (kind === 3) {
          globals.push(name);
          r.u8();
          r.u8();
        } else {
          if (kind === 1) r.u8();
          if (r.u8()) r.u();
          r.u();
        }
      });
    if (id === SECTION.FUNCTION)
      for (const type of r.list(() => r.u())) functions.push({ name: `function${functions.length}`, type: types[type]! });
    if (id === SECTION.EXPORT)
      r.list(() => {
        const name = r.name();
        if (r.u8() === 0) functions[r.u()]!.name = name;
        else r.u();
      });
    if (id === SECTION.CODE) {
      const bodies = r.list(() => r.sized().bytes);
      for (const [i, body] of bodies.entries()) functions[imported + i]!.body = body;
    }
  }
  return { types, functions, globals };
}
