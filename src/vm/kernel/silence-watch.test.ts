import { expect, it } from 'vitest';
import { bareVm, PROGRAMS } from '../bare-vm.testkit';

/** What a guest is told of, within some turns. */
async function told(source: string, clock: 'virtual' | 'realtime' = 'virtual'): Promise<string[]> {
  const made = await bareVm(source, { config: { clock, guest: 'odd.bin', kernelFormat: 'flat' } });
  await made.vm.start();
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  await made.vm.stop();
  return made.events.flatMap((event) => (event.type === 'notice' ? [event.sentence] : []));
}

it('a guest that parks its vCPUs without a word is told of, once', async () => {
  expect(await told(PROGRAMS.wait)).toEqual([
    'The guest waits with its interrupts masked and no timer set, and has printed nothing: is “odd.bin” for a processor like this (its page size, EL1)?',
  ]);
});

it.each([
  ['has printed', `movz x9, #0x0900, lsl #16\n mov w0, #'x'\n str w0, [x9]\n ${PROGRAMS.wait}`],
  ['takes interrupts', `msr DAIFClr, #2\n ${PROGRAMS.wait}`],
  ['has set a timer', `movz x0, #0x7fff, lsl #32\n msr CNTV_CVAL_EL0, x0\n mov x0, #1\n msr CNTV_CTL_EL0, x0\n ${PROGRAMS.wait}`],
  ['works', PROGRAMS.spin],
])('one that %s is not', async (_, source) => {
  // Virtual time would go on to the timer at once.
  expect(await told(source, 'realtime')).toEqual([]);
});
