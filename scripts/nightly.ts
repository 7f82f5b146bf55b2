/**
 * `npm run nightly`: the long campaigns of which `npm test` has short samples, one after the other, each bounded. Needs the tools that
 * docs/testing.md names and the Debian guest. The last line of its output is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { PREPARATION, WORKLOADS } from '../bench/debian/workloads';
import { SUBJECTS } from '../tests/fuzz/subjects';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Campaign {
  name: string;
  command: readonly string[];
  minutes: number;
}

const npm = (script: string, ...options: string[]): string[] => ['npm', 'run', '--silent', script, '--', ...options];

/** All that the benchmarks do in Debian's shell, in one line. */
const SHELL_WORK = [PREPARATION, ...WORKLOADS.map(({ command }) => `{ ${command}; } > /dev/null`)].join('; ');

/** Told, so that a failure can be had again. */
const SEED = Date.now() % 1_000_000;

const CAMPAIGNS: readonly Campaign[] = [
  { name: 'Instructions against QEMU', command: npm('difftest', '--cases', '2000'), minutes: 60 },
  { name: 'Instructions against a newer QEMU', command: npm('difftest', '--oracle', 'newer'), minutes: 40 },
  {
    name: 'Random sequences of instructions against QEMU',
    command: npm('difftest', '--sequences', '60000', '--seed', `${SEED % 1000}`),
    minutes: 60,
  },
  { name: 'Signed pointers against QEMU', command: npm('sysdiff', '--cases', '20000', '--only', 'pauth'), minutes: 30 },
  {
    name: 'Programs at EL1 and EL0 against QEMU',
    command: npm('sysdiff', '--cases', '60000', '--seed', String(SEED)),
    minutes: 40,
  },
  { name: 'Disassembler against objdump', command: npm('disasm'), minutes: 20 },
  { name: 'Interpreter against compiled code', command: npm('lockstep', '--guest', 'debian', '--smp', '2'), minutes: 30 },
  {
    name: 'The same, where nearly everything is compiled',
    command: npm('lockstep', '--guest', 'debian', '--smp', '2', '--heat', '300', '--batch', '4'),
    minutes: 60,
  },
  {
    name: 'The same in tiny regions that are let go of all the time',
    command: npm('lockstep', '--heat', '60', '--batch', '2', '--instructions', '12', '--modules', '40', '--total', '300000000'),
    minutes: 60,
  },
  {
    name: 'The same at work in the shell',
    command: npm('lockstep', '--smp', '1', '--total', '14000000000', '--every', '50000000', '--type', SHELL_WORK),
    minutes: 60,
  },
  {
    name: 'The same with what was hot when the guest was recorded',
    command: npm('lockstep', '--smp', '2', '--known', '--heat', '500'),
    minutes: 30,
  },
  {
    name: 'The same with its devices on PCI',
    command: npm('lockstep', '--smp', '2', '--virtio', 'pci', '--disk', '64', '--total', '1200000000'),
    minutes: 30,
  },
  {
    name: `Choices of the JIT at random, with SEED=${SEED}`,
    command: ['env', `SEED=${SEED}`, 'npx', 'vitest', 'run', 'tests/lockstep/choices.test.ts'],
    minutes: 30,
  },
  { name: 'A run in real time, replayed', command: npm('replay', '--guest', 'debian', '--smp', '2'), minutes: 30 },
  {
    name: 'The same with its devices on PCI',
    command: npm('replay', '--guest', 'debian', '--smp', '2', '--virtio', 'pci', '--disk', '64'),
    minutes: 30,
  },
  {
    name: 'Whatever a guest or a file may do',
    command: npm('fuzz', '--count', '1000000', '--minutes', '30', '--from', String(1 + SEED * 1000)),
    minutes: 30 * SUBJECTS.length + 10,
  },
  { name: 'Hostile snapshots', command: npm('fuzz:snapshots', '--count', '1000000', '--minutes', '90'), minutes: 100 },
  {
    name: `Wild firmware, with SEED=${SEED}`,
    command: ['env', `SEED=${SEED}`, 'COUNT=12000', 'npx', 'vitest', 'run', 'src/machine/wild-firmware.test.ts'],
    minutes: 60,
  },
  { name: 'Memory over an hour of work', command: npm('soak', '--minutes', '60'), minutes: 90 },
  { name: 'A boot against QEMU', command: npm('dmesg-diff'), minutes: 30 },
  { name: 'The same with devices on PCI', command: npm('dmesg-diff', '--virtio', 'pci'), minutes: 30 },
  { name: "Debian's other kernels, fetched", command: npm('guest:kernels'), minutes: 60 },
  { name: "Debian's other kernels, kexec, selftests and installers", command: npm('test:outside'), minutes: 120 },
  { name: "Boots of Debian's other kernels against QEMU", command: npm('dmesg-diff', '--kernel', 'all'), minutes: 60 },
  { name: 'The same with one vCPU', command: npm('dmesg-diff', '--kernel', 'all', '--smp', '1'), minutes: 60 },
  {
    name: `Programs of Debian against QEMU, with --seed ${SEED}`,
    command: npm('outside', '--seed', String(SEED), '--made', '6'),
    minutes: 240,
  },
  {
    name: 'The same on another model',
    command: npm('outside', '--seed', String(SEED), '--made', '6', '--cpu', 'neoverse-n1'),
    minutes: 240,
  },
];

let failed = 0;
for (const { name, command, minutes } of CAMPAIGNS) {
  console.log(`\n━━ ${name} (at most ${minutes} minutes): ${command.join(' ')}`);
  const start = performance.now();
  const [program = '', ...options] = command;
  const { status, signal } = spawnSync(program, options, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: minutes * 60_000,
  });
  if (status !== 0) failed++;
  const how = status === 0 ? 'passed' : signal ? `was ended by ${signal}` : `failed with status ${status}`;
  console.log(`${name} ${how} after ${((performance.now() - start) / 1000).toFixed(0)} s.`);
}
console.log(`\n${CAMPAIGNS.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
