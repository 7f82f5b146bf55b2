import { expectedChecksums } from '../../guests/bench/expected';
import type { Kernel } from '../../guests/bench/kernels';
import type { Sample, Side } from './side';

export interface Compared {
  kernel: Kernel;
  /** By the side's name, in order of the runs. */
  samples: Record<string, Sample[]>;
  /** Sentences about checksums that are not what they should be. */
  wrong: string[];
}

/** Runs a kernel on all sides in turn, `runs` times, so that what disturbs the machine disturbs all of them. */
export async function compare(kernel: Kernel, sides: readonly Side[], runs: number): Promise<Compared> {
  const samples: Compared['samples'] = Object.fromEntries(sides.map(({ name }) => [name, []]));
  const wrong = new Set<string>();
  const expected = expectedChecksums()[kernel.name]?.[kernel.laps];
  for (let run = 0; run < runs; run++) {
    for (const side of sides) {
      const sample = await side.once(kernel);
      samples[side.name]!.push(sample);
      if (side.exact(kernel) && sample.checksum !== expected)
        wrong.add(`${kernel.name}: ${side.name} finds ${sample.checksum} instead of ${expected ?? 'nothing that is known'}.`);
    }
  }
  return { kernel, samples, wrong: [...wrong] };
}
