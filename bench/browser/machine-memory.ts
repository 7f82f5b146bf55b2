import type { FreshChromium } from './fresh-chromium';
import { mappingsOf, pssOf, touchedBytes } from './process-tree';

/** Bytes. */
export interface MachineMemory {
  /** What the page's process has, its part of what is shared with others: page, workers, code, the machine. */
  process: number;
  /** Of that: guest RAM that was touched. The rest of it takes nothing of the host. */
  guestRam: number;
  /** Of that: what the machine has beside its RAM in the same memory, vCPUs with their TLBs and decoded code. */
  tables: number;
}

/** Bytes of each renderer, by process. */
export const renderersMemory = (chromium: FreshChromium): Map<number, number> =>
  new Map(chromium.renderers().map(({ pid }) => [pid, pssOf(pid)]));

/**
 * Finds the machine among a browser's processes. Its memory is one WebAssembly.Memory, which the browser maps as one stretch that can be written
 * and has RAM at its end (`src/cpu/engine.ts`); nothing else in a browser is as large. Throws a sentence if there is none.
 */
export function machineMemory(chromium: FreshChromium, ramBytes: number): MachineMemory & { pid: number } {
  for (const { pid } of chromium.renderers()) {
    const memory = mappingsOf(pid).find(({ start, end, permissions }) => permissions === 'rw-p' && end - start > ramBytes);
    if (!memory) continue;
    const ram = memory.end - ramBytes;
    return {
      pid,
      process: pssOf(pid),
      guestRam: touchedBytes(pid, ram, memory.end),
      tables: touchedBytes(pid, memory.start, ram),
    };
  }
  throw new Error(`No process of Chromium has a machine with ${ramBytes} bytes of RAM.`);
}
