import { existsSync } from 'node:fs';
import { hasTool } from '../../guests/run-tool';
import type { BenchOptions } from '../options';
import { geometricMean, median, ratioOfPairs } from '../statistics';
import { debianMachines, MACHINES, MANIFEST, type MachineName, type Machines } from './machines';
import { Session } from './session';
import { BOOTS, PREPARATION, WORKLOADS } from './workloads';

type Seconds = Record<MachineName, number[]>;

export interface DebianResult {
  name: string;
  /** In order of the runs. */
  seconds: Seconds;
}

export interface DebianResults {
  release: string;
  startSeconds: Machines['startSeconds'];
  boots: DebianResult[];
  workloads: DebianResult[];
}

const NAME_WIDTH = 20;
const CELL_WIDTH = 12;

const ratioOf = ({ seconds }: DebianResult) => ratioOfPairs(seconds.QEMU, seconds.Dormouse);

function say(result: DebianResult): void {
  const times = MACHINES.map((machine) => `${median(result.seconds[machine]).toFixed(2)} s`.padStart(CELL_WIDTH));
  const { median: middle, least, most } = ratioOf(result);
  console.log(
    `${result.name.padEnd(NAME_WIDTH)}${times.join('')}    ${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`,
  );
}

/** Measures on both machines in turn. */
async function inTurn(name: string, runs: number, once: (machine: MachineName) => Promise<number>): Promise<DebianResult> {
  const seconds: Seconds = { QEMU: [], Dormouse: [] };
  for (let run = 0; run < runs; run++) for (const machine of MACHINES) seconds[machine].push(await once(machine));
  const result = { name, seconds };
  say(result);
  return result;
}

async function boots(machines: Machines, { only, runs }: BenchOptions): Promise<DebianResult[]> {
  const results: DebianResult[] = [];
  for (const { vcpus, name } of BOOTS.filter((boot) => boot.name.includes(only))) {
    const once = async (machine: MachineName): Promise<number> => {
      const session = await Session.boot(machines.program(machine, vcpus));
      session.stop();
      return session.bootSeconds - machines.startSeconds[machine];
    };
    results.push(await inTurn(name, runs, once));
  }
  return results;
}

/** Both guests are up all the time; the one that has nothing to do waits at its prompt. */
async function workloads(machines: Machines, { only, runs }: BenchOptions): Promise<DebianResult[]> {
  const chosen = WORKLOADS.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) return [];
  const sessions = new Map<MachineName, Session>();
  try {
    for (const machine of MACHINES) {
      const session = await Session.boot(machines.program(machine, 1));
      sessions.set(machine, session);
      await session.run(PREPARATION);
    }
    const results: DebianResult[] = [];
    for (const { name, command } of chosen) {
      results.push(await inTurn(name, runs, (machine) => sessions.get(machine)!.run(command)));
    }
    return results;
  } finally {
    for (const session of sessions.values()) session.stop();
  }
}

/** Boots Debian and works in it, here and on QEMU. Files go into `folder`. */
export async function debianSuite(options: BenchOptions, folder: string): Promise<DebianResults | undefined> {
  if (!existsSync(MANIFEST) || !hasTool('qemu-system-aarch64')) {
    console.log('--debian needs the Debian guest (npm run guests) and qemu-system-aarch64: it is left out.');
    return undefined;
  }
  const machines = await debianMachines(options, folder);
  const { release, startSeconds } = machines;
  console.log(
    `Linux ${release}; left out of boots: ${MACHINES.map((machine) => `${startSeconds[machine].toFixed(2)} s for starting ${machine}`).join(', ')}`,
  );
  console.log(
    `${'Debian'.padEnd(NAME_WIDTH)}${MACHINES.map((machine) => machine.padStart(CELL_WIDTH)).join('')}    QEMU / Dormouse`,
  );
  const results = { release, startSeconds, boots: await boots(machines, options), workloads: await workloads(machines, options) };
  if (results.workloads.length > 0) {
    const mean = geometricMean(results.workloads.map((result) => ratioOf(result).median));
    console.log(`Geometric mean of the work: ${mean.toFixed(2)} (medians of ${options.runs}, in turn)`);
  }
  return results;
}
