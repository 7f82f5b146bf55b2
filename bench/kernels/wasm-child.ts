/** Runs a kernel that was compiled to Wasm, in a process of its own: `wasm-child.ts FILE LAPS` prints JSON. */
import { readFileSync } from 'node:fs';

const [file, laps] = process.argv.slice(2) as [string, string];
const { instance } = await WebAssembly.instantiate(readFileSync(file));
const kernel = instance.exports.kernel as (count: number) => bigint;
const start = performance.now();
const checksum = BigInt.asUintN(64, kernel(Number(laps)));
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ checksum: checksum.toString(16).padStart(16, '0'), seconds }));
