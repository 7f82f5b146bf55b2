/**
 * Tries the Debian guest on QEMU, the board Dormouse imitates: boot, console, agent, hibernation, waking, power off.
 * Usage: `npx tsx guests/debian/verify-on-qemu.ts [--console]` (after `npm run guests`; needs qemu-system-aarch64).
 * With --console the guest's console is shown. Exit status 1 if anything is not as it should be.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { GuestAgent } from '../../src/vm/agent';
import type { GuestManifest } from '../guest-files';
import { nodeTimeouts, type QemuGuest, QemuMachine, type SocketPort } from './qemu';

const PROMPT = /dormouse:~# /;
const guestFolder = join(import.meta.dirname, '../../public/guests/debian');
const echo = process.argv.includes('--console') ? (text: string) => process.stdout.write(text) : () => {};
const started = Date.now();

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = Date.now();
  const result = await work();
  console.log(`ok   ${name} (${((Date.now() - before) / 1000).toFixed(1)} s)`);
  return result;
}

async function agentOf(machine: QemuMachine): Promise<{ agent: GuestAgent; port: SocketPort }> {
  const agent = new GuestAgent(machine.port, nodeTimeouts);
  await machine.connectPort();
  return { agent, port: machine.port };
}

async function agentReady(agent: GuestAgent): Promise<void> {
  for (let attempt = 0; attempt < 1200 && !agent.ready; attempt++) await sleep(50);
  await agent.ping();
}

/** Types a command at the console and returns what it printed. The marks keep the echo of the command out of it. */
async function typed(machine: QemuMachine, command: string): Promise<string> {
  const from = machine.console.length;
  machine.type(`echo "<""$(${command})"">"\n`);
  const end = await machine.see(/<[^>"]*>/, from, 60);
  return /<([^>"]*)>/.exec(machine.console.slice(from, end))![1]!;
}

async function checkAgent(agent: GuestAgent, port: SocketPort, vcpus: number): Promise<void> {
  const facts = await step('agent: info', () => agent.info());
  console.log(`     ${JSON.stringify(facts)}`);
  assert.equal(facts.cpus, vcpus === 1 ? '0' : `0-${vcpus - 1}`);
  assert.ok(Number(facts.swap_kib) > 0, 'the disk should be in use as swap');
  await step('agent: exec brings every byte and the status back', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
    const octal = [...bytes].map((value) => `\\${value.toString(8).padStart(3, '0')}`).join('');
    const { status, output } = await agent.exec(`printf '${octal}'; echo complaint >&2; exit 7`);
    assert.deepEqual([...output], [...bytes, ...new TextEncoder().encode('complaint\n')]);
    assert.equal(status, 7);
  });
  await step('agent: exec of 200 kB of output', async () => {
    const { status, output } = await agent.exec('seq 1 40000 | head -c 200000');
    assert.equal(status, 0);
    assert.equal(output.length, 200_000);
  });
  await step('agent: commands side by side, and others after them', async () => {
    const results = await Promise.all(['echo one', 'sleep 1; echo two', 'echo three'].map((command) => agent.exec(command)));
    assert.deepEqual(
      results.map(({ output }) => new TextDecoder().decode(output)),
      ['one\n', 'two\n', 'three\n'],
    );
  });
  await step('agent: binary garbage and half a line do no harm', async () => {
    port.send(Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) & 0xff));
    port.send(new TextEncoder().encode('\n7 nonsense\n\n99999999999999999999 ping\n1 exec ***\nhalf a li'));
    port.send(new TextEncoder().encode('\n'));
    await agent.ping();
  });
  await step('agent: a command that hangs is ended at its timeout and blocks nothing', async () => {
    const impatient = new GuestAgent(port, nodeTimeouts, { firstId: 5000 });
    await assert.rejects(
      Promise.all([impatient.exec('sleep 1234', { timeout: 2000 }), impatient.ping()]),
      /ended after 2 seconds/,
    );
    const left = await impatient.exec("sleep 1; ps | grep -c '[s]leep 1234'");
    assert.equal(new TextDecoder().decode(left.output).trim(), '0');
  });
}

async function sleepAndWake(
  machine: QemuMachine,
  agent: GuestAgent,
): Promise<{ machine: QemuMachine; agent: GuestAgent; port: SocketPort }> {
  await step('hibernate through the agent, a command hanging', async () => {
    agent.exec('sleep 100000').catch(() => {});
    const outcome = agent.suspendDisk();
    await Promise.race([machine.ended.then(() => agent.machineEnded()), outcome.then((how) => assert.equal(how, 'asleep'))]);
    assert.equal(await outcome, 'asleep');
    await machine.ended;
  });
  const next = new QemuMachine(machine.guest, echo);
  running = next;
  const woken = await agentOf(next);
  await step('wake: the agent says "resumed"', async () => {
    const resumed = new Promise<void>((resolve) => {
      woken.agent.onResumed = resolve;
    });
    await next.see(/PM: hibernation: hibernation exit/);
    // Linux asks for the state of its ports before it has given the device buffers for the answer, and QEMU (7.2) drops what
    // finds no buffer instead of keeping it. A host that connects anew makes it say again that the port is open.
    await next.connectPort();
    await Promise.race([resumed, sleep(10_000).then(() => assert.fail('it did not within 10 seconds'))]);
  });
  assert.match(next.console, /the disk holds a sleeping system, waking it/);
  return { machine: next, ...woken };
}

async function verify(guest: QemuGuest): Promise<void> {
  let machine = new QemuMachine(guest, echo);
  running = machine;
  let { agent, port } = await agentOf(machine);
  await step('boots to a prompt', () => machine.see(PROMPT));
  await step('console: nproc', async () => assert.equal(await typed(machine, 'nproc'), String(guest.vcpus)));
  await step('agent: ping', () => agentReady(agent));
  await checkAgent(agent, port, guest.vcpus);
  // The impatient host of the last check took the port for itself.
  agent = new GuestAgent(port, nodeTimeouts, { firstId: 9000 });
  const secret = `kept-${process.pid}`;
  machine.type(`secret=${secret}\n`);
  for (const night of ['first', 'second']) {
    const { machine: next, agent: nextAgent, port: nextPort } = await sleepAndWake(machine, agent);
    [machine, agent, port] = [next, nextAgent, nextPort];
    await step(`${night} waking: the shell still has its variable`, async () =>
      assert.equal(await typed(machine, 'echo $secret'), secret),
    );
    await step(`${night} waking: the agent still works`, async () => {
      assert.equal((await agent.exec('nproc')).status, 0);
      assert.equal((await agent.info()).cpus, guest.vcpus === 1 ? '0' : `0-${guest.vcpus - 1}`);
    });
  }
  await step('a shell that ends is replaced', async () => {
    const from = machine.console.length;
    machine.type('exit\n');
    await machine.see(PROMPT, from, 30);
    assert.equal(await typed(machine, 'echo new$secret'), 'new');
  });
  await step('agent: a sleep that cannot be says why', async () => {
    await agent.exec('swapoff -a; dd if=/dev/zero of=/dev/vda bs=4k count=1');
    await assert.rejects(agent.suspendDisk(), /no swap space/);
  });
  await step('agent: shutdown', async () => {
    await agent.shutdown();
    await machine.ended;
  });
  const foreign = await open(guest.disk, 'r+');
  await foreign.write(Buffer.from([0x53, 0xef]), 0, 2, 1024 + 56);
  await foreign.close();
  machine = new QemuMachine(guest, echo);
  running = machine;
  ({ agent } = await agentOf(machine));
  await step('a disk with something else on it is left alone', async () => {
    await machine.see(/neither empty nor swap, so it is left alone/);
    await machine.see(PROMPT);
    const image = await readFile(guest.disk);
    assert.equal(image.readUInt16LE(1024 + 56), 0xef53);
    assert.ok(image.subarray(4086, 4096).every((byte) => byte === 0));
  });
  await step('agent: reboot', async () => {
    await agentReady(agent);
    await agent.reboot();
    await machine.ended;
  });
}

let running: QemuMachine | undefined;
if (!existsSync(join(guestFolder, 'guest.json'))) {
  console.error('The Debian guest is not there; run `npm run guests` first.');
  process.exit(1);
}
const manifest = JSON.parse(await readFile(join(guestFolder, 'guest.json'), 'utf8')) as GuestManifest;
const work = await mkdtemp(join(tmpdir(), 'dormouse-qemu-'));
try {
  const guest: QemuGuest = {
    kernel: join(work, 'Image'),
    initrd: join(guestFolder, manifest.files.initrd.path),
    append: manifest.append,
    vcpus: manifest.defaults.vcpus,
    memoryMiB: manifest.defaults.memoryMiB,
    disk: join(work, 'disk.raw'),
    agentSocket: join(work, 'agent'),
  };
  await writeFile(guest.kernel, gunzipSync(await readFile(join(guestFolder, manifest.files.kernel.path))));
  const disk = await open(guest.disk, 'w');
  await disk.truncate(manifest.defaults.diskMiB * 2 ** 20);
  await disk.close();
  await verify(guest);
  console.log(`all as it should be, Linux ${manifest.kernel.release} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
} catch (error) {
  console.error(`FAIL ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  running?.kill();
  await rm(work, { recursive: true, force: true });
}
