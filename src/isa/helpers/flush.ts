import { extractLane, i32, i64, replaceLane } from '../../wasm';
import { flushed, rawOf, scalarOf, typeOf } from './fp-operand';
import { type Helper, helper } from './helper';
import { DOUBLE, type FloatFormat, SINGLE } from './nan';

/** Operands of operations that round nothing, with denormal ones made zero where FPCR says so: see {@link flushed}. */

const scalar = (of: FloatFormat): Helper =>
  helper([typeOf(of)], typeOf(of), (f, value) => scalarOf(of, flushed(f, of, rawOf(of, value!))));

/** Lanes that do not count are zero. */
const vector = (of: FloatFormat): Helper =>
  helper(['v128'], 'v128', (f, value) => {
    const isDouble = of === DOUBLE;
    const shape = isDouble ? 'i64x2' : 'i32x4';
    const result = f.local('v128');
    f.set(result, value!);
    for (let i = 0; i < (isDouble ? 2 : 4); i++) {
      const raw = extractLane(shape, value!, i);
      const bits = flushed(f, of, isDouble ? raw : i64.extendU(raw));
      f.set(result, replaceLane(shape, f.get(result), i, isDouble ? bits : i32.wrap(bits)));
    }
    return f.get(result);
  });

/** `flush_<f32|f64|f32x4|f64x2>` */
export const flushHelpers: Record<string, Helper> = {
  flush_f32: scalar(SINGLE),
  flush_f64: scalar(DOUBLE),
  flush_f32x4: vector(SINGLE),
  flush_f64x2: vector(DOUBLE),
};
