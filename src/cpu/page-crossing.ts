import { SERVICE } from '../isa/emitter';
import { type Expr, type FunctionBuilder, type FunctionRef, i32, i64, select } from '../wasm';
import { CPU, TLB } from './layout';

const PAGE = 4096;

/**
 * The slow way of a memory access (SERVICE.LOAD and STORE), in Wasm as far as it goes: one that crosses into another page, where the TLB has both, is put
 * together from bytes. All else is for TypeScript. Type: that of a service.
 */
export function buildSlowAccess(f: FunctionBuilder, service: FunctionRef): void {
  const [cpu, record, acc, code] = [f.param(0), f.param(1), f.param(2), f.param(3)];
  const address = f.load('i64', cpu, CPU.SLOW_VA);
  const low = f.let(i32.wrap(address));
  const bytes = f.let(i32.and(code, i32.const(31)));
  // Bytes that are in the first page.
  const first = f.let(i32.sub(i32.const(PAGE), i32.and(low, i32.const(PAGE - 1))));
  f.if(i32.ltU(first, bytes), () => {
    const isStore = f.let(i32.and(code, i32.const(SERVICE.STORE)));
    const privileged = f.load('i32', cpu, CPU.DTLB);
    const unprivileged = f.load('i32', cpu, CPU.DTLB_UNPRIV);
    const table = select(i32.and(code, i32.const(SERVICE.UNPRIVILEGED)), unprivileged, privileged);
    const half = f.let(i32.add(table, select(isStore, i32.const(TLB.WRITE), i32.const(0))));
    const page = f.let(i64.and(address, i64.const(-PAGE)));
    const entryOf = (at: Expr): Expr =>
      f.let(i32.add(half, i32.and(i32.wrap(i64.shrU(at, i64.const(8))), i32.const((TLB.ENTRIES - 1) * TLB.ENTRY_SIZE))));
    const next = f.let(i64.add(page, i64.const(PAGE)));
    const [here, there] = [entryOf(page), entryOf(next)];
    const bothHit = i32.and(i64.eq(f.load('i64', here), page), i64.eq(f.load('i64', there), next));
    f.if(bothHit, () => {
      const hosts = [i32.add(low, f.load('i32', here, TLB.ADDEND)), i32.add(i32.wrap(next), f.load('i32', there, TLB.ADDEND))];
      const [one, other] = hosts.map((host) => f.let(host)) as [Expr, Expr];
      const at = f.local('i32');
      f.set(at, i32.const(0));
      f.loop((again) => {
        const i = f.get(at);
        const inFirst = i32.ltU(i, first);
        const host = f.let(select(inFirst, i32.add(one, i), i32.add(other, i32.sub(i, first))));
        const scratch = f.let(i32.add(cpu, i));
        f.if(
          isStore,
          () => f.store('i32_8', host, f.load('i32_8u', scratch, CPU.SCRATCH)),
          () => f.store('i32_8', scratch, f.load('i32_8u', host), CPU.SCRATCH),
        );
        f.set(at, i32.add(i, i32.const(1)));
        f.brIf(again, i32.ltU(f.get(at), bytes));
      });
      f.return(i32.const(0));
    });
  });
  f.return(f.call(service, cpu, record, acc, code));
}
