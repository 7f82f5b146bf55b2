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

/** What this browser lacks, in one sentence; undefined if it has all that is needed. */
export function missingFeatures(): string | undefined {
  if (typeof WebAssembly === 'undefined') return 'This browser has no WebAssembly, which Dormouse is built on.';
  const lacks: string[] = [];
  if (!WebAssembly.validate(new Uint8Array(TAIL_CALL))) lacks.push('WebAssembly tail calls');
  if (!WebAssembly.validate(new Uint8Array(SIMD))) lacks.push('WebAssembly SIMD');
  if (typeof DecompressionStream === 'undefined') lacks.push('DecompressionStream');
  if (lacks.length === 0) return undefined;
  return `This browser lacks ${lacks.join(' and ')}; Chrome 112, Firefox 121, Safari 18.2 and later have what Dormouse needs.`;
}
