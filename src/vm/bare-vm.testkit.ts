import { assemble } from '../isa/text/assemble';
import type { BlockDevice } from '../storage/block-device';
import type { VmConfig, VmEvent } from './api';
import type { EventListener } from './event-stream';
import type { VmHost } from './host';
import type { Vm } from './vm';
import { createVm } from './vm-builder';
import type { VmOptions } from './vm-options';

/** Where a flat kernel is loaded and entered. */
const ENTRY = 0x4008_0000n;

/** Guests of a few instructions. x9 holds the UART's address where it is used. */
export const PROGRAMS = {
  /** Works for ever. */
  spin: 'b .',
  /** Waits for ever. */
  wait: 'wait: wfi\n b wait',
  /** Says what is typed, and switches the machine off at a full stop. */
  echo: `
    movz x9, #0x0900, lsl #16
  next:
    ldr w1, [x9, #0x18]
    tbnz w1, #4, next
    ldr w0, [x9]
    str w0, [x9]
    cmp w0, #'.'
    b.ne next
    movz x0, #0x8400, lsl #16
    movk x0, #8
    hvc #0`,
  /** Prints without end. */
  flood: `
    movz x9, #0x0900, lsl #16
    mov w0, #'x'
  next:
    str w0, [x9]
    b next`,
  /** Asks for the version of PSCI without end. */
  calls: `
  next:
    movz x0, #0x8400, lsl #16
    hvc #0
    b next`,
  off: `
    movz x0, #0x8400, lsl #16
    movk x0, #8
    hvc #0`,
} as const;

export function programImage(source: string): Uint8Array {
  return assemble(source, { base: ENTRY }).bytes;
}

/** This process as a machine's host. */
export function testHost(options: Partial<VmHost> = {}): VmHost {
  return {
    time: { monotonic: () => performance.now() * 1e6, wall: () => BigInt(Date.now()) * 1_000_000n },
    entropy: (into) => void into.fill(7),
    timeouts: {
      start(milliseconds, fire) {
        const timer = setTimeout(fire, milliseconds);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    ...options,
  };
}

export const CONFIG: VmConfig = {
  guest: 'bare',
  vcpus: 1,
  memoryMiB: 16,
  conduit: 'hvc',
  gic: 3,
  engine: 'interpreter',
  clock: 'realtime',
};

export interface BareVm {
  vm: Vm;
  /** All events so far, in order. */
  events: VmEvent[];
  /** Console bytes so far, as text. */
  text(): string;
}

/** A machine with a program for a kernel, not started. */
export async function bareVm(
  source: string,
  options: Partial<Omit<VmOptions, 'config'>> & { config?: Partial<VmConfig>; disks?: readonly BlockDevice[] } = {},
): Promise<BareVm> {
  const events: VmEvent[] = [];
  const { config, onEvents, ...rest } = options;
  const listener: EventListener = (batch) => {
    events.push(...batch);
    return onEvents?.(batch);
  };
  const vm = await createVm({
    config: { ...CONFIG, ...config },
    images: { kernel: programImage(source) },
    host: testHost(),
    ...rest,
    onEvents: listener,
  });
  const text = (): string =>
    events.map((event) => (event.type === 'console' ? new TextDecoder('latin1').decode(event.data) : '')).join('');
  return { vm, events, text };
}
