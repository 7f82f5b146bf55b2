/** The states of the page that somebody can come to, and how: what a change of its looks is judged by. */
import type { Locator, Page } from '@playwright/test';
import { keepDisk } from '../browser/support/kept-disks';
import { expect, type MachinePage } from '../browser/support/machine-page';
import { PATIENCE } from '../patience';

export interface State {
  readonly name: string;
  /** Which must be there. */
  readonly guest?: 'lab' | 'debian';
  come(machine: MachinePage): Promise<void>;
}

const MIB = 2 ** 20;
const boot = { timeout: PATIENCE.BOOT };

const opened = async ({ page }: MachinePage, query: Record<string, string> = {}): Promise<void> => {
  await page.goto(`./?${new URLSearchParams(query)}`);
  await expect(page.getByRole('main')).toBeVisible();
};
const printed = ({ page }: MachinePage, pattern: RegExp): Promise<void> =>
  expect.poll(() => page.evaluate(() => window.__dormouse?.terminalText() ?? ''), boot).toMatch(pattern);

async function running(machine: MachinePage, guest: 'lab' | 'debian' = 'lab', query: Record<string, string> = {}): Promise<void> {
  await opened(machine, { guest, ...query });
  await machine.start();
  await printed(machine, guest === 'lab' ? /lab>/ : /dormouse:~#/);
}

/** A Linux sleeps on its disk. Answers the button that wakes it. */
async function hibernated(machine: MachinePage): Promise<Locator> {
  await running(machine, 'debian');
  await expect(machine.hibernateButton.first()).toBeEnabled(boot);
  await machine.hibernateButton.first().click();
  const wake = machine.page.getByRole('button', { name: /^Wake under PSCI/ });
  await expect(wake).toBeVisible(boot);
  return wake;
}

const views = (page: Page) => page.getByRole('navigation', { name: 'Panels' }).getByRole('button');
/** Long enough for a view of the phone to be drawn. */
const DRAWN = { state: 'visible', timeout: 2000 } as const;

/** Comes to a panel: by its tab, or on a phone by its view first; the timeline is a part of one. */
async function shown(page: Page, title: string): Promise<void> {
  const tab = page.getByRole('tab', { name: title, exact: true });
  const isThere = async (): Promise<boolean> => (await views(page).count()) === 0 || (await tab.isVisible());
  for (const view of (await isThere()) ? [] : await views(page).all()) {
    await view.click();
    if (
      await tab.waitFor(DRAWN).then(
        () => true,
        () => false,
      )
    )
      break;
  }
  if (await tab.isVisible()) await tab.click();
  else
    await views(page)
      .filter({ hasText: title === 'Timeline' ? 'CPUs' : 'Console' })
      .click();
}

const panel = (name: string, title: string, begin?: (machine: MachinePage) => Promise<void>): State => ({
  name: `panel-${name}`,
  guest: 'lab',
  async come(machine) {
    await running(machine, 'lab', { cpus: '2' });
    await machine.type('tick 2');
    await begin?.(machine);
    await shown(machine.page, title);
  },
});

const pressed = async (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();

const sheet = (name: string, button: string | RegExp): State => ({
  name: `sheet-${name}`,
  async come(machine) {
    await opened(machine);
    const { page } = machine;
    const shownAt = page.getByRole('button', { name: button }).first();
    // On a phone all of these are in one view.
    if (!(await shownAt.isVisible())) await views(page).filter({ hasText: 'More' }).click();
    else await shownAt.click();
  },
});

export const STATES: readonly State[] = [
  { name: 'first-visit', come: (machine) => opened(machine) },
  {
    name: 'returning',
    guest: 'lab',
    async come(machine) {
      await running(machine);
      await machine.type('poweroff');
      await expect(machine.end).toBeVisible();
      await opened(machine);
    },
  },
  {
    name: 'no-guests',
    async come(machine) {
      await machine.page.context().route('**/guests/index.json', (route) => route.fulfill({ status: 404, body: '' }));
      await opened(machine);
    },
  },
  {
    name: 'odd-address',
    async come(machine) {
      await opened(machine, { guest: 'nothere', cpus: '99', colour: 'red', panels: 'console,oven' });
    },
  },
  {
    name: 'loading',
    guest: 'debian',
    async come(machine) {
      // It never comes.
      await machine.page.context().route('**/Image.gzip', () => {});
      await opened(machine, { guest: 'debian' });
      await machine.start();
      await expect(machine.page.getByRole('button', { name: /Cancel/ }).first()).toBeVisible();
    },
  },
  {
    name: 'download-failed',
    guest: 'debian',
    async come(machine) {
      await machine.page.context().route('**/Image.gzip', (route) => route.abort());
      await opened(machine, { guest: 'debian' });
      await machine.start();
      await expect(machine.failure).toBeVisible();
    },
  },
  {
    name: 'own-kernel',
    async come(machine) {
      await opened(machine, { guest: 'own' });
    },
  },
  { name: 'running-lab', guest: 'lab', come: (machine) => running(machine) },
  {
    name: 'running-debian',
    guest: 'debian',
    async come(machine) {
      await running(machine, 'debian');
      await machine.type('ls -l /; cat /proc/cpuinfo');
      await printed(machine, /CPU revision[\s\S]*dormouse:~#/);
    },
  },
  {
    name: 'paused',
    guest: 'lab',
    async come(machine) {
      await running(machine);
      await pressed(machine.page, 'Pause');
    },
  },
  {
    name: 'in-the-past',
    guest: 'lab',
    async come(machine) {
      const { page } = machine;
      await running(machine, 'lab', { cpus: '3' });
      await machine.type('on 1');
      await printed(machine, /on 1[\s\S]*lab>/);
      await machine.type('tick 2');
      await page.setViewportSize({ width: 1440, height: 900 });
      await shown(page, 'Timeline').catch(() => {});
      const lanes = page.getByRole('group', { name: /^Lanes of/ });
      await lanes.focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('button', { name: /To the present/ }).first()).toBeVisible();
    },
  },
  {
    name: 'suspended-to-ram',
    async come(machine) {
      const source = '_start: movz x0, #0xc400, lsl #16\nmovk x0, #0xe\nadr x1, _start\nhvc #0\nb _start\n';
      await machine.page.route('**/suspends.s', (route) => route.fulfill({ body: source, contentType: 'text/plain' }));
      await opened(machine, { src: 'suspends.s', suspend: '1', autorun: '1' });
      await expect(machine.page.getByRole('region', { name: 'The machine is suspended' })).toBeVisible();
    },
  },
  {
    name: 'ended',
    guest: 'lab',
    async come(machine) {
      await running(machine);
      await machine.type('sleep');
      await expect(machine.end).toBeVisible();
    },
  },
  {
    name: 'asleep',
    async come(machine) {
      await opened(machine);
      const sleep = {
        call: 'SYSTEM_OFF2',
        psci: '1.3',
        vcpus: 3,
        memoryMiB: 512,
        when: Date.now(),
        imageBytes: 61 * MIB,
      } as const;
      await keepDisk(machine.page, { name: 'debian', bytes: 600 * MIB, sleep });
      await opened(machine, { guest: 'debian' });
      await expect(machine.page.getByRole('button', { name: /^Wake under PSCI/ })).toBeVisible();
    },
  },
  {
    name: 'hibernated',
    guest: 'debian',
    async come(machine) {
      await hibernated(machine);
    },
  },
  {
    name: 'awake-again',
    guest: 'debian',
    async come(machine) {
      await (await hibernated(machine)).click();
      await expect(machine.page.getByText('Awake again').first()).toBeVisible(boot);
    },
  },
  {
    name: 'panic',
    guest: 'debian',
    async come(machine) {
      await opened(machine, { guest: 'debian', append: 'init=/nothing rdinit=/nothing' });
      await machine.start();
      await printed(machine, /Kernel panic/);
    },
  },
  {
    name: 'versions',
    guest: 'lab',
    async come(machine) {
      await running(machine);
      await shown(machine.page, 'Versions');
    },
  },
  {
    name: 'calls-denied',
    guest: 'lab',
    async come(machine) {
      await running(machine);
      await machine.type('psci');
      await printed(machine, /psci[\s\S]*lab>/);
      await shown(machine.page, 'Calls');
    },
  },
  sheet('guests', /^Guest:/),
  sheet('options', 'Host, firmware, engine and clock'),
  sheet('disks', 'Disks'),
  sheet('help', 'Help and shortcuts'),
  {
    name: 'sheet-power',
    guest: 'lab',
    async come(machine) {
      await running(machine);
      await pressed(machine.page, 'Power off');
    },
  },
  {
    name: 'story',
    guest: 'debian',
    async come(machine) {
      await opened(machine, { story: 'hibernate' });
      await expect(machine.page.getByRole('region', { name: /^Story:/ })).toBeVisible();
    },
  },
  {
    name: 'story-program',
    guest: 'lab',
    async come(machine) {
      await opened(machine, { story: 'first-program' });
      await expect(machine.page.getByRole('region', { name: /^Story:/ })).toBeVisible();
    },
  },
  {
    name: 'compared',
    guest: 'lab',
    async come(machine) {
      await opened(machine, { guest: 'lab' });
      await shown(machine.page, 'Compatibility lab');
      await pressed(machine.page, 'Run side by side');
      await expect(machine.page.getByRole('button', { name: 'Run again' })).toBeVisible(boot);
    },
  },
  {
    name: 'editor',
    async come(machine) {
      await opened(machine);
      await shown(machine.page, 'Editor');
      await expect(machine.page.locator('.cm-content')).toBeVisible();
    },
  },
  {
    name: 'editor-problem',
    async come(machine) {
      await opened(machine);
      await shown(machine.page, 'Editor');
      await machine.page.locator('.cm-content').click();
      await machine.page.keyboard.press('Control+End');
      await machine.page.keyboard.type('\n  mvo x0, #1\n  b nowhere\n');
      await expect(machine.page.locator('.cm-lintRange-error').first()).toBeVisible();
    },
  },
  panel('registers', 'Registers'),
  panel('code', 'Code'),
  panel('memory', 'Memory'),
  panel('pages', 'Pages'),
  panel('exceptions', 'Exceptions'),
  panel('interrupts', 'Interrupts'),
  panel('sysregs', 'System registers'),
  panel('devicetree', 'Device tree'),
  panel('pins', 'UART and GPIO'),
  panel('virtio', 'virtio'),
  panel('speed', 'Speed'),
  panel('files', 'Files'),
  panel('timeline', 'Timeline'),
];
