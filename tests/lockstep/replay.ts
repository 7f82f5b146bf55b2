import '../../scripts/set-compiler-digest';
import { parseArgs } from 'node:util';
import { VIRTIO_TRANSPORTS } from '../../src/machine/devices/virtio/virtio-transports';
import { guestFiles } from './checkpoints';
import { realHost, record, replay } from './realtime';

/**
 * Runs a guest with the host's clock and replays it from the log of its inputs, on both engines: the hash of the whole machine must be the same
 * at every checkpoint. `npm run replay -- --guest debian --smp 2 --checkpoints 100`.
 */
const { values } = parseArgs({
  options: {
    guest: { type: 'string', default: 'debian' },
    smp: { type: 'string', default: '2' },
    memory: { type: 'string', default: '256' },
    virtio: { type: 'string', default: 'mmio' },
    // An empty disk of that many MiB.
    disk: { type: 'string' },
    every: { type: 'string', default: '15000000' },
    checkpoints: { type: 'string', default: '80' },
    engine: { type: 'string', default: 'jit' },
  },
});
const images = await guestFiles(values.guest);
if (!images) {
  console.error(`The guest “${values.guest}” is not here: npm run guests fetches it.`);
  process.exit(2);
}
const virtio = VIRTIO_TRANSPORTS.find((name) => name === values.virtio);
const guest = {
  images,
  vcpus: Number(values.smp),
  memoryMiB: Number(values.memory),
  ...(virtio && { virtio }),
  ...(values.disk && { diskMiB: Number(values.disk) }),
};
const typed = new TextEncoder().encode(
  'date; cat /proc/interrupts; head -c 16 /dev/hwrng | sha256sum; ls -lR /proc/sys | sha256sum\n',
);
// Typed again and again: whenever the shell has come up, it has something to do.
const script = new Map(Array.from({ length: 10 }, (_, i) => [(i + 1) * 8, [{ type: 'console', bytes: typed } as const]]));
const engine = values.engine === 'interpreter' ? 'interpreter' : 'jit';
const recording = await record(guest, {
  engine,
  every: Number(values.every),
  checkpoints: Number(values.checkpoints),
  host: realHost,
  script,
});
const steps = recording.log.filter(({ input }) => input.type === 'time').length;
const last = recording.checkpoints.at(-1)!.moment.instructions;
console.log(
  `recorded on ${engine}: ${last} instructions, ${recording.checkpoints.length} checkpoints, ${steps} steps of time, ${recording.log.length - steps} other inputs`,
);
let status = 0;
for (const other of ['interpreter', 'jit'] as const) {
  const difference = await replay(guest, recording, other);
  console.log(`replayed on ${other}: ${difference ?? 'the same at every checkpoint'}`);
  if (difference) status = 1;
}
process.exit(status);
