/** (func (return_call 0)): valid only where tail calls are. */
const TAIL_CALL = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x12, 0, 0x0b];
/** (func (result v128) (v128.const 0)) */
const SIMD = [
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  0x60,
  0,
  1,
  0x7b,
  3,
  2,
  1,
  0,
  10,
  22,
  1,
  20,
  0,
  0xfd,
  12,
  ...Array<number>(16).fill(0),
  0x0b,
];

/** The least there is: the magic number and the version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Content Security Policy: who may not evaluate code may not compile WebAssembly either, and is not told so before it is tried. */
function mayCompile(): boolean {
  try {
    return new WebAssembly.Module(EMPTY_MODULE) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

/** What keeps machines from running here, in one sentence; undefined if nothing does. */
export function missingFeatures(): string | undefined {
  if (typeof WebAssembly === 'undefined') return 'This browser has no WebAssembly, which Dormouse is built on.';
  const lacks: string[] = [];
  if (!WebAssembly.validate(new Uint8Array(TAIL_CALL))) lacks.push('WebAssembly tail calls');
  if (!WebAssembly.validate(new Uint8Array(SIMD))) lacks.push('WebAssembly SIMD');
  if (typeof DecompressionStream === 'undefined') lacks.push('DecompressionStream');
  if (lacks.length === 0) {
    if (mayCompile()) return undefined;
    return "This site forbids WebAssembly to its scripts: whoever runs it adds 'wasm-unsafe-eval' to script-src in its Content-Security-Policy.";
  }
  return `This browser lacks ${lacks.join(' and ')}; Chrome 112, Firefox 121, Safari 18.2 and later have what Dormouse needs.`;
}
