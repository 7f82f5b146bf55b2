/** A machine that only pretends: scripted events, so that every state of the page can be looked at. Scene = worker's name. */
import * as Comlink from 'comlink';
import type { DiskInfo, EndReason, FirmwareCall, PsciVersion, VmConfig, VmEvent, VmState, VmWorker } from '../../vm/api';
import { previewFirmware } from '../state/firmware-preview';
import { pretendedTrace } from './pretended-trace';
import { BOOT, CALLS, GUESTS, lcg, PROMPT, SLEEP_CALLS, vcpuAt } from './script';

const scene = self.name;
const random = lcg(7);
const encoder = new TextEncoder();
let tell: (events: VmEvent[]) => void = () => undefined;
const emit = (event: VmEvent): void => tell([event]);
let config: VmConfig | undefined;
let ticker: ReturnType<typeof setInterval> | undefined;
let time = 0;
let seq = 0;
let paused = false;
let down = false;
let lines: string[] = [];
let calls: typeof CALLS = [];
const MIB = 2 ** 20;
const slept: NonNullable<DiskInfo['hibernated']> = {
  call: 'SYSTEM_OFF2',
  psci: '1.3',
  vcpus: 4,
  memoryMiB: 512,
  when: Date.now() - 8 * 60_000,
  type: 0,
  imageBytes: 66 * MIB,
};
const KEPT: Pick<DiskInfo, 'name' | 'size' | 'used' | 'inUse' | 'parts'> = {
  name: 'debian',
  size: 1024 * MIB,
  used: 1024 * MIB,
  inUse: false,
  parts: [
    { number: 1, size: 600 * MIB, kind: 'swap', label: 'dormouse-swap', asleep: true },
    { number: 2, size: 423 * MIB, kind: 'ext4', label: 'dormouse-home', files: { size: 399 * MIB, used: 31 * MIB, count: 12 } },
  ],
};
let disks: DiskInfo[] = scene === 'wake' ? [{ ...KEPT, hibernated: slept }] : [];

const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));
const say = (text: string) => emit({ type: 'console', data: encoder.encode(text) });
const state = (next: VmState) => emit({ type: 'state', state: next });

function call(entry: (typeof CALLS)[number], at: number): void {
  const { result, ...others } = entry;
  const made: FirmwareCall = {
    ...others,
    seq: (seq += 1),
    time: at * 1e9,
    conduit: config?.conduit ?? 'hvc',
    ...(result === undefined ? {} : { result }),
  };
  emit({ type: 'firmware', calls: [made], dropped: 0, counts: { [made.name]: 1 } });
}

function tick(): void {
  if (paused || !config) return;
  time += 0.1;
  if (time < 1.2 || random() < 0.2) for (const line of lines.splice(0, 3)) say(`${line}\r\n`);
  if (lines.length === 0 && time > 1.15 && time < 1.25) {
    say(PROMPT);
    emit({ type: 'agent', ready: true });
  }
  for (const entry of calls.splice(0, 4)) call(entry, entry.time);
  if (scene === 'flood') for (let count = 0; count < 400; count += 1) call(CALLS[count % CALLS.length]!, time + count / 1e5);
  const stats = {
    time: time * 1e9,
    instructions: Math.floor(time * 2.9e8),
    mips: 380 + random() * 60,
    engine: config.engine,
    jitShare: 0.93 + random() * 0.05,
  };
  emit({ type: 'stats', stats });
  const vcpus = Array.from({ length: config.vcpus }, (_, index) => vcpuAt(index, time, random, down && index > 0));
  emit({ type: 'vcpus', vcpus });
  emit({ type: 'trace', trace: pretendedTrace(vcpus, (time - 0.1) * 1e9, time * 1e9, stats.instructions) });
  if (scene === 'crash' && time > 2)
    end(
      {
        how: 'crashed',
        sentence: 'vCPU 0 took a synchronous exception at EL1 while handling one, at pc 0xffff80008012c2f0.',
        vcpu: 0,
      },
      'crashed',
    );
}

function end(reason: EndReason, next: VmState): void {
  clearInterval(ticker);
  emit({ type: 'ended', end: reason });
  state(next);
}

const demo: VmWorker = {
  async configure() {},
  async unsupported() {
    return scene === 'unsupported'
      ? 'It lacks WebAssembly tail calls, which Chrome has from 112, Firefox from 121 and Safari from 18.2 on.'
      : undefined;
  },
  guests: async () => GUESTS,
  disks: async () => disks,
  machineDisks: async () =>
    down ? [] : disks.filter(({ inUse }) => inUse).map(({ name, size, used }) => ({ name, size, used, where: 'kept' })),
  async assemble() {
    return new Uint8Array();
  },
  checkProgram: async () => ({ problems: [], size: 0, lines: [], labels: [], constants: [] }),
  assemblyWords: async () => ({
    instructions: [],
    directives: [],
    registers: [],
    systemRegisters: [],
    conditions: [],
    headers: [],
  }),
  async discardSleep(name) {
    for (const disk of disks) if (disk.name === name) delete disk.hibernated;
  },
  async deleteDisk(name) {
    disks = disks.filter((disk) => disk.name !== name);
  },
  async subscribe(listener) {
    tell = listener;
  },
  async start(wanted, options) {
    state('loading');
    const total = 12_400_000;
    for (let loaded = 0; loaded <= total; loaded += 1_550_000) {
      emit({ type: 'progress', what: 'Kernel', loaded, total });
      await rest(scene === 'plain' || scene === 'slow' ? 90 : 10);
      if (scene === 'slow' && loaded > 5e6) await rest(1e8);
      if (scene === 'error' && loaded > 5e6)
        throw new Error('The download of the kernel stopped at 6.2 MB of 12.4 MB: the network is gone.');
    }
    emit({ type: 'progress', what: 'Initial RAM disk', loaded: 2_500_000, total: 2_500_000 });
    emit({ type: 'progress', what: `Opening the disk “${wanted.guest}”`, loaded: 0 });
    await rest(150);
    config = wanted;
    time = 0;
    seq = 0;
    down = paused = false;
    const woken = disks.some((disk) => disk.hibernated && disk.name === options.disk?.name);
    lines = woken ? [] : [...BOOT];
    calls = [...CALLS];
    if (options.disk) disks = [{ name: options.disk.name, size: options.disk.sizeMiB * MIB, used: 24.6 * MIB, inUse: true }];
    state('running');
    if (woken) {
      emit({ type: 'notice', sentence: `woken under PSCI ${wanted.psci ?? '1.3'}`, tone: 'info' });
      say(PROMPT);
      time = 1.25;
      emit({ type: 'agent', ready: true });
      emit({ type: 'began', anew: false });
    }
    ticker = setInterval(tick, 100);
  },
  async pause() {
    paused = true;
    state('paused');
  },
  async resume() {
    paused = false;
    state('running');
  },
  async travel() {
    throw new Error('The demo has no past.');
  },
  async wake() {
    throw new Error('The machine is not asleep: there is nothing to wake.');
  },
  async reset() {
    emit({ type: 'ended', end: { how: 'reset', sentence: 'The machine was reset by its button.' } });
    emit({ type: 'notice', sentence: 'the machine was reset by its button', tone: 'info', over: true });
    lines = [...BOOT];
    time = 0;
  },
  async powerOff(graceful) {
    end(
      graceful
        ? { how: 'off', sentence: 'The guest shut down.', call: 'SYSTEM_OFF', vcpu: 0 }
        : { how: 'stopped-by-host', sentence: 'The power was cut.' },
      'off',
    );
    disks = disks.map((disk) => ({ ...disk, inUse: false }));
  },
  async hibernate() {
    say('\r\n');
    for (const line of [
      '[    9.402188] PM: hibernation: hibernation entry',
      '[    9.530771] PM: hibernation: Creating image:',
      '[   10.204415] PM: Image saving done: 66 MB in 0.6 s',
    ]) {
      say(`\x1b[90m${line}\x1b[0m\r\n`);
      await rest(120);
    }
    const off2 = !config?.psci || config.psci === '1.3';
    down = true;
    for (const entry of SLEEP_CALLS)
      call(
        entry.name === 'SYSTEM_OFF2' && !off2 ? { ...entry, name: 'SYSTEM_OFF', argsText: '' } : entry,
        time + entry.time / 10,
      );
    await rest(250);
    const version = config?.psci ?? '1.3';
    disks = [
      {
        ...KEPT,
        hibernated: { ...slept, psci: version, call: off2 ? 'SYSTEM_OFF2' : 'SYSTEM_OFF', when: Date.now() },
      },
    ];
    emit({
      type: 'notice',
      sentence: `the machine hibernated: ${off2 ? 'SYSTEM_OFF2 (HIBERNATE_OFF)' : 'SYSTEM_OFF'} on vCPU 0 · image on disk “debian”, 24 MiB`,
      tone: 'info',
    });
    end(
      {
        how: 'hibernated',
        sentence: 'vCPU 0 saved the machine’s memory to the disk “debian” and switched it off.',
        call: off2 ? 'SYSTEM_OFF2' : 'SYSTEM_OFF',
        vcpu: 0,
        kept: 'image',
      },
      'hibernated',
    );
  },
  async putFile() {},
  getFile: async () => new Uint8Array(),
  getFolder: async () => new Uint8Array(),
  async setBreakpoints() {},
  async setWatchpoints() {},
  learnSymbols: async () => 0,
  step: async () => {
    throw new Error('The machine of a demonstration plays a script and has no instructions.');
  },
  readMemory: async (_address, length) => new Uint8Array(length),
  inspect: async () => {
    throw new Error('There is no machine in a demonstration.');
  },
  async typeLong() {},
  async resizeConsole() {},
  async input(data) {
    say(new TextDecoder().decode(data).replace(/\r/g, `\r\n${PROMPT}`));
  },
  exec: async () => ({ status: 0, output: '' }),
  async firmware() {
    return config && previewFirmware(config).view;
  },
  async writeRegister(assignment) {
    if (!config) throw new Error('There is no machine whose registers could be written.');
    const next = assignment.startsWith('psci_version=')
      ? { ...config, psci: assignment.slice('psci_version='.length) as PsciVersion }
      : { ...config, registers: [...(config.registers ?? []), assignment] };
    const [refusal] = previewFirmware(next).refusals;
    if (refusal) throw new Error(`The register “${assignment}” is refused with ${refusal.errno}: ${refusal.sentence}`);
    config = next;
  },
  recognise: async () => ({ kind: 'other', what: 'a file of no known format' }),
  save: async () => new Blob(['no real machine']),
  checkSaved: async () => {
    throw new Error('The demo machine cannot be restored.');
  },
  restore: async () => {
    throw new Error('The demo machine cannot be restored.');
  },
  async vcpus() {
    return Array.from({ length: config?.vcpus ?? 0 }, (_, index) => vcpuAt(index, time, random, down && index > 0));
  },
};

Comlink.expose(demo);
