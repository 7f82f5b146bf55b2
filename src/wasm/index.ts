export { ByteWriter } from './bytes';
export { Expr, globalValue, Local } from './expr';
export { FunctionBuilder, type Label, type LoadKind, loadedType, type StoreKind } from './function';
export { type FunctionRef, type GlobalRef, ModuleBuilder } from './module';
export { f32, f64, i32, i64, select } from './ops';
export { extractLane, type LaneShape, replaceLane, shuffle, simd, v128Const } from './simd';
export type { FuncType, ValType } from './types';
