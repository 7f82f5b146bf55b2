import { describe, expect, it } from 'vitest';
import { VIRTIO_SLOT, virtioMmioRegion } from '../machine/memory-map';
import { bareVm } from './bare-vm.testkit';

/** Nobody is in a hurry: what is waited for comes, or the test's own time is up. */
const SOON = { timeout: 60_000 };
const hasRest = (events: { type: string }[]): boolean => events.some(({ type }) => type === 'rest');

/** Says `s` and sleeps by SYSTEM_SUSPEND; woken it says `w`, twice over. */
const SUSPENDS = `
    movz x9, #0x0900, lsl #16
    mov  w0, #'s'
    str  w0, [x9]
    movz x0, #0xc400, lsl #16
    movk x0, #0xe
    adr  x1, woken
    mov  x2, #0
    hvc  #0
  woken:
    movz x9, #0x0900, lsl #16
    mov  w0, #'w'
    str  w0, [x9]
    movz x0, #0xc400, lsl #16
    movk x0, #0xe
    adr  x1, woken
    hvc  #0`;

/** Takes the console device into use, and at a key puts it away and waits for ever. The UART's receive interrupt is unmasked if `listens`. */
const putsAway = (listens: boolean): string => `
    movz x9, #0x0900, lsl #16
    ${listens ? 'mov w0, #0x10\n str w0, [x9, #0x38]' : ''}
    ldr  x10, =0x${virtioMmioRegion(VIRTIO_SLOT.console).base.toString(16)}
    mov  w0, #3
    str  w0, [x10, #0x70]
    mov  w0, #1
    str  w0, [x10, #0x24]
    str  w0, [x10, #0x20]
    mov  w0, #0xb
    str  w0, [x10, #0x70]
    mov  w0, #0xf
    str  w0, [x10, #0x70]
    ldr  w0, [x10, #0x70]
    add  w0, w0, #'0'
    str  w0, [x9]
  key:
    ldr  w0, [x9, #0x18]
    tbnz w0, #4, key
    ldr  w0, [x9]
    str  wzr, [x10, #0x70]
  wait:
    wfi
    b    wait`;

describe('a machine that rests', () => {
  it('in RAM is told so at once, is woken by its host as often as it sleeps, and tells when it works', async () => {
    const { vm, events, text } = await bareVm(SUSPENDS, { config: { systemSuspend: true } });
    await vm.start();
    await expect.poll(() => vm.rest, SOON).toEqual({ how: 'ram', listens: false });
    expect(hasRest(events)).toBe(true);
    vm.wake();
    await expect.poll(text, SOON).toBe('sw');
    await expect.poll(() => vm.rest?.how, SOON).toBe('ram');
    vm.wake();
    await expect.poll(text, SOON).toBe('sww');
    await vm.stop();
    expect(vm.rest).toBeUndefined();
  });

  it('with its devices put away is suspended to idle; an Enter is sent to whoever listens', async () => {
    const { vm, text } = await bareVm(putsAway(true));
    await vm.start();
    // '0' and 0xf: the device took its driver.
    await expect.poll(text, SOON).toBe('?');
    expect(vm.rest).toBeUndefined();
    // Its report looks at the devices.
    await vm.pause();
    await vm.resume();
    vm.input(new TextEncoder().encode('x'));
    await expect.poll(() => vm.rest, SOON).toEqual({ how: 'idle', listens: true });
    vm.wake();
    // It waits at the UART, which raises its interrupt.
    await expect.poll(() => vm.typed, SOON).toBe(1);
    await vm.stop();
  });

  it('cannot be woken where nobody listens, is paused, or works', async () => {
    const { vm, text } = await bareVm(putsAway(false));
    await vm.start();
    await expect.poll(text, SOON).toBe('?');
    expect(() => vm.wake()).toThrow('not asleep');
    await vm.pause();
    expect(() => vm.wake()).toThrow('paused');
    await vm.resume();
    vm.input(new TextEncoder().encode('x'));
    await expect.poll(() => vm.rest, SOON).toEqual({ how: 'idle', listens: false });
    expect(() => vm.wake()).toThrow('reset starts it anew');
    await vm.stop();
  });
});
