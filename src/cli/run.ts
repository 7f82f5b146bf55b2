/** `dormouse run`: one machine from its files to its exit status. */

import { writeFileSync } from 'node:fs';
import type { BlockDevice } from '../storage/block-device';
import { MemoryDisk } from '../storage/memory-disk';
import type { EndReason, PsciVersion, VmEvent } from '../vm/api';
import { beginDisk } from '../vm/disk-template';
import { DisksExchanged } from '../vm/saved-disks';
import { WakeRefusal } from '../vm/sleepers';
import type { Vm } from '../vm/vm';
import { createVm, vmFromSnapshot } from '../vm/vm-builder';
import type { VmOptions } from '../vm/vm-options';
import { AgentWait } from './agent-wait';
import type { RunOptions, TimedWrite } from './command-line';
import { exchangedDiskWords, memoryDiskWords, smallDiskWords } from './disk-words';
import { KEY_HELP } from './escape-keys';
import { BROKEN_PIPE_STATUS, EXIT, STOP_SIGNALS, type StopSignal, statusOfEnd, statusOfSignal } from './exit-status';
import { FileDisk, identityOf } from './file-disk';
import { restoredWords, sleeperWords, wakeWords, writtenWords } from './firmware-words';
import { type Keyboard, openKeyboard } from './keyboard';
import { MachineSaver } from './machine-saver';
import { nodeHost } from './node-host';
import { requireOutputs, type UsedFile } from './output-files';
import {
  abandonDisks,
  disksFor,
  openDisks,
  openVariables,
  type Prepared,
  type PreparedBoot,
  type PreparedRestore,
  prepare,
} from './prepare';
import { makeReport, RunningTime, requireWritable, type StopCause, writeReport } from './report';
import { restWords } from './rest-words';
import { readSaved, requireSavable } from './saved-file';
import { traceLine } from './trace';
import { faultOf, sentenceOf, UserError, writeReason } from './user-error';

const NEWLINE = 0x0a;
/** Asks for the machine to be saved. (Node starts its debugger by it, unless somebody listens.) */
const SAVE_SIGNAL = 'SIGUSR1';
/** Host milliseconds a guest gets to write its files back and switch itself off after --exec. */
const SHUTDOWN_PATIENCE_MS = 10_000;

/** The guest's console stands in the middle of a line. */
let midLine = false;

/** Diagnostics, one line each; at a terminal never behind what the guest has written. */
function say(sentence: string): void {
  process.stderr.write(`${midLine && process.stderr.isTTY ? '\n' : ''}dormouse: ${sentence}\n`);
  midLine = false;
}

const NOT_SUPPORTED = 0xffff_ffff_ffff_ffffn;

/** What a run writes, and what it reads. A machine may be saved over the file that it came from: that was read by then. */
function filesOf({
  boot,
  firmwareVariables,
  initrd,
  disks,
  save,
  report,
  dtbOut,
}: RunOptions): [outputs: UsedFile[], inputs: UsedFile[]] {
  const file = (what: string, path: string | undefined): UsedFile[] => (path === undefined ? [] : [{ what, path }]);
  const saved = 'saved' in boot && identityOf(boot.saved) !== identityOf(save?.path ?? '') ? boot.saved : undefined;
  return [
    [...file('saved machine', save?.path), ...file('report', report), ...file('device tree', dtbOut)],
    [
      ...file('saved machine', saved),
      ...file('kernel', 'kernel' in boot ? boot.kernel : undefined),
      ...file('firmware', 'firmware' in boot ? boot.firmware : undefined),
      ...file('initrd', initrd),
      ...file('file of variables', firmwareVariables),
      ...disks.map(({ path }) => ({ what: 'disk', path })),
    ],
  ];
}

/** Runs a machine to its end. Returns the exit status. Throws a UserError for what the person can put right. */
export async function run(options: RunOptions): Promise<number> {
  const prepared = await prepare(options);
  const host = nodeHost();
  requireOutputs(...filesOf(options));
  if (options.report !== undefined) requireWritable('report', options.report);
  if (options.dtbOut !== undefined) requireWritable('device tree', options.dtbOut);
  if (options.save !== undefined) requireSavable(options.save.path);
  const { disks, emptyDisks } =
    'saved' in prepared
      ? disksFor(prepared.saved, options.disks)
      : { disks: openDisks(options.disks, prepared.template?.size), emptyDisks: undefined };
  const used: BlockDevice[] = [...disks];
  let session: Session | undefined;
  const closeDisks = (): void => {
    if (session?.there) for (const disk of used) disk.close();
    else abandonDisks(used);
  };
  // The last way out, should another one fail us.
  process.once('exit', closeDisks);
  try {
    const { firmwareVariables } = options;
    const variables = firmwareVariables === undefined ? undefined : openVariables(firmwareVariables);
    if (variables) used.push(variables);
    session = new Session(options, prepared, disks, emptyDisks, variables);
    return await session.run(host);
  } finally {
    closeDisks();
    process.off('exit', closeDisks);
  }
}

/** While a machine is being built a signal ends the process, as it does without us, but what was made by then is cleared away. Returns what ends that. */
function exitOnSignals(): () => void {
  const signals = Object.keys(STOP_SIGNALS) as StopSignal[];
  const exit = (signal: NodeJS.Signals): void => process.exit(statusOfSignal(signal as StopSignal));
  for (const signal of signals) process.on(signal, exit);
  return () => {
    for (const signal of signals) process.off(signal, exit);
  };
}

class Session {
  /** Its machine was built, and its disks are in use. */
  there = false;
  private vm!: Vm;
  private saver: MachineSaver | undefined;
  /** The guest called SYSTEM_OFF2 last, and it was not there. */
  private off2Refused = false;
  private readonly runningTime = new RunningTime();
  private keyboard: Keyboard | undefined;
  private agentWait: AgentWait | undefined;
  private execution: Promise<void> | undefined;
  /** What --exec came to: its status, or 1 after a sentence. */
  private execStatus: number | undefined;
  private stopped: { by: StopCause; status: number } | undefined;
  private fail!: (error: unknown) => void;
  /** Settles with what nobody caught: a fault of ours. */
  private readonly failed = new Promise<unknown>((resolve) => {
    this.fail = resolve;
  });

  constructor(
    private readonly options: RunOptions,
    private readonly prepared: Prepared,
    private readonly disks: readonly BlockDevice[],
    private readonly emptyDisks: ReadonlySet<BlockDevice> | undefined,
    private readonly variables: BlockDevice | undefined,
  ) {}

  async run(host: ReturnType<typeof nodeHost>): Promise<number> {
    const { options, prepared } = this;
    const goOn = exitOnSignals();
    try {
      await this.build(host);
    } finally {
      goOn();
    }
    this.there = true;
    if (options.dtbOut !== undefined) writeDeviceTree(options.dtbOut, this.vm.deviceTree);
    const instructionsBefore = this.vm.machine.instructions;
    const stopListening = this.listen();
    const began = performance.now();
    let end: EndReason | undefined;
    try {
      if (options.exec === undefined) this.openKeyboard();
      // A restored guest has had its agent all the time.
      else if (this.vm.agent.ready) this.execution = this.execute(options.exec);
      else this.agentWait = new AgentWait(options.exec, options, say);
      if (this.vm.state === 'paused') await this.vm.resume();
      else await this.vm.start();
      end = await this.untilTheEnd();
      await this.execution;
    } finally {
      stopListening();
      this.agentWait?.end();
      this.keyboard?.close();
      process.stdout.off('resize', this.tellTerminalSize);
    }
    this.sayHowItWakes(end);
    const exitStatus = this.status(end) || (this.saver?.failed ? EXIT.USAGE : EXIT.OFF);
    if (options.report !== undefined) {
      const hostSeconds = (performance.now() - began) / 1000;
      const time = { hostSeconds, runningSeconds: this.runningTime.seconds, instructionsBefore };
      const ending = { end, stoppedBy: this.stopped?.by, exitStatus, ...time };
      writeReport(options.report, makeReport(this.vm, prepared.config, ending));
    }
    return exitStatus;
  }

  private async build(host: ReturnType<typeof nodeHost>): Promise<void> {
    const { options, prepared, disks, variables } = this;
    const shared: Omit<VmOptions, 'images'> = {
      config: prepared.config,
      disks,
      ...(variables && { variables }),
      host,
      noReboot: options.noReboot,
      wakeAnyway: options.wakeAnyway,
      onEvents: (events) => this.handle(events),
      allCalls: options.tracePsci,
    };
    if ('saved' in prepared) await this.restore(prepared, shared);
    else {
      await this.beginDisk(prepared);
      this.vm = await createVm({ ...shared, images: prepared.images }).catch((error: unknown) => {
        if (!(error instanceof WakeRefusal)) throw error;
        throw new UserError(`${error.message.replace(/\.$/, '')}; --wake-anyway starts all the same.`);
      });
      this.saySleepers();
    }
    if (options.save) this.saver = new MachineSaver(this.vm, options.save.path, disks.length, say);
  }

  /** A new disk begins with what the guest's disks begin with. */
  private async beginDisk({ template, config }: PreparedBoot): Promise<void> {
    const [disk] = this.disks;
    if (!template || !(disk instanceof FileDisk) || !disk.isNew) return;
    if ((await beginDisk(disk, template)) || !this.talkative) return;
    say(smallDiskWords(disk.name, config.guest, template.size));
  }

  private async restore({ config, saved }: PreparedRestore, shared: Omit<VmOptions, 'images'>): Promise<void> {
    const { boot, registers, skipRegisters } = this.options;
    const path = 'saved' in boot ? boot.saved : '';
    try {
      const { emptyDisks } = this;
      const restoring = { ...shared, skipRegisters, ...(emptyDisks ? { emptyDisks } : {}) };
      this.vm = await vmFromSnapshot(saved, restoring).catch(async (error: unknown) => {
        if (!(error instanceof DisksExchanged)) throw error;
        // A save is read once, and what was on its disks comes last: it is read again, now that it is known which is which.
        if (this.talkative) say(exchangedDiskWords(error.names));
        const disks = this.disks.map((disk, index) => this.disks[error.order[index] ?? index] ?? disk);
        return vmFromSnapshot(await readSaved(path), { ...restoring, disks });
      });
      for (const assignment of registers) await this.vm.writeRegister(assignment);
    } catch (error) {
      throw new UserError(`“${path}” cannot be restored: ${sentenceOf(error)}`);
    }
    // A saved machine always says what version was in force.
    const version = saved.config.psci as PsciVersion;
    if (this.talkative) say(restoredWords(path, config, this.vm.firmware(), version, skipRegisters));
    const inMemory = this.disks.filter((disk) => disk instanceof MemoryDisk).map(({ name }) => name);
    if (inMemory.length > 0) say(memoryDiskWords(inMemory));
  }

  private saySleepers(): void {
    if (!this.talkative) return;
    for (const { disk } of this.vm.sleepers) say(sleeperWords(disk.name, this.vm.firmware()));
  }

  private sayHowItWakes(end: EndReason | undefined): void {
    if (!this.talkative || (end?.how !== 'hibernated' && end?.how !== 'off')) return;
    if (this.vm.sleepers.length === 0) return;
    say(wakeWords(end, this.prepared.config, this.vm.registers.effectiveVersion, this.off2Refused));
  }

  /** The end of the machine; undefined if Dormouse failed and could not even end it. */
  private async untilTheEnd(): Promise<EndReason | undefined> {
    const fault = this.failed.then((error) => ({ error }));
    const first = await Promise.race([this.vm.ended, fault]);
    if (!('error' in first)) {
      // A machine that ended because Dormouse failed tells why a moment later.
      if (first.how === 'crashed') await new Promise((resolve) => setImmediate(resolve));
      return first;
    }
    if (!this.vm.end) say(faultOf(first.error));
    return this.vm.end;
  }

  /** What the machine tells. The promise, if there is one, waits for a reader that is slower than the guest. */
  private handle(events: readonly VmEvent[]): Promise<void> | undefined {
    for (const event of events) this.see(event);
    const slow = [process.stdout, process.stderr].filter((stream) => stream.writableNeedDrain);
    return slow.length > 0 ? Promise.all(slow.map(drained)).then(() => undefined) : undefined;
  }

  private see(event: VmEvent): void {
    switch (event.type) {
      case 'console':
        if (this.options.exec === undefined) process.stdout.write(event.data);
        else if (this.options.verbose) process.stderr.write(event.data);
        else break;
        midLine = event.data.at(-1) !== NEWLINE;
        break;
      case 'firmware':
        for (const call of event.calls) {
          if (call.name === 'SYSTEM_OFF2') this.off2Refused = call.result === NOT_SUPPORTED;
          if (this.options.tracePsci) process.stderr.write(`${traceLine(call)}\n`);
        }
        break;
      case 'notice':
        if (event.tone !== 'info' || this.talkative) say(event.sentence);
        break;
      case 'stats':
        this.runningTime.add(event.stats);
        break;
      case 'agent':
        this.agentChanged(event.ready);
        break;
      case 'rest':
        if (event.rest && process.stdin.isTTY && this.talkative) say(restWords(event.rest));
        break;
      case 'ended':
        if (event.end.how === 'crashed' || (event.end.how !== 'stopped-by-host' && this.talkative)) say(event.end.sentence);
        break;
      default:
        break;
    }
  }

  /** Whether events that are nobody's fault are worth a line. */
  private get talkative(): boolean {
    return this.options.exec === undefined || this.options.verbose;
  }

  private agentChanged(ready: boolean): void {
    const { exec } = this.options;
    // While a machine is being restored there is none yet to run a command on.
    if (exec === undefined || !this.vm || !ready) return;
    this.agentWait?.came();
    this.execution ??= this.execute(exec);
  }

  private async execute(command: string): Promise<void> {
    const { vm } = this;
    try {
      const onOutput = (bytes: Uint8Array) => (process.stdout.write(bytes) ? undefined : drained(process.stdout));
      const { status } = await vm.agent.exec(command, { onOutput });
      this.execStatus = status;
    } catch (error) {
      // A command that switches the machine off has no status but the machine's.
      if (vm.end) return;
      this.execStatus = EXIT.FAULT;
      say(sentenceOf(error));
    }
    if (this.saver && this.options.save?.afterSeconds === undefined) {
      await this.saver.save();
      // Without a word to the guest, so that its disks stay as they were when it was saved.
      if (!vm.end) this.stop('exec', this.execStatus, 'The machine was switched off after its command.');
    } else await this.switchOff();
  }

  /** Ends the machine after --exec. A guest with disks may hold back writes, so it is asked first. */
  private async switchOff(): Promise<void> {
    const { vm } = this;
    if (this.disks.length > 0 && vm.agent.ready) {
      let patience: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, SHUTDOWN_PATIENCE_MS);
      });
      const asked = vm.agent.shutdown().then(
        () => vm.ended,
        () => undefined,
      );
      await Promise.race([asked, enough]);
      clearTimeout(patience);
    }
    if (!vm.end) this.stop('exec', this.execStatus ?? EXIT.FAULT, 'The machine was switched off after its command.');
  }

  private stop(by: StopCause, status: number, sentence: string): void {
    if (this.stopped || this.vm.end) return;
    this.stopped = { by, status };
    if (by !== 'exec' || this.options.verbose) say(sentence);
    this.vm.stop(sentence).catch((error: unknown) => this.fail(error));
  }

  private openKeyboard(): void {
    this.tellTerminalSize();
    process.stdout.on('resize', this.tellTerminalSize);
    this.keyboard = openKeyboard({
      deliver: (bytes) => this.vm.input(bytes),
      waiting: () => this.vm.typed,
      command: (command) => {
        if (command === 'help') process.stderr.write(KEY_HELP);
        else if (command === 'save') this.saveNow();
        else if (command === 'wake') this.wakeNow();
        else this.stop('quit', EXIT.OFF, 'The machine was switched off from the keyboard.');
      },
    });
  }

  /** The guest's terminal is as large as this one, if there is one that knows how large it is. */
  private readonly tellTerminalSize = (): void => {
    const { isTTY, rows, columns } = process.stdout;
    if (isTTY && rows > 0 && columns > 0) this.vm.resizeConsole({ rows, columns });
  };
  private wakeNow(): void {
    try {
      this.vm.wake();
    } catch (error) {
      say(sentenceOf(error));
    }
  }

  private saveNow(): void {
    if (this.saver) void this.saver.save();
    else say('There is no file to save the machine to: start with --save FILE.');
  }

  private async writeAsTimed({ assignment }: TimedWrite): Promise<void> {
    const { vm } = this;
    const before = vm.firmware();
    try {
      await vm.writeRegister(assignment);
      say(writtenWords(assignment, before, vm.firmware()));
    } catch (error) {
      say(sentenceOf(error));
    }
  }

  /** Signals, the time limit, a reader that left, and what nobody caught. Returns the way to stop listening. */
  private listen(): () => void {
    const { maxSeconds, save, registerWrites } = this.options;
    const signals = Object.keys(STOP_SIGNALS) as StopSignal[];
    const stopBySignal = (signal: NodeJS.Signals): void =>
      this.stop('signal', statusOfSignal(signal as StopSignal), `The machine was switched off by ${signal}.`);
    for (const signal of signals) process.on(signal, stopBySignal);
    const outputFailed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EPIPE')
        this.stop('output-closed', BROKEN_PIPE_STATUS, 'The machine was switched off because nobody reads its output.');
      else this.fail(error);
    };
    process.stdout.on('error', outputFailed);
    const uncaught = (error: unknown): void => {
      if (this.options.verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`);
      this.fail(error);
    };
    process.on('uncaughtException', uncaught);
    process.on('unhandledRejection', uncaught);
    const timeOver = (): void =>
      this.stop('max-seconds', EXIT.MAX_SECONDS, `The machine was switched off after ${maxSeconds} s (--max-seconds).`);
    const saveNow = (): void => this.saveNow();
    if (save && process.platform !== 'win32') process.on(SAVE_SIGNAL, saveNow);
    const timers = [
      ...(maxSeconds === undefined ? [] : [setTimeout(timeOver, maxSeconds * 1000)]),
      ...(save?.afterSeconds === undefined ? [] : [setTimeout(saveNow, save.afterSeconds * 1000)]),
      ...registerWrites.map((write) => setTimeout(() => this.writeAsTimed(write), write.seconds * 1000)),
    ];
    return () => {
      for (const timer of timers) clearTimeout(timer);
      process.off(SAVE_SIGNAL, saveNow);
      for (const signal of signals) process.off(signal, stopBySignal);
      process.off('uncaughtException', uncaught);
      process.off('unhandledRejection', uncaught);
    };
  }

  private status(end: EndReason | undefined): number {
    if (end === undefined || end.how === 'crashed') return EXIT.FAULT;
    if (this.execStatus !== undefined && (!this.stopped || this.stopped.by === 'exec')) return this.execStatus;
    const notRun = this.options.exec !== undefined && !this.execution;
    if (this.stopped) {
      if (notRun && this.stopped.by !== 'output-closed')
        say(`“${this.options.exec}” was not run: the guest's agent never answered.`);
      return this.stopped.status;
    }
    if (!notRun) return statusOfEnd(end);
    say(`The machine ended before its agent was there to run “${this.options.exec}”: ${end.sentence}`);
    return statusOfEnd(end) || EXIT.FAULT;
  }
}

/** Settles when a stream takes more, or breaks: what is wrong with it, its own listener hears. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.once(event, done);
  });
}

function writeDeviceTree(path: string, tree: Uint8Array): void {
  try {
    writeFileSync(path, tree);
  } catch (error) {
    throw new UserError(`The device tree “${path}” cannot be written: ${writeReason(error)}.`);
  }
}
