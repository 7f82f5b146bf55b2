import { extractLane, ModuleBuilder, simd } from '../../wasm';

/** One function by precision: n * m + a by relaxed_madd. */
function probe(type: 'f32' | 'f64'): Uint8Array<ArrayBuffer> {
  const shape = type === 'f64' ? 'f64x2' : 'f32x4';
  const module = new ModuleBuilder();
  const ref = module.func({ params: [type, type, type], results: [type] }, (f) => {
    const [n, m, a] = [0, 1, 2].map((i) => simd(`${shape}.splat`, f.param(i)));
    f.return(extractLane(shape, simd(`${shape}.relaxed_madd`, n!, m!, a!), 0));
  });
  module.exportFunction('madd', ref);
  return module.finish();
}

/** Whether relaxed_madd of a precision exists and rounds once: (1 + e)(1 + e) - (1 + 2e) is e * e then, else 0. */
function fuses(type: 'f32' | 'f64', e: number): boolean {
  const bytes = probe(type);
  if (!WebAssembly.validate(bytes)) return false;
  const { madd } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as {
    madd(n: number, m: number, a: number): number;
  };
  return madd(1 + e, 1 + e, -(1 + 2 * e)) === e * e;
}

let known: boolean | undefined;

/**
 * Whether the host's relaxed_madd (relaxed SIMD) is a fused multiply-add. Hosts may do as they like, but do one or the other always: V8 asks the
 * processor once.
 */
export function hostFuses(): boolean {
  known ??= fuses('f64', 2 ** -30) && fuses('f32', 2 ** -12);
  return known;
}
