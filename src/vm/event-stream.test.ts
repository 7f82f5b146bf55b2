import { describe, expect, it } from 'vitest';
import type { VmEvent } from './api';
import { bareVm, PROGRAMS } from './bare-vm.testkit';
import { CONSOLE_WINDOW, EventStream } from './event-stream';

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A listener that is ready for more when it is told so. */
function slowListener() {
  const batches: VmEvent[][] = [];
  let ready: (() => void) | undefined;
  return {
    batches,
    listener: (events: VmEvent[]): Promise<void> => {
      batches.push(events);
      return new Promise((resolve) => {
        ready = resolve;
      });
    },
    async ready(): Promise<void> {
      ready?.();
      await rest(0);
    },
  };
}

const print = (stream: EventStream, text: string): void => {
  for (const character of text) stream.console(character.charCodeAt(0));
};
const notice = (sentence: string): VmEvent => ({ type: 'notice', sentence, tone: 'info' });
const words = (events: readonly VmEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'console') return new TextDecoder().decode(event.data);
    return event.type === 'notice' ? event.sentence : event.type === 'agent' ? `agent ${event.ready}` : event.type;
  });

describe('EventStream', () => {
  it('tells a turn as one batch, in order', () => {
    const batches: VmEvent[][] = [];
    const stream = new EventStream((events) => void batches.push(events));
    print(stream, 'one');
    stream.add(notice('two'));
    print(stream, 'three');
    stream.flush();
    stream.flush();
    expect(batches.map(words)).toEqual([['one', 'two', 'three']]);
  });

  it('gathers while the listener is busy, and tells as soon as it is ready', async () => {
    const slow = slowListener();
    const stream = new EventStream(slow.listener);
    print(stream, 'a');
    stream.flush();
    for (const character of 'bcd') {
      print(stream, character);
      stream.add({ type: 'stats', stats: { time: 1, instructions: 1, mips: 1, engine: 'jit', jitShare: 0 } });
      stream.flush();
    }
    expect(slow.batches).toHaveLength(1);
    await slow.ready();
    expect(slow.batches).toHaveLength(2);
    expect(words(slow.batches[1]!).join('')).toBe('bcdstats');
  });

  it('bounds sentences and an agent that comes and goes', async () => {
    const slow = slowListener();
    const stream = new EventStream(slow.listener);
    stream.add(notice('first'));
    stream.flush();
    for (let i = 0; i < 10_000; i++) {
      stream.add(notice('The driver did it again.'));
      stream.add({ type: 'agent', ready: i % 2 === 0 });
    }
    stream.add({ type: 'agent', ready: true });
    await slow.ready();
    const told = words(slow.batches[1]!);
    expect(told.length).toBeLessThan(40);
    expect(told.at(-1)).toBe('9968 more such messages.');
    expect(told.filter((word) => word.startsWith('agent'))).toEqual(['agent true']);
  });
});

describe('a machine whose listener cannot keep up', () => {
  it('stands still when its console is full, loses nothing, and takes commands', async () => {
    const slow = slowListener();
    const { vm } = await bareVm(PROGRAMS.flood, { onEvents: slow.listener });
    void vm.start();
    let before = -1;
    while (vm.machine.instructions !== before || before === 0) {
      before = vm.machine.instructions;
      await rest(60);
    }
    expect(vm.state).toBe('running');
    await vm.pause();
    await vm.resume();
    let bytes = 0;
    for (let i = 0; i < 20; i++) await slow.ready();
    await vm.stop();
    for (let i = 0; i < 3; i++) await slow.ready();
    for (const event of slow.batches.flat()) if (event.type === 'console') bytes += event.data.length;
    const largest = Math.max(...slow.batches.flat().map((event) => (event.type === 'console' ? event.data.length : 0)));
    expect(largest).toBeLessThan(3 * CONSOLE_WINDOW);
    expect(bytes).toBeGreaterThan(CONSOLE_WINDOW);
    // Two instructions a byte, and the first two.
    expect(Math.abs(bytes - (vm.machine.instructions - 2) / 2)).toBeLessThanOrEqual(1);
    expect(slow.batches.at(-1)!.at(-1)!.type).toBe('ended');
  });

  it('under the virtual clock a slow listener changes nothing for the guest', async () => {
    const program = `
      movz x9, #0x0900, lsl #16
      movz x8, #0x4, lsl #16
    next:
      mrs x0, cntvct_el0
      orr w0, w0, #0x40
      and w0, w0, #0x7f
      str w0, [x9]
      subs x8, x8, #1
      b.ne next
      ${PROGRAMS.off}`;
    const run = async (pause: number): Promise<string> => {
      const { vm, text } = await bareVm(program, {
        config: { clock: 'virtual' },
        onEvents: () => (pause > 0 ? rest(pause) : undefined),
      });
      await vm.start();
      await vm.ended;
      await rest(2 * pause);
      return text();
    };
    const quick = await run(0);
    expect(quick).toHaveLength(0x40000);
    expect(await run(20)).toBe(quick);
  });

  it('calls of the firmware do not pile up', async () => {
    const slow = slowListener();
    const { vm } = await bareVm(PROGRAMS.calls, { onEvents: slow.listener });
    await vm.start();
    while ((vm.callsByName.get('PSCI_VERSION') ?? 0) < 20_000) await rest(5);
    await slow.ready();
    await vm.stop();
    await slow.ready();
    await slow.ready();
    const told = slow.batches.flat().flatMap((event) => (event.type === 'firmware' ? [event] : []));
    expect(told.length).toBeLessThanOrEqual(4);
    expect(told.reduce((sum, { counts }) => sum + counts.PSCI_VERSION!, 0)).toBe(vm.callsByName.get('PSCI_VERSION'));
    expect(vm.firmware().told).toEqual(['1.3']);
  });
});
