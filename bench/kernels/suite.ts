import { KERNELS } from '../../guests/bench/kernels';
import { hasTool } from '../../guests/run-tool';
import type { BenchOptions } from '../options';
import { type Compared, compare } from './compare';
import { onDormouse } from './dormouse';
import { missingForLimit, onWasm } from './limit';
import { onQemu, qemuVersion } from './qemu';
import type { Side } from './side';
import {
  type Column,
  headingLine,
  meansOf,
  type Ratio,
  rateColumn,
  ratioColumn,
  ratioName,
  resultLine,
  timeColumn,
} from './table';

export interface KernelResults {
  qemu?: { version: string; startSeconds: number };
  means: { ratio: string; means: ReturnType<typeof meansOf> }[];
  kernels: (Omit<Compared, 'kernel'> & { name: string; laps: number })[];
}

interface Plan {
  sides: Side[];
  columns: Column[];
  ratios: Ratio[];
  qemu?: KernelResults['qemu'];
}

/** Without another machine to compare with: interpreter and JIT, or `ours` alone. Else the JIT (or `ours`) and those that were asked for. */
async function plan(options: BenchOptions, folder: string, ours: Side | undefined): Promise<Plan> {
  const jit = ours ?? onDormouse('jit', options.node, folder);
  const sides: Side[] = [];
  const columns: Column[] = [];
  const ratios: Ratio[] = [];
  let qemu: Plan['qemu'];
  if (options.vsQemu && hasTool('qemu-system-aarch64')) {
    const side = await onQemu(folder);
    qemu = { version: await qemuVersion(), startSeconds: side.startSeconds };
    console.log(`${qemu.version}; its start of ${qemu.startSeconds.toFixed(2)} s is left out.`);
    sides.push(side);
    columns.push(timeColumn(side.name));
    ratios.push({ of: side.name, by: jit.name });
  } else if (options.vsQemu) console.log('Without qemu-system-aarch64 there is nothing to compare with: it is left out.');
  const missing = options.limit ? missingForLimit() : [];
  if (options.limit && missing.length === 0) {
    const side = onWasm(options.node, folder);
    sides.push(side);
    columns.push(timeColumn(side.name));
    ratios.push({ of: jit.name, by: side.name });
  } else if (options.limit) console.log(`The limit needs ${missing.join(' and ')}: it is left out.`);
  if (sides.length === 0 && !ours) {
    const interpreter = onDormouse('interpreter', options.node, folder);
    sides.push(interpreter);
    columns.push(timeColumn(interpreter.name), rateColumn(interpreter.name));
    ratios.push({ of: interpreter.name, by: jit.name });
  }
  sides.push(jit);
  columns.push(timeColumn(jit.name), rateColumn(jit.name), ...ratios.map(ratioColumn));
  return { sides, columns, ratios, ...(qemu ? { qemu } : {}) };
}

/**
 * Runs the chosen kernels and prints a line for each. Images and programs go into `folder`. Sets the exit status if a checksum is wrong.
 * @param ours how we run them, if not compiled in Node
 */
export async function kernelSuite(options: BenchOptions, folder: string, ours?: Side): Promise<KernelResults | undefined> {
  const chosen = KERNELS.filter(({ name }) => name.includes(options.only));
  if (chosen.length === 0) return undefined;
  const { sides, columns, ratios, qemu } = await plan(options, folder, ours);
  console.log(headingLine(columns));
  const results: Compared[] = [];
  for (const kernel of chosen) {
    const compared = await compare(kernel, sides, options.runs);
    results.push(compared);
    console.log(resultLine(compared, columns));
    for (const sentence of compared.wrong) console.error(sentence);
    if (compared.wrong.length > 0) process.exitCode = 1;
  }
  const means = ratios.map((ratio) => ({ ratio: ratioName(ratio), means: meansOf(results, ratio) }));
  for (const { ratio, means: groups } of means) {
    const words = Object.entries(groups).map(([group, mean]) => `${group} ${mean.toFixed(2)}`);
    console.log(`Geometric means of ${ratio}: ${words.join(', ')} (medians of ${options.runs}, in turn)`);
  }
  return {
    ...(qemu ? { qemu } : {}),
    means,
    kernels: results.map(({ kernel, samples, wrong }) => ({ name: kernel.name, laps: kernel.laps, samples, wrong })),
  };
}
