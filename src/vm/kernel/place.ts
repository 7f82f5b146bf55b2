import { MEMORY_MAP } from '../../machine/memory-map';
import { LIMITS } from '../api';
import type { Kernel } from './kernel';

const RAM_BASE = MEMORY_MAP.ram.base;

const MIB = 0x100000;
const PAGE = 4096;
/** The board's device tree with a short command line takes much less. */
const DEVICE_TREE_BYTES = 64 * 1024;
/** QEMU wants so much room for a device tree at the start of RAM. */
const ROOM_BEFORE_BARE_METAL = MIB;

const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Where everything goes, QEMU's way: initrd half-way up RAM or at 128 MiB, the device tree behind it, or for an ELF file at the start of RAM. */
export interface Placement {
  initrd?: { start: number; end: number };
  deviceTree: number;
}

/**
 * Finds room. Where QEMU's places are taken or beyond RAM, everything moves close behind the kernel. `append` is the
 * command line, which is part of the device tree. Throws one sentence, with a size that is enough if there is one.
 */
export function place(kernel: Kernel, initrdBytes: number | undefined, memoryMiB: number, append = ''): Placement {
  const room = DEVICE_TREE_BYTES + alignUp(new TextEncoder().encode(append).length, PAGE);
  const atStart = kernel.bareMetal && lowest(kernel) >= RAM_BASE + Math.max(ROOM_BEFORE_BARE_METAL, room);
  // As low as can be: what this takes decides how much memory is needed.
  const least = alignUp(kernel.end, PAGE);
  const behind = alignUp(least + (initrdBytes ?? 0), PAGE) + (atStart ? 0 : room);
  const needed = Math.ceil(((initrdBytes === undefined && atStart ? kernel.end : behind) - RAM_BASE) / MIB);
  if (needed > memoryMiB) throw new Error(tooSmall(memoryMiB, needed, initrdBytes));

  const end = RAM_BASE + memoryMiB * MIB;
  const usual = Math.max(least, RAM_BASE + Math.min((memoryMiB * MIB) / 2, 128 * MIB));
  const start = alignUp(usual + (initrdBytes ?? 0), PAGE) + (atStart ? 0 : room) <= end ? usual : least;
  const after = start + (initrdBytes ?? 0);
  const aligned = alignUp(after, 2 * MIB);
  const deviceTree = atStart ? RAM_BASE : aligned + room <= end ? aligned : alignUp(after, PAGE);
  return initrdBytes === undefined ? { deviceTree } : { initrd: { start, end: after }, deviceTree };
}

const lowest = (kernel: Kernel): number => Math.min(...kernel.segments.map(({ address }) => address));

function tooSmall(memoryMiB: number, needed: number, initrdBytes: number | undefined): string {
  const what = initrdBytes === undefined ? 'the kernel alone needs' : 'kernel and initrd alone need';
  const most = needed > LIMITS.maxMemoryMiB ? `, more than the ${LIMITS.maxMemoryMiB} MiB a machine can have` : '';
  return `${memoryMiB} MiB of memory are too small: ${what} ${needed} MiB${most}.`;
}
