/** Value types and their codes (core specification, section 5.3). */
export const VAL_CODE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValType = keyof typeof VAL_CODE;

export interface FuncType {
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}

export const sameType = (a: FuncType, b: FuncType): boolean =>
  a.params.join() === b.params.join() && a.results.join() === b.results.join();
