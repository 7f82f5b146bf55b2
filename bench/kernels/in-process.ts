import { nodeHost } from '../../src/cli/node-host';
import type { EngineChoice } from '../../src/vm/api';
import { createVm } from '../../src/vm/vm-builder';

/** Zeros of the image, and what the machine needs for itself. */
const MEMORY_MIB = 32;

/** The machine that kernels run on, but for its engine. */
export const BENCH_CONFIG = {
  guest: 'bench',
  vcpus: 1,
  memoryMiB: MEMORY_MIB,
  conduit: 'hvc',
  gic: 3,
  clock: 'realtime',
  kernelFormat: 'flat',
} as const;

export interface ImageRun {
  /** What the guest wrote to its console. */
  console: string;
  /** From power-on to off: what was compiled on the way is in it, making the engine is not. */
  seconds: number;
  instructions: number;
}

/** Runs a flat binary that switches its machine off, with the machine as people have it: the VMM's turns, the host's clock. */
export async function runImage(image: Uint8Array, engine: EngineChoice): Promise<ImageRun> {
  let console = '';
  const vm = await createVm({
    config: { ...BENCH_CONFIG, engine },
    images: { kernel: image },
    host: nodeHost(),
    onEvents: (events) => {
      for (const event of events) if (event.type === 'console') console += new TextDecoder('latin1').decode(event.data);
    },
  });
  const start = performance.now();
  await vm.start();
  const end = await vm.ended;
  const seconds = (performance.now() - start) / 1000;
  if (end.how !== 'off') throw new Error(`The machine did not switch itself off: ${end.sentence}`);
  return { console, seconds, instructions: vm.machine.instructions };
}
