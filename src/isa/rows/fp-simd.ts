import { needing, type Row } from '../row';
import { bfloat } from './bfloat';
import { crypto } from './crypto';
import { fpConvert, fpConvertHalf, fpConvertJavascript } from './fp-convert';
import { fpRoundToInteger } from './fp-round-to-integer';
import { fpScalar, fpScalarHalf } from './fp-scalar';
import { simdAcrossLanes } from './simd-across-lanes';
import { simdByElement, simdScalarByElement } from './simd-by-element';
import { simdComplex } from './simd-complex';
import { simdCopy } from './simd-copy';
import { simdFpLong } from './simd-fp-long';
import { simdFpThreeSame, simdFpThreeSameHalf } from './simd-fp-three-same';
import { simdFpTwoMisc, simdFpTwoMiscHalf } from './simd-fp-two-misc';
import { simdLoadStore } from './simd-load-store';
import { fpMoveHalf, simdModifiedImmediate } from './simd-modified-immediate';
import { simdPermute } from './simd-permute';
import { simdScalarShiftImmediate, simdShiftImmediate } from './simd-shift-immediate';
import { simdScalarThreeDifferent, simdThreeDifferent } from './simd-three-different';
import { simdScalarThreeSame, simdThreeSame } from './simd-three-same';
import { simdThreeSameExtra } from './simd-three-same-extra';
import { simdScalarTwoMisc, simdTwoMisc } from './simd-two-misc';

/** Floating point, Advanced SIMD and cryptography. */
export const fpSimd: Row[] = [
  ...needing('FEAT_FP', [...fpScalar, ...fpConvert]),
  ...needing('FEAT_AdvSIMD', [
    ...simdLoadStore,
    ...simdCopy,
    ...simdPermute,
    ...simdModifiedImmediate,
    ...simdThreeSame,
    ...simdScalarThreeSame,
    ...simdThreeDifferent,
    ...simdScalarThreeDifferent,
    ...simdTwoMisc,
    ...simdScalarTwoMisc,
    ...simdAcrossLanes,
    ...simdShiftImmediate,
    ...simdScalarShiftImmediate,
    ...simdByElement,
    ...simdScalarByElement,
    ...simdFpThreeSame,
    ...simdFpTwoMisc,
  ]),
  ...simdThreeSameExtra,
  ...needing('FEAT_FP16', [...fpScalarHalf, ...fpConvertHalf, fpMoveHalf, ...simdFpThreeSameHalf, ...simdFpTwoMiscHalf]),
  ...crypto,
  ...fpRoundToInteger,
  ...fpConvertJavascript,
  ...simdComplex,
  ...simdFpLong,
  ...bfloat,
];
