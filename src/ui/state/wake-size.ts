/** What becomes of the size that is chosen in the header when a machine is woken that went to sleep with another. */
import type { DiskInfo, VmConfig } from '../../vm/api';
import type { Said } from './scenario-words';

type Size = Pick<VmConfig, 'vcpus' | 'memoryMiB'>;

/**
 * A sentence for each thing that differs, a warning where it is not what was chosen; none if it wakes as it slept and as chosen. An image fits one size of memory only, so that is used. The
 * CPUs may be others: Linux takes all but one offline before it makes or reads an image, and afterwards asks for those it had (kernel/cpu.c,
 * thaw_secondary_cpus; seen with 7.3).
 */
export function wakeSizeWords(slept: Pick<NonNullable<DiskInfo['hibernated']>, keyof Size>, chosen: Size): Said[] {
  const words: Said[] = [];
  if (chosen.memoryMiB !== slept.memoryMiB)
    words.push({
      tone: 'warning',
      sentence: `It wakes with the ${slept.memoryMiB} MiB it went to sleep with, not the ${chosen.memoryMiB} MiB chosen: its image fits no other size of memory.`,
    });
  const wakes = `It slept with ${vcpus(slept.vcpus)} and wakes with ${chosen.vcpus}`;
  if (chosen.vcpus < slept.vcpus) {
    const [others, them] = slept.vcpus - chosen.vcpus === 1 ? ['the other', 'it'] : ['the others', 'them'];
    words.push({
      tone: 'info',
      sentence: `${wakes}: its kernel calls CPU_ON for ${others}, is refused, and goes on without ${them}.`,
    });
  }
  if (chosen.vcpus > slept.vcpus)
    words.push({ tone: 'info', sentence: `${wakes}: its kernel asks only for those it slept with, and leaves the rest off.` });
  return words;
}

const vcpus = (count: number): string => `${count} vCPU${count === 1 ? '' : 's'}`;
