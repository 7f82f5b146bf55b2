import { type Expr, type FunctionBuilder, type FunctionRef, i32, i64, select, type ValType } from '../../wasm';
import { PAUTH_FLAG, CPU_STATE as STATE } from '../cpu-state';
import type { Helper } from './helper';
import { qarma5 } from './qarma';
import { POINTER_CODES, TABLES } from './tables';

/** FEAT_PAuth (Arm ARM, shared/functions/pac): AddPAC, Auth, Strip and ComputePAC over the keys and fields in the vCPU's state. */

const BIT_55 = 1n << 55n;
const BYTES_OF_KEY = 16;

type Call = (name: string, ...args: Expr[]) => Expr;

const pointerHelper = (params: readonly ValType[], body: (f: FunctionBuilder, call: Call, ...args: Expr[]) => Expr): Helper => ({
  type: { params: ['i32', ...params], results: ['i64'] },
  rounds: false,
  build: (f: FunctionBuilder, helpers: Pick<ReadonlyMap<string, FunctionRef>, 'get'>) => {
    const call: Call = (name, ...args) => f.call(helpers.get(name)!, f.param(0), ...args)!;
    f.return(body(f, call, ...params.map((_, i) => f.param(i + 1))));
  },
});

/** ComputePAC itself: data, modifier, low and high half of the key. */
const encrypt = pointerHelper(['i64', 'i64', 'i64', 'i64'], (f, _call, data, modifier, low, high) => {
  const last = f.let(i64.xor(i64.rotr(high!, i64.const(1)), i64.shrU(high!, i64.const(63))));
  return qarma5(f, data!, modifier!, high!, low!, last);
});

/**
 * `pac_compute`: the code of data under a modifier and the key with a number. What was computed of late is kept, with all that it was computed from: a
 * function's return address is authenticated as it was signed, and both again at its next call from the same place.
 */
const compute = pointerHelper(['i64', 'i64', 'i32'], (f, call, data, modifier, key) => {
  const at = f.let(i32.add(f.param(0), i32.mul(key!, i32.const(BYTES_OF_KEY))));
  const low = f.let(f.load('i64', at, STATE.PAC_KEYS));
  const high = f.let(f.load('i64', at, STATE.PAC_KEYS + 8));
  const hash = i32.add(
    i32.mul(i32.wrap(data!), i32.const(0x9e3779b1 | 0)),
    i32.mul(i32.wrap(modifier!), i32.const(0x85ebca6b | 0)),
  );
  const entry = f.let(i32.shl(i32.shrU(hash, i32.const(32 - POINTER_CODES.INDEX_BITS)), i32.const(POINTER_CODES.SHIFT)));
  const kept = (offset: number): Expr => f.load('i64', entry, TABLES.POINTER_CODES + offset);
  const keep = (offset: number, value: Expr): void => f.store('i64', entry, value, TABLES.POINTER_CODES + offset);
  const inputs = [data!, modifier!, low, high];
  const differences = inputs.map((value, i) => i64.xor(kept(8 * i), value)).reduce(i64.or);
  f.if(i64.eqz(differences), () => f.return(kept(POINTER_CODES.RESULT)));
  const result = f.let(call('pac_encrypt', ...inputs));
  for (const [i, value] of inputs.entries()) keep(8 * i, value);
  keep(POINTER_CODES.RESULT, result);
  return result;
});

/** Bits of a pointer that hold its code, but for bit 55: by the half of the address space (i32, 0 or 1) and whether it points to data. */
const fieldOf = (f: FunctionBuilder, half: Expr, isData: Expr): Expr =>
  f.let(f.load('i64', i32.add(f.param(0), i32.shl(i32.or(i32.shl(isData, i32.const(1)), half), i32.const(3))), STATE.PAC_FIELDS));

/** A pointer with all bits of `field` as in its half. */
const extended = (pointer: Expr, field: Expr, half: Expr): Expr =>
  select(half, i64.or(pointer, field), i64.and(pointer, i64.xor(field, i64.const(-1))));

const bitOf = (value: Expr, bit: Expr): Expr => i32.wrap(i64.and(i64.shrU(value, bit), i64.const(1)));
const isEnabled = (f: FunctionBuilder, flags: Expr, key: Expr): void =>
  f.if(i32.eqz(i32.and(i32.shrU(flags, key), i32.const(1))), () => f.return(f.param(1)));
/** Keys 0 to 3 are IA, IB, DA and DB. */
const isDataKey = (f: FunctionBuilder, key: Expr): Expr => f.let(i32.shrU(key, i32.const(1)));
/** Whether the field has the top byte: it is not ignored. */
const hasTopByte = (field: Expr): Expr => i64.ltS(field, i64.const(0));

/** `pac_sign`, AddPAC: pointer, modifier, number of the key. */
const sign = pointerHelper(['i64', 'i64', 'i32'], (f, call, pointer, modifier, key) => {
  const flags = f.let(f.load('i32', f.param(0), STATE.PAC_FLAGS));
  isEnabled(f, flags, key!);
  const isData = isDataKey(f, key!);
  // Bit 63 says which half is meant, but where a top byte is ignored.
  const byTop = i32.and(i32.shrU(flags, i32.add(isData, i32.const(PAUTH_FLAG.BIT_55_SHIFT))), i32.const(1));
  const half = f.let(bitOf(pointer!, select(byTop, i64.const(55), i64.const(63))));
  const field = fieldOf(f, half, isData);
  const whole = f.let(i64.or(field, i64.const(BIT_55)));
  const extension = f.let(extended(pointer!, whole, half));
  const code = f.local('i64');
  f.set(code, call('pac_compute', extension, modifier!, key!));
  const found = f.let(i64.and(pointer!, whole));
  // No pointer: its code is made wrong.
  f.if(i32.eqz(i32.or(i64.eqz(found), i64.eq(found, whole))), () =>
    f.set(code, i64.xor(f.get(code), select(hasTopByte(field), i64.const(1n << 62n), i64.const(1n << 54n)))),
  );
  const kept = i64.and(extension, i64.xor(field, i64.const(-1)));
  return i64.or(kept, i64.and(f.get(code), field));
});

/** `pac_authenticate`, Auth: pointer, modifier, number of the key. A wrong code leaves an address that is not canonical. */
const authenticate = pointerHelper(['i64', 'i64', 'i32'], (f, call, pointer, modifier, key) => {
  isEnabled(f, f.load('i32', f.param(0), STATE.PAC_FLAGS), key!);
  const half = f.let(bitOf(pointer!, i64.const(55)));
  const field = fieldOf(f, half, isDataKey(f, key!));
  const original = f.let(extended(pointer!, field, half));
  const code = call('pac_compute', original, modifier!, key!);
  f.if(i64.eqz(i64.and(i64.xor(code, pointer!), field)), () => f.return(original));
  // 01 for an A key, 10 for a B key.
  const error = i64.add(i64.extendU(i32.and(key!, i32.const(1))), i64.const(1));
  const at = f.let(select(hasTopByte(field), i64.const(61), i64.const(53)));
  const cleared = i64.and(original, i64.xor(i64.shl(i64.const(3), at), i64.const(-1)));
  return i64.or(cleared, i64.shl(error, at));
});

/** `pac_strip`: pointer, and whether it is one to data. */
const strip = pointerHelper(['i64', 'i32'], (f, _call, pointer, isData) => {
  const half = f.let(bitOf(pointer!, i64.const(55)));
  return extended(pointer!, fieldOf(f, half, isData!), half);
});

export const pointerAuthenticationHelpers: Record<string, Helper> = {
  pac_encrypt: encrypt,
  pac_compute: compute,
  pac_sign: sign,
  pac_authenticate: authenticate,
  pac_strip: strip,
};
