/** What is said when a machine is woken on another board than it went to sleep on: its image does not tell, and its kernel does not look again. */
import {
  type CpuModelName,
  DEFAULT_GIC,
  DEFAULT_VIRTIO,
  type DiskInfo,
  type GicVersion,
  type VirtioTransportName,
  type VmConfig,
} from '../../vm/api';
import type { Said } from './scenario-words';

/** What somebody asked for. */
export type BoardAsked = Pick<VmConfig, 'cpu' | 'virtio'> & Partial<Pick<VmConfig, 'gic'>>;
type Slept = Pick<NonNullable<DiskInfo['hibernated']>, 'cpu' | 'gic' | 'virtio'>;
interface Board {
  readonly cpu: CpuModelName;
  readonly gic: GicVersion;
  readonly virtio: VirtioTransportName;
}

/** What a machine has where nobody chose. It has all that any other has. */
const DEFAULT_CPU: CpuModelName = 'max';

/** The board to wake on: what was asked for, else the one that it slept on, as far as that is known. */
export function boardToWakeOn(slept: Slept, asked: BoardAsked): Board {
  return {
    cpu: asked.cpu ?? slept.cpu ?? DEFAULT_CPU,
    gic: asked.gic ?? slept.gic ?? DEFAULT_GIC,
    virtio: asked.virtio ?? slept.virtio ?? DEFAULT_VIRTIO,
  };
}

/** A sentence for each thing that differs. */
export function wakeBoardWords(slept: Slept, { cpu, gic, virtio }: Board): Said[] {
  const words: Said[] = [];
  if (slept.gic !== undefined && slept.gic !== gic)
    words.push({
      tone: 'warning',
      sentence: `It slept with a GICv${slept.gic} and wakes with a GICv${gic}: its kernel goes on driving the one it booted with, which is not there.`,
    });
  if (slept.virtio !== undefined && slept.virtio !== virtio)
    words.push({
      tone: 'warning',
      sentence: `It slept with its devices on virtio-${slept.virtio} and wakes with them on virtio-${virtio}: its kernel looks for its disk where it was, and does not find it.`,
    });
  if (slept.cpu !== undefined && slept.cpu !== cpu) {
    const begin = `It slept on the CPU model ${slept.cpu} and wakes on ${cpu}: its kernel and programs go on with what they found when they started`;
    words.push(
      cpu === DEFAULT_CPU
        ? { tone: 'info', sentence: `${begin}.` }
        : { tone: 'warning', sentence: `${begin}, and fail where ${cpu} does not have it.` },
    );
  }
  return words;
}
