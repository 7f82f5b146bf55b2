import { HELPERS } from '../../src/isa/helpers';
import { ModuleBuilder, i32, f64, f32 } from '../../src/wasm';
for (const [name, ty] of [['fma_f64', 'f64'], ['fma_f32', 'f32']] as const) {
const m = new ModuleBuilder(); m.importMemory('env', 'memory', 1, 1);
const h = m.func(HELPERS[name]!.type, f => HELPERS[name]!.build(f));
const T = ty === 'f64' ? f64 : f32;
for (const mode of ['fma', 'plain']) {
const ref = m.func({ params: ['i32'], results: [ty] }, f => {
  const n = f.local('i32'); const acc = f.local(ty); f.set(acc, T.const(0)); f.set(n, f.param(0));
  f.loop(l => {
    const x = T.convertI32S(f.get(n));
    if (mode === 'fma') f.set(acc, f.call(h, i32.const(0), T.mul(f.get(acc), T.const(0.9999)), f.let(T.add(x, T.const(0.3))), T.const(1.1))!);
    else f.set(acc, T.add(T.mul(f.get(acc), T.const(0.9999)), T.mul(T.add(x, T.const(0.3)), T.const(1.1))));
    f.set(n, i32.sub(f.get(n), i32.const(1)));
    f.brIf(l, f.get(n));
  });
  f.return(f.get(acc));
});
m.exportFunction(mode, ref);
}
const ex = new WebAssembly.Instance(new WebAssembly.Module(m.finish()), { env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 1 }) } }).exports as any;
for (const mode of ['fma', 'plain']) { ex[mode](1e6); const t = performance.now(); const r = ex[mode](1e7); console.log(name, mode, ((performance.now() - t) / 10).toFixed(1), 'ns', r); }
}
