import type { LoadKind, StoreKind } from '../../wasm';

/** General registers by log2 of the bytes accessed; loads widen to 64 bits. */
export const STORE_KIND: readonly StoreKind[] = ['i64_8', 'i64_16', 'i64_32', 'i64'];
export const LOAD_ZERO: readonly LoadKind[] = ['i64_8u', 'i64_16u', 'i64_32u', 'i64'];
export const LOAD_SIGNED: readonly LoadKind[] = ['i64_8s', 'i64_16s', 'i64_32s', 'i64'];

/**
 * Scalar vector registers by log2 of their size in bytes: how they are loaded, and how they are read and stored. From 4 bytes on they stay in vector registers
 * of the host, which a way through its general ones would cost more.
 */
export const V_LOAD: readonly LoadKind[] = ['i32_8u', 'i32_16u', 'v128_32z', 'v128_64z', 'v128'];
export const V_READ: readonly LoadKind[] = ['i32_8u', 'i32_16u', 'f32', 'f64', 'v128'];
export const V_STORE: readonly StoreKind[] = ['i32_8', 'i32_16', 'f32', 'f64', 'v128'];
