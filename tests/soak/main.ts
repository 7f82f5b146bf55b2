/**
 * An hour of work: `npm run soak -- [--minutes N] ]`. A Debian guest does what people do in a shell, is paused and saved now and then, and the
 * host's memory is read after each round. It must be flat: what it takes at the end is what it took when everything had been done once or twice.
 */
import { parseArgs } from 'node:util';
import { nodeHost } from '../../src/cli/node-host';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { createVm } from '../../src/vm/vm-builder';
import { guestFiles } from '../lockstep/checkpoints';
import { FLAT_PROCESS_BYTES, growth, type Sample, table } from './memory';
import { ROUND } from './work';

const MIB = 1 << 20;
/** What the heap may gain from the first to the last quarter. */
const FLAT_HEAP_BYTES = 24 * MIB;
const SAVE_EVERY = 5;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes “${values.minutes}” is not a number of minutes: give one above 0.`);
const { gc } = globalThis as { gc?: () => void };
if (!gc) throw new Error('Run it as `npm run soak`: memory cannot be read exactly without --expose-gc.');

const guest = await guestFiles('debian');
if (!guest) throw new Error('There is no Debian guest: run `npm run guests` first.');
let consoleBytes = 0;
const vm = await createVm({
  config: { guest: 'debian', vcpus: 2, memoryMiB: 512, conduit: 'hvc', gic: 3, engine: 'auto', clock: 'realtime' },
  images: guest,
  disks: [new MemoryDisk(64 * MIB, { name: 'soak' })],
  host: nodeHost(),
  onEvents: (events) => {
    for (const event of events) if (event.type === 'console') consoleBytes += event.data.length;
  },
});
await vm.start();
console.log('Waiting for the guest …');
while (!vm.agent.ready) {
  if (vm.end) throw new Error(vm.end.sentence);
  await new Promise((resolve) => setTimeout(resolve, 100));
}

const samples: Sample[] = [];
const began = performance.now();
const elapsed = (): number => (performance.now() - began) / 60_000;
for (let round = 1; elapsed() < minutes || samples.length < 8; round++) {
  for (const command of ROUND) {
    const { status, output } = await vm.agent.exec(command);
    if (status !== 0) throw new Error(`“${command}” ended with status ${status}: ${new TextDecoder().decode(output)}`);
  }
  if (round % SAVE_EVERY === 0) {
    await vm.pause();
    for await (const _chunk of vm.save()) {
      // Nobody keeps it.
    }
    await vm.resume();
  }
  // Twice: what finalizers let go of is collected by the second.
  gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  gc();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const sample: Sample = { minutes: elapsed(), round, rss, heapUsed, external, arrayBuffers, consoleBytes };
  samples.push(sample);
  console.log(table(sample));
}
await vm.stop();

const grown = growth(samples);
console.log(`\nFrom the first to the last quarter, medians: ${grown.words}.`);
const flat = grown.heapUsed < FLAT_HEAP_BYTES && grown.rss < FLAT_PROCESS_BYTES;
console.log(`\n${flat ? '1 passed, 0 failed' : '0 passed, 1 failed'}`);
process.exitCode = flat ? 0 : 1;
