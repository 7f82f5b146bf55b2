import type { FunctionBuilder, FuncType } from '../wasm';

/** Wasm functions too big to stand in every handler that needs them; meanings call them with `k.helper(name, ...)`. */
export const HELPERS: Readonly<Record<string, { type: FuncType; build(f: FunctionBuilder): void }>> = {};
