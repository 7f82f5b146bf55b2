import { FLAT_PROCESS_BYTES, gain } from '../../tests/soak/memory';
import { ROUND } from '../../tests/soak/work';
import { debianRamBytes } from './built-site';
import { FreshChromium } from './fresh-chromium';
import { type MachineMemory, machineMemory, renderersMemory } from './machine-memory';
import { type Measuring, wait } from './measuring';
import { Playground } from './playground';
import { atMost, MB, type Measured, megabytes } from './table-row';

const TARGET = 150 * MB;
/** What the page was opened with, and what a boot left behind, is collected by then. */
const SETTLE_SECONDS = 30;
/** After a round of work. */
const PAUSE_SECONDS = 2;
/** Fewer have no quarters. */
const LEAST_ROUNDS = 6;
/** In less the JIT, the console and the browser's collectors have not had all they will have: what grows then may end, or may not. */
const LEAST_MINUTES_TO_JUDGE = 30;

interface Sample extends MachineMemory {
  minutes: number;
  /** What is more than the page had before, without guest RAM. */
  beyond: number;
}

/** Memory of the page's process beyond the guest's RAM: at the prompt, when the browser has settled, and while the guest works for `minutes`. */
export async function memoryBeyondRam({ site, folder, minutes }: Measuring): Promise<Measured> {
  const ramBytes = debianRamBytes();
  return FreshChromium.use(folder, {}, async (chromium) => {
    const playground = await Playground.open(chromium.firstPage, site.origin);
    await wait(SETTLE_SECONDS);
    const before = renderersMemory(chromium);
    await playground.boot();
    const began = performance.now();
    const elapsed = (): number => (performance.now() - began) / 60_000;
    const sample = (): Sample => {
      const { pid, ...memory } = machineMemory(chromium, ramBytes);
      const page = before.get(pid);
      if (page === undefined) throw new Error('The machine is in another process than the page was before.');
      return { minutes: elapsed(), ...memory, beyond: memory.process - page - memory.guestRam };
    };
    const atPrompt = sample();
    await wait(SETTLE_SECONDS);
    const settled = sample();
    const end = elapsed() + minutes;
    const work: Sample[] = [];
    while (elapsed() < end || work.length < LEAST_ROUNDS) {
      for (const command of ROUND) await playground.run(command);
      await wait(PAUSE_SECONDS);
      work.push(sample());
    }
    await wait(SETTLE_SECONDS);
    const afterWork = sample();
    const grown = gain(work.map(({ beyond }) => beyond));
    const judged = minutes >= LEAST_MINUTES_TO_JUDGE;
    const worked = work.at(-1)!.minutes - settled.minutes;
    return {
      rows: [
        {
          name: 'memory beyond guest RAM, after the boot',
          figure:
            `${megabytes(settled.beyond)} (${megabytes(settled.tables)} of them the machine’s tables; ${megabytes(atPrompt.beyond)} as the prompt appears; ` +
            `guest RAM touched ${megabytes(settled.guestRam)})`,
          target: atMost(settled.beyond, TARGET, megabytes(TARGET)),
        },
        {
          name: `memory beyond guest RAM, ${worked.toFixed(1)} minutes of work`,
          figure:
            `${grown < 0 ? '−' : '+'}${megabytes(Math.abs(grown))} from the first quarter to the last in ${work.length} rounds; ` +
            `${megabytes(afterWork.beyond)} when it rests (tables ${megabytes(afterWork.tables)}, guest RAM touched ${megabytes(afterWork.guestRam)})` +
            (judged ? '' : '; too short to say whether it is flat: --minutes 60'),
          ...(judged ? { target: atMost(grown, FLAT_PROCESS_BYTES, `${megabytes(FLAT_PROCESS_BYTES)} more`) } : {}),
        },
      ],
      figures: { ramBytes, page: [...before.values()], atPrompt, settled, work, afterWork, grown },
    };
  });
}
