import type { Locator } from '@playwright/test';
import { STORY_NAMES, type StoryName } from '../../src/ui/state/parameters';
import { PLACES, type Place } from '../../src/ui/stories/places';
import { PATIENCE } from '../patience';
import { hasGuest, titleFor } from './support/guests';
import { expectReachable, expectWhole, seenOf } from './support/in-sight';
import { keepDisk } from './support/kept-disks';
import { expect, type MachinePage, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

/** The stories that boot a Linux. */
const OF_DEBIAN: readonly StoryName[] = ['hibernate'];

const lab = (title: string) => titleFor('lab', title);
const story = (machine: MachinePage) => machine.page.getByRole('region', { name: /^Story:/ });

/** Windows, and how many rows of a panel are seen at least where a step speaks of something in it. */
const WINDOWS = [
  { width: 1440, height: 900, rows: 5 },
  { width: 1280, height: 800, rows: 5 },
  { width: 844, height: 390, rows: 4 },
  { width: 390, height: 844, rows: 5 },
];

/** What is spoken of lies in sight, and so do rows around it. */
async function expectSeen(machine: MachinePage, thing: Locator, list: Locator, rows: number): Promise<void> {
  await expect(thing).toHaveCount(1);
  await expectWhole(thing);
  const { height } = await seenOf(thing);
  await expect.poll(async () => (await seenOf(list)).seen).toBeGreaterThanOrEqual(rows * height);
  await expect(machine.page.locator('[data-story-place]')).toHaveCount(1);
}

/** What the step that is done speaks of is in sight, by the place that it names. */
async function expectThing(machine: MachinePage, rows: number): Promise<void> {
  const { page } = machine;
  const place = page.locator('[data-story-place]');
  const chip = story(machine).getByRole('button', { name: /^Show / });
  const name = (await chip.textContent()) ?? '';
  if (name === 'Firmware, Calls')
    await expectSeen(machine, place.getByRole('option', { selected: true }), place.getByRole('listbox'), rows);
  else if (name.startsWith('Firmware'))
    await expectSeen(machine, page.locator('[data-story-thing]'), page.locator('#fw-body > .scroll'), rows);
  else if (name === 'Console' && (await place.getAttribute('id')) === 'console')
    await expectSeen(machine, page.locator('.held-line'), page.locator('#console .xterm-screen'), rows);
  else {
    await expect(place).toHaveCount(1);
    if (name === 'the card below the console') await expectReachable(place);
    await expect.poll(async () => (await seenOf(place)).seen).toBeGreaterThanOrEqual(Math.min(60, (await seenOf(place)).height));
  }
}

/** Runs the story that is open to its end by the button of each step, and looks that each step notices it and that what it speaks of is seen. */
async function tellAll(machine: MachinePage, rows: number): Promise<void> {
  const card = story(machine);
  const place = machine.page.locator('[data-story-place]');
  await expect(card.getByRole('heading')).toContainText('1 of');
  const steps = await card.getByRole('list', { name: 'Steps' }).getByRole('listitem').count();
  for (let step = 1; step <= steps; step++) {
    await test.step(`step ${step} of ${steps}`, async () => {
      await expect(card.getByRole('heading')).toContainText(`${step} of ${steps}`);
      // Where there is something to do: of a machine that is to be switched off first, the button that starts the next is not there.
      const ready = place.or(machine.page.getByRole('button', { name: 'Power off' }));
      await expect(ready.first()).toBeVisible();
      if ((await place.count()) > 0) await expect.poll(async () => (await seenOf(place)).seen).toBeGreaterThan(20);
      const tool = machine.page.locator('[data-story-thing]');
      if ((await card.textContent())?.includes('Beside “Wake under”')) await expectWhole(tool);
      await card
        .getByRole('button', { name: /^(Do it for me|Run it)$/ })
        .last()
        .click();
      const next = card.getByRole('button', { name: step === steps ? 'Finish' : 'Next', exact: true });
      await expect(next.or(card.getByRole('alert'))).toBeVisible({ timeout: PATIENCE.BOOT });
      await expect(card.getByRole('alert')).toHaveCount(0);
      await expectThing(machine, rows);
      await next.click();
    });
  }
  await expect(card.getByRole('heading', { name: 'What there is to take home' })).toBeVisible();
}

test(lab('a step that was done for somebody is not done again while it waits for its outcome'), async ({ machine }) => {
  test.skip(!hasGuest('debian'), 'the debian guest is not there');
  await machine.page.goto('./?story=hibernate');
  const card = story(machine);
  const ready = card.getByRole('button', { name: 'Do it for me' });
  await ready.click();
  await expect(card.getByRole('button', { name: 'Doing it…' })).toBeDisabled();
  const next = card.getByRole('button', { name: 'Next', exact: true });
  // While the guest boots, too: pressed once more it would cut the power of what it has just started.
  await expect(next.or(ready)).toBeVisible({ timeout: PATIENCE.BOOT });
  await expect(ready).toHaveCount(0);
});

for (const name of STORY_NAMES) {
  const guest = OF_DEBIAN.includes(name) ? 'debian' : 'lab';
  for (const { rows, ...size } of WINDOWS) {
    const where = `${size.width}×${size.height}`;
    test(
      titleFor(guest, `the story “${name}” comes to its end at ${where}, and shows what it speaks of`),
      async ({ machine, page }) => {
        test.skip(!hasGuest(guest), `the ${guest} guest is not there`);
        await page.setViewportSize(size);
        await machine.open({ story: name });
        await tellAll(machine, rows);
      },
    );
  }
}

test(lab('a step notices what a person does by hand, and who leaves a story can take it up again'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await page.getByRole('button', { name: /Start a second CPU by hand/ }).click();
  const card = story(machine);
  await machine.start();
  await card.getByRole('button', { name: 'Next', exact: true }).click();
  await machine.type('cpus');
  await expect(card).toContainText('MPIDR_EL1');

  await card.getByRole('button', { name: 'Leave the story' }).click();
  await expect(card).toHaveCount(0);
  await page.getByRole('button', { name: 'Power off' }).click();
  await page.getByRole('button', { name: 'Cut the power now' }).click();
  // Its machine is gone: it goes on where one can be started.
  page.on('dialog', (dialog) => void dialog.accept());
  await machine.open();
  await page.getByRole('button', { name: /Start a second CPU by hand/ }).click();
  await expect(card.getByRole('heading')).toContainText('1 of 5');
});

test(lab('a story asks before it switches off a machine that is none of its own'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab', psci: '0.2' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await page.getByRole('button', { name: 'Stories' }).click();
  await page.getByRole('button', { name: /Pin the version/ }).click();
  const card = story(machine);
  // “Start the machine” is nowhere now.
  await expect(card).toContainText('Power it off when you need it no longer, and the step goes on here');
  await card.getByRole('button', { name: 'Do it for me' }).click();
  await expect(card).toContainText('what it has not written to its disk is lost');
  await page.keyboard.press('Escape');
  await machine.type('psci');
  await expect.poll(() => machine.wholeConsole()).toMatch(/PSCI 0\.2 by/);

  await card.getByRole('button', { name: 'Do it for me' }).click();
  await card.getByRole('button', { name: 'Cut its power and do it' }).click();
  await expect(card.getByRole('button', { name: 'Next', exact: true })).toBeVisible();
  await machine.type('psci');
  // Its list may be longer than what is in sight.
  await expect.poll(() => machine.wholeConsole()).toMatch(/PSCI 1\.1 by/);
});

test(
  lab('with a machine asleep the first step is done by hand as without, and the sleeper sleeps on'),
  async ({ machine, page }) => {
    await machine.open();
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
    const sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 64, when: Date.now() } as const;
    await keepDisk(page, { name: 'lab', bytes: 1 << 20, sleep });
    await machine.open({ story: 'second-cpu' });
    await expect(page.getByText('A machine sleeps on the disk “lab”. It goes on sleeping')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Wake that one instead' })).toBeVisible();
    await machine.start();
    await expect(story(machine).getByRole('button', { name: 'Next', exact: true })).toBeVisible();
    page.on('dialog', (dialog) => void dialog.accept());
    await machine.open({ guest: 'lab' });
    await expect(page.getByRole('button', { name: /^Wake under PSCI/ })).toBeVisible();
  },
);

test(lab('a story that is begun with the editor in front shows the button that it speaks of'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await page.getByRole('tab', { name: 'Editor' }).click();
  await expect(page.getByRole('region', { name: 'Program' })).toBeVisible();
  await page.getByRole('button', { name: 'Stories' }).click();
  await page.getByRole('button', { name: /Pin the version/ }).click();
  await expect(story(machine)).toContainText('Press “Start the machine”');
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeInViewport({ ratio: 1 });
});

test('a story that nobody here knows is told in one sentence', async ({ machine, page }) => {
  await machine.open({ story: 'no-such-story' });
  await expect(
    page.getByText('asks for story=no-such-story, but story can only be hibernate', { exact: false }).first(),
  ).toBeVisible();
});

test('a program of a story is in the editor, called like the story, and what is changed there is what runs', async ({
  machine,
  page,
}) => {
  await machine.open({ story: 'first-program' });
  const card = story(machine);
  const text = page.getByRole('textbox', { name: /^A64 assembly/ });
  await expect(text).toContainText('Hello from A64');
  await expect(page.locator('[data-story-place]')).toHaveAttribute('aria-label', 'Program');
  await card.getByRole('button', { name: 'Run it' }).click();
  await card.getByRole('button', { name: 'Next', exact: true }).click();
  await text.click();
  await text.press('Control+a');
  await page.keyboard.insertText('ldr x1, =0x09000000\nmov w2, #65\nstr w2, [x1]\nstay: wfi\nb stay\n');
  await text.press('Control+Enter');
  await expect(card.getByRole('button', { name: 'Next', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Program: Write your first A64 program' })).toContainText('yours');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(text).toContainText('mov w2, #65');
  await expect(page.getByRole('button', { name: 'Program: Write your first A64 program' })).toContainText('yours');
});

test('each place that a story points at is on the page', async ({ machine, page }) => {
  await machine.open({ guest: 'lab', autorun: '1' });
  await machine.waitForScreen(/lab>/);
  await machine.type('poweroff');
  await expect(machine.end).toBeVisible();
  const inEditor: Place[] = Object.values<Place>(PLACES).filter(({ panel }) => panel === 'editor');
  // Nothing was refused here.
  for (const place of Object.values<Place>(PLACES))
    if (!inEditor.includes(place) && place !== PLACES.refusal) await expect(page.locator(place.selector)).toHaveCount(1);
  await page.getByRole('tab', { name: 'Editor' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  for (const { selector } of inEditor) await expect(page.locator(selector)).toHaveCount(1);
});
