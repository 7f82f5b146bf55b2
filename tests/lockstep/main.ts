import '../../scripts/set-compiler-digest';
import { parseArgs } from 'node:util';
import { decodeRegions } from '../../src/cpu/jit/pack-format';
import { CPU_MODEL_NAMES } from '../../src/cpu/models';
import { VIRTIO_TRANSPORTS } from '../../src/machine/devices/virtio/virtio-transports';
import { firstDifference, guestFiles, runWithCheckpoints } from './checkpoints';

/**
 * Runs a guest on the interpreter and on the JIT under the virtual clock and compares a hash of the whole machine at every checkpoint:
 * `npm run lockstep -- --guest debian --smp 2 --total 1500000000`.
 */
const { values } = parseArgs({
  options: {
    guest: { type: 'string', default: 'debian' },
    smp: { type: 'string', default: '2' },
    // Linux keeps its page tables from user space on those without E0PD.
    cpu: { type: 'string', default: 'max' },
    virtio: { type: 'string', default: 'mmio' },
    memory: { type: 'string', default: '512' },
    // An empty disk of that many MiB.
    disk: { type: 'string' },
    every: { type: 'string', default: '10000000' },
    total: { type: 'string', default: '1500000000' },
    ram: { type: 'boolean', default: false },
    type: { type: 'string' },
    // With what is known of the guest's hot code.
    known: { type: 'boolean', default: false },
    // What the JIT compiles when: see JitOptions.
    heat: { type: 'string' },
    batch: { type: 'string' },
    instructions: { type: 'string' },
    modules: { type: 'string' },
  },
});

const found = await guestFiles(values.guest);
if (!found) {
  console.error(`The guest “${values.guest}” is not here: npm run guests fetches it.`);
  process.exit(2);
}
const { regions, ...files } = found;
if (values.known && !regions) {
  console.error(`Nothing is known of the hot code of “${values.guest}”: npm run guests records it.`);
  process.exit(2);
}
const common = {
  ...files,
  vcpus: Number(values.smp),
  cpu: CPU_MODEL_NAMES.find((name) => name === values.cpu),
  virtio: VIRTIO_TRANSPORTS.find((name) => name === values.virtio),
  memoryMiB: Number(values.memory),
  ...(values.disk && { diskMiB: Number(values.disk) }),
  every: Number(values.every),
  total: Number(values.total),
  withRam: values.ram,
  ...(values.type === undefined ? {} : { typed: { after: '# ', text: `${values.type}\n` } }),
};
const interpreter = await runWithCheckpoints({ ...common, engine: 'interpreter' });
const chosen = Object.entries({
  heat: values.heat,
  batch: values.batch,
  instructions: values.instructions,
  modules: values.modules,
});
const choices = Object.fromEntries(chosen.flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value)]])));
const jit = await runWithCheckpoints({
  ...common,
  engine: 'jit',
  jit: choices,
  known: values.known && regions ? decodeRegions(regions) : undefined,
});
const last = interpreter.checkpoints.at(-1)!.instructions;
for (const [name, run] of Object.entries({ interpreter, jit })) {
  console.log(
    `${name}: ${run.seconds.toFixed(2)} s, ${(last / run.seconds / 1e6).toFixed(0)} MIPS with hashing, ${run.compiled} instructions compiled`,
  );
}
const difference = firstDifference(interpreter, jit);
console.log(difference ?? `${interpreter.checkpoints.length} checkpoints agree over ${last} instructions.`);
process.exit(difference ? 1 : 0);
