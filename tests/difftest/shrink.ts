import { type Case, NOP, type Result, type State } from './case';
import { type Difference, isTelling } from './compare-rows';
import { same } from './differences';
import type { EngineUnderTest } from './engine-under-test';
import type { QemuUserOracle } from './oracle-qemu-user';
import { cpuModel } from './rules';

/** Reduces a difference to the smallest state that still shows it: everything that does not matter becomes zero. */

type Simplify<S> = (one: S) => S;

const ROUNDS = 8;
const CHUNK = 64;

function zeroed(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const copy = bytes.slice();
  copy.fill(0, from, from + length);
  return copy;
}

/** Simplifications of a state that would change something. */
export function simplerStates<S extends State>(one: S): Simplify<S>[] {
  const list: Simplify<S>[] = [];
  one.x.forEach((value, i) => {
    if (value) list.push((c) => ({ ...c, x: c.x.map((old, n) => (n === i ? 0n : old)) }));
  });
  for (const name of ['nzcv', 'fpcr', 'fpsr'] as const) if (one[name]) list.push((c) => ({ ...c, [name]: 0 }));
  if (one.sp) list.push((c) => ({ ...c, sp: 0n }));
  for (const [name, size] of [
    ['v', 8],
    ['memory', CHUNK],
  ] as const) {
    for (let at = 0; at < one[name].length; at += size) {
      if (one[name].subarray(at, at + size).some(Boolean)) list.push((c) => ({ ...c, [name]: zeroed(c[name], at, size) }));
    }
  }
  return list;
}

export async function shrink(difference: Difference, engine: EngineUnderTest, oracle: QemuUserOracle): Promise<Difference> {
  const { row, engine: by } = difference;
  /** Of each case: the difference, if it is one. */
  const examine = async (cases: readonly Case[]): Promise<(Difference | undefined)[]> => {
    const expected = await oracle.run(cases, cpuModel(row));
    const actual: Result[] = engine.run(cases, by);
    return cases.map((one, i) => {
      const [want, got] = [expected[i]!, actual[i]!];
      return isTelling(want) && !same(want, got) ? { row, engine: by, one, expected: want, actual: got } : undefined;
    });
  };
  let best = difference;
  if (best.one.prelude !== NOP) best = (await examine([{ ...best.one, prelude: NOP }]))[0] ?? best;
  for (let round = 0; round < ROUNDS; round++) {
    const { one } = best;
    const possible = simplerStates(one);
    if (!possible.length) break;
    const alone = await examine(possible.map((simplify) => simplify(one)));
    const harmless = possible.filter((_, i) => alone[i]);
    if (!harmless.length) break;
    // Together they may be too much: the longest run of them that still differs.
    let simpler = one;
    const together = await examine(harmless.map((simplify) => (simpler = simplify(simpler))));
    best = together.filter((found) => found !== undefined).at(-1) ?? best;
  }
  return best;
}
