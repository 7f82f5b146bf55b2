// Node, which compiles what it runs: numbers, typed arrays, BigInt, regular expressions, WebAssembly, cryptography, compression, workers, streams.
import assert from 'node:assert';
import { execFileSync, fork } from 'node:child_process';
import { createCipheriv, createHash, createHmac, getHashes, hkdfSync, pbkdf2Sync, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import vm from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import zlib from 'node:zlib';

const file = new URL(import.meta.url);
const digest = (...parts) => createHash('md5').update(parts.map(String).join('|')).digest('hex');
let state = 12345;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
const say = (name, ...values) => console.log(name, ...values);

function numbers() {
  const unary = [
    'abs',
    'acos',
    'acosh',
    'asin',
    'asinh',
    'atan',
    'atanh',
    'cbrt',
    'ceil',
    'clz32',
    'cos',
    'cosh',
    'exp',
    'expm1',
    'floor',
    'fround',
    'log',
    'log10',
    'log1p',
    'log2',
    'round',
    'sign',
    'sin',
    'sinh',
    'sqrt',
    'tan',
    'tanh',
    'trunc',
  ];
  const limits = [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    0.49999999999999994,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    2 ** 52 + 0.5,
    2 ** 53,
    2 ** 63,
    -(2 ** 63),
    2 ** 64,
    1e300,
    5e-324,
    Infinity,
    -Infinity,
    NaN,
    Math.PI,
    1e22,
  ];
  for (const name of unary) {
    const f = new Function('x', `return Math.${name}(x)`);
    let words = '';
    for (const x of limits) words += `${Object.is(f(x), -0) ? '-0' : f(x)},`;
    // Until it is compiled for doubles, and past that.
    let sum = 0;
    for (let i = 0; i < 40_000; i++) {
      const y = f((random() / 2 ** 31 - 1) * 3);
      if (Math.abs(y) < 1e9) sum += y;
    }
    say(name, words, sum);
  }
  for (const source of [
    'a + b',
    'a - b',
    'a * b',
    'a / b',
    'a % b',
    'a ** b',
    'a | b',
    'a & b',
    'a ^ b',
    'a << b',
    'a >> b',
    'a >>> b',
    'a < b',
    'a <= b',
    'a == b',
    'Math.imul(a, b)',
    'Math.atan2(a, b)',
    'Math.hypot(a, b)',
    'Math.max(a, b)',
    'Math.min(a, b)',
    '~~(a * b)',
    '(a | 0) % (b | 0)',
    '((a | 0) / (b | 0)) | 0',
    '(a >>> 0) / (b >>> 0)',
  ]) {
    const f = new Function('a', 'b', `return ${source}`);
    const seen = [];
    for (const a of limits) for (const b of limits) seen.push(Object.is(f(a, b), -0) ? '-0' : f(a, b));
    let sum = 0;
    for (let i = 0; i < 60_000; i++) {
      const y = Number(f(random() | 0, random() >> (i & 31)));
      if (Number.isFinite(y)) sum = (sum + (y % 65537)) % 1e9;
    }
    for (let i = 0; i < 60_000; i++) {
      const y = Number(f(random() / 1e4, random() / 1e7));
      if (Number.isFinite(y)) sum = (sum + (y % 65537)) % 1e9;
    }
    say(source, digest(seen), sum);
  }
  say(
    'text',
    limits
      .map((x) =>
        [
          x.toString(7),
          x.toPrecision(9),
          x.toExponential(),
          Number.isFinite(x) && Math.abs(x) < 1e21 ? x.toFixed(7) : '',
          parseInt(x, 10),
          x | 0,
          x >>> 0,
        ].join(':'),
      )
      .join(' '),
  );
}

function typedArrays() {
  for (const Type of [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ]) {
    const big = Type.name.startsWith('Big');
    const a = new Type(4096);
    for (let i = 0; i < a.length; i++)
      a[i] = big ? BigInt(random()) * 0x9e3779b97f4a7c15n : (random() - 2 ** 31) / (i % 5 ? 1 : 1e6);
    const b = a.slice().sort();
    let sum = big ? 0n : 0;
    for (let round = 0; round < 20; round++)
      for (let i = 0; i < a.length; i++) sum = big ? BigInt.asIntN(64, sum * 31n + a[i]) : (sum * 31 + a[i]) % 1e12;
    say(
      Type.name,
      digest(a),
      digest(b),
      a.indexOf(b[77]),
      sum,
      digest(
        a
          .map((x) => x)
          .reverse()
          .fill(big ? 3n : 3.7, 5, 9)
          .copyWithin(1, 40, 90),
      ),
    );
    const view = new DataView(a.buffer);
    let bits = 0;
    for (let i = 0; i + 8 < view.byteLength; i += 3)
      bits =
        (Math.imul(bits, 33) +
          view.getInt16(i) +
          view.getUint32(i + 1, true) +
          (view.getFloat32(i) > 0) +
          Number(view.getBigInt64(i, true) & 0xffffn)) |
        0;
    say('view', bits);
  }
  const shared = new Int32Array(new SharedArrayBuffer(64));
  say(
    'atomics',
    Atomics.add(shared, 0, 5),
    Atomics.sub(shared, 0, 7),
    Atomics.and(shared, 0, 0xff),
    Atomics.or(shared, 0, 0x1000),
    Atomics.xor(shared, 0, 1),
    Atomics.exchange(shared, 0, 9),
    Atomics.compareExchange(shared, 0, 9, 4),
    Atomics.load(shared, 0),
    Atomics.wait(shared, 0, 4, 5),
  );
}

function bigNumbers() {
  let a = 1n;
  for (let i = 1n; i <= 600n; i++) a *= i;
  const b = 3n ** 1000n + 7n;
  say(
    'bigint',
    digest(a),
    digest(b),
    digest(a / b),
    digest(a % b),
    digest((a * b) >> 177n),
    digest(-a & b, -a | b, a ^ -b),
    BigInt.asUintN(64, -b),
    -7n / 2n,
    -7n % 2n,
  );
  let p = 1n;
  for (let e = 65537n, base = 12345678901234567890n, m = (1n << 255n) - 19n; e; e >>= 1n) {
    if (e & 1n) p = (p * base) % m;
    base = (base * base) % m;
  }
  let [x, y] = [0n, 1n];
  for (let i = 0; i < 3000; i++) [x, y] = [y, x + y];
  say('more', p, digest(x), x.toString(36).length);
}

function text() {
  const words = Array.from({ length: 30_000 }, () => (random() % 50_000).toString(36));
  const all = words.join(' ');
  say(
    'regexp',
    all.match(/\b(\w)\w*\1\b/g).length,
    digest(all.replace(/(?<=[aeiou])(\d+)/g, (_, d) => d.length)),
    all.split(/(?:a|b)+/).length,
    /^(?:(\w+) ?)+$/.test(all.slice(0, 300)),
    [...all.matchAll(/(?<first>[a-f])(?<rest>[0-9]{2})/g)].length,
    'Straße ÄÖ 🐭'.replace(/\p{Lu}/gu, '^').normalize('NFD').length,
    all.search(/zz[a-z]/i),
  );
  const map = new Map();
  for (const word of words) map.set(word, (map.get(word) ?? 0) + 1);
  say('map', map.size, digest([...map].sort()), digest(JSON.stringify(Object.fromEntries(map))), new Set(words).has('zz'));
  say(
    'dates',
    new Date(1e12).toISOString(),
    Date.UTC(2026, 10, 30),
    new Date(0).getDay(),
    encodeURIComponent('é/ü'),
    escape('ä'),
    new Intl.NumberFormat('de').format(1234567.891),
    ['b', 'ä', 'a'].sort(new Intl.Collator('de').compare).join(),
  );
}

class Shape {
  constructor(n) {
    this.n = n;
  }
  area() {
    return this.n;
  }
}
class Square extends Shape {
  area() {
    return this.n * this.n;
  }
}
class Circle extends Shape {
  area() {
    return this.n * 3;
  }
}
function objects() {
  // Types that change under compiled code, exceptions through it, closures, generators, deep recursion, garbage.
  let sum = 0;
  const shapes = [new Square(2), new Circle(3), new Shape(1)];
  for (let i = 0; i < 400_000; i++) sum += shapes[i % (i < 200_000 ? 2 : 3)].area();
  const add = (a, b) => a + b;
  for (let i = 0; i < 100_000; i++) add(i, 1);
  say('objects', sum, add('a', 1), add(2 ** 31 - 1, 1), add(1n, 2n), add([], {}));
  let caught = 0;
  for (let i = 0; i < 20_000; i++)
    try {
      if (i % 3 === 0) throw new RangeError(String(i));
      if (i % 7 === 0) null.x;
    } catch (error) {
      caught += error instanceof TypeError ? 1 : error.message.length;
    } finally {
      caught++;
    }
  function* count(n) {
    for (let i = 0; i < n; i++) yield i;
  }
  let generated = 0;
  for (const i of count(50_000)) generated += i;
  let depth = 0;
  const deep = () => {
    depth++;
    deep();
  };
  assert.throws(deep, RangeError);
  let list = null;
  for (let i = 0; i < 300_000; i++) list = { next: i % 1000 ? list : null, i, pad: [i, i + 0.5] };
  say('flow', caught, generated, depth > 1000, list.i, list.pad[1]);
  const fresh = vm.runInNewContext(
    'Array.from({length: 2000}, (_, i) => eval("(x) => x * " + i + " + " + (i % 13))).reduce((s, f, i) => s + f(i % 29), 0)',
  );
  say(
    'eval',
    fresh,
    [5, 3, 1, 4].toSorted().join(),
    structuredClone(new Map([[1, { a: [1n] }]])).get(1).a[0],
    Reflect.ownKeys(new Proxy({ a: 1 }, {})).join(),
  );
}

// A module as bytes: exported functions over i32, i64, f32, f64, memory and v128, called until V8 has optimised them.
function webAssembly() {
  const leb = (n) => {
    const out = [];
    do {
      let b = n & 127;
      n >>>= 7;
      if (n) b |= 128;
      out.push(b);
    } while (n);
    return out;
  };
  const section = (id, body) => [id, ...leb(body.length), ...body];
  const vector = (items) => [...leb(items.length), ...items.flat()];
  const [I32, I64, F32, F64] = [0x7f, 0x7e, 0x7d, 0x7c];
  const functions = [];
  const binary = (type, op, result = type) =>
    functions.push({ name: `f${functions.length}`, params: [type, type], result, code: [0x20, 0, 0x20, 1, ...op] });
  const unary = (type, op, result = type) =>
    functions.push({ name: `f${functions.length}`, params: [type], result, code: [0x20, 0, ...op] });
  for (let op = 0x46; op <= 0x4f; op++) binary(I32, [op], I32);
  for (let op = 0x51; op <= 0x5a; op++) binary(I64, [op], I32);
  for (let op = 0x5b; op <= 0x60; op++) binary(F32, [op], I32);
  for (let op = 0x61; op <= 0x66; op++) binary(F64, [op], I32);
  for (let op = 0x67; op <= 0x69; op++) unary(I32, [op]);
  for (let op = 0x6a; op <= 0x78; op++) binary(I32, [op]);
  for (let op = 0x79; op <= 0x7b; op++) unary(I64, [op]);
  for (let op = 0x7c; op <= 0x8a; op++) binary(I64, [op]);
  for (let op = 0x8b; op <= 0x91; op++) unary(F32, [op]);
  for (let op = 0x92; op <= 0x98; op++) binary(F32, [op]);
  for (let op = 0x99; op <= 0x9f; op++) unary(F64, [op]);
  for (let op = 0xa0; op <= 0xa6; op++) binary(F64, [op]);
  for (const [op, from, to] of [
    [0xa7, I64, I32],
    [0xa8, F32, I32],
    [0xa9, F32, I32],
    [0xaa, F64, I32],
    [0xab, F64, I32],
    [0xac, I32, I64],
    [0xad, I32, I64],
    [0xae, F32, I64],
    [0xaf, F32, I64],
    [0xb0, F64, I64],
    [0xb1, F64, I64],
    [0xb2, I32, F32],
    [0xb3, I32, F32],
    [0xb4, I64, F32],
    [0xb5, I64, F32],
    [0xb6, F64, F32],
    [0xb7, I32, F64],
    [0xb8, I32, F64],
    [0xb9, I64, F64],
    [0xba, I64, F64],
    [0xbb, F32, F64],
    [0xbc, F32, I32],
    [0xbd, F64, I64],
    [0xbe, I32, F32],
    [0xbf, I64, F64],
    [0xc0, I32, I32],
    [0xc1, I32, I32],
    [0xc2, I64, I64],
    [0xc3, I64, I64],
    [0xc4, I64, I64],
  ])
    unary(from, [op], to);
  for (let op = 0; op < 8; op++) unary(op % 4 < 2 ? F32 : F64, [0xfc, op], op < 4 ? I32 : I64);
  // v128 of two i64 (splat), an operation, and a lane of the result.
  const lanes = [...Array(0xff - 0x23 + 1).keys()].map((i) => i + 0x23);
  for (const op of lanes)
    functions.push({
      name: `v${op}`,
      params: [I64, I64],
      result: I64,
      code: [0x20, 0, 0xfd, 0x12, 0x20, 1, 0xfd, 0x1e, 1, 0x20, 1, 0xfd, 0x12, 0xfd, ...leb(op), 0xfd, 0x1d, 1],
    });
  const moduleOf = (list) => {
    const types = vector(list.map(({ params, result }) => [0x60, ...vector(params.map((p) => [p])), 1, result]));
    const names = vector(list.map(({ name }, i) => [...vector([...Buffer.from(name)].map((c) => [c])), 0, ...leb(i)]));
    const bodies = vector(
      list.map(({ code }) => {
        const body = [0, ...code, 0x0b];
        return [...leb(body.length), ...body];
      }),
    );
    return Uint8Array.from([
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      ...section(1, types),
      ...section(3, vector(list.map((_, i) => leb(i)))),
      ...section(7, names),
      ...section(10, bodies),
    ]);
  };
  // Operations of v128 that take something else are no module.
  const usable = functions.filter((f) => WebAssembly.validate(moduleOf([f])));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(usable)));
  const values = {
    [I32]: [0, 1, -1, 2147483647, -2147483648, 31, 33, 0x12345678],
    [I64]: [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 63n, 0x7ff0000000000001n, 0x3ff8000040490fdbn, -0x0123456789abcdefn],
    [F32]: [0, -0, 1.5, -2.5, 1e30, 1e-40, Infinity, NaN, 2147483647, 4294967040],
    [F64]: [0, -0, 1.5, -2.5, 0.5, 1e300, 5e-324, -Infinity, NaN, 2147483647.5, 9223372036854775000, 1e19],
  };
  for (const { name, params } of usable) {
    const f = exports[name];
    const seen = [];
    const call = (...args) => {
      try {
        const r = f(...args);
        return Object.is(r, -0) ? '-0' : r;
      } catch (error) {
        return error.message;
      }
    };
    for (const a of values[params[0]]) for (const b of params[1] ? values[params[1]] : [undefined]) seen.push(call(a, b));
    for (let i = 0; i < 300; i++) call(...params.map((p) => values[p][i % values[p].length]));
    say(name, digest(seen));
  }
}

function compression() {
  const data = Buffer.alloc(60_000);
  for (let i = 0; i < data.length; i++) data[i] = random() >>> (i % 3 ? 28 : 24);
  for (const name of ['deflate', 'gzip', 'deflateRaw', 'brotliCompress']) {
    const packed = zlib[`${name}Sync`](data);
    const back = { deflate: 'inflate', gzip: 'gunzip', deflateRaw: 'inflateRaw', brotliCompress: 'brotliDecompress' }[name];
    say(name, packed.length, digest(packed.toString('hex')), zlib[`${back}Sync`](packed).equals(data));
  }
  for (const hash of getHashes()
    .filter((name) => !/RSA|ssl3|With/.test(name))
    .sort())
    say(
      hash,
      createHash(hash, /shake/i.test(hash) ? { outputLength: 32 } : {})
        .update(data)
        .digest('hex'),
      createHmac('sha256', hash).update(data).digest('base64'),
    );
  for (const cipher of ['aes-128-cbc', 'aes-256-ctr', 'aes-192-gcm', 'chacha20-poly1305', 'aes-256-ccm']) {
    const c = createCipheriv(
      cipher,
      Buffer.alloc(Number(/^aes-(\d+)/.exec(cipher)?.[1] ?? 256) / 8, 3),
      Buffer.alloc(/cbc|ctr/.test(cipher) ? 16 : 12, 5),
      /ccm|gcm|poly/.test(cipher) ? { authTagLength: 16 } : {},
    );
    say(cipher, createHash('sha1').update(c.update(data)).update(c.final()).digest('hex'));
  }
  say(
    'keys',
    pbkdf2Sync('dormouse', 'nest', 500, 20, 'sha512').toString('hex'),
    scryptSync('dormouse', 'nest', 24, { N: 512 }).toString('hex'),
    Buffer.from(hkdfSync('sha256', 'k', 's', 'i', 20)).toString('hex'),
  );
}

async function threads() {
  const shared = new SharedArrayBuffer(64);
  const counter = new Int32Array(shared);
  const workers = [1, 2, 3].map((n) => new Worker(file, { workerData: { shared, n } }));
  const answers = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
  say('workers', answers.join(' '), counter[0], counter[1]);
  const child = fork(file, ['child']);
  child.send({ x: [1, 2, 3] });
  const [reply] = await once(child, 'message');
  await once(child, 'exit');
  say('child', reply, execFileSync('sh', ['-c', 'echo $((6 * 7))']).toString().trim());
  const ticks = [];
  setTimeout(() => ticks.push('timeout'), 1);
  setImmediate(() => ticks.push('immediate'));
  process.nextTick(() => ticks.push('tick'));
  await Promise.resolve().then(() => ticks.push('promise'));
  await new Promise((resolve) => setTimeout(resolve, 30));
  say('order', ticks.sort().join());
}

if (!isMainThread) {
  const counter = new Int32Array(workerData.shared);
  for (let i = 0; i < 50_000; i++) Atomics.add(counter, 0, workerData.n);
  for (let i = 0; i < 2000; i++) {
    while (Atomics.compareExchange(counter, 2, 0, 1) !== 0) Atomics.wait(counter, 2, 1, 10);
    counter[1]++;
    Atomics.store(counter, 2, 0);
    Atomics.notify(counter, 2, 1);
  }
  let sum = 0;
  for (let i = 0; i < 300_000; i++) sum = (sum + Math.imul(i, workerData.n)) | 0;
  parentPort.postMessage(sum);
} else if (process.argv[2] === 'child') {
  process.once('message', ({ x }) => process.send(x.map((n) => n ** 2).join(), () => process.disconnect()));
} else {
  const parts = { numbers, typedArrays, bigNumbers, text, objects, webAssembly, compression, threads };
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)) await parts[name]();
}
