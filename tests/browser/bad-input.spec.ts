import type { Page } from '@playwright/test';
import { hasGuest, titleFor } from './support/guests';
import {
  bzImage,
  type ChosenFile,
  damagedGzip,
  emptyFile,
  foreignElf,
  labKernel,
  largeInitrd,
  oddFile,
  truncatedElf,
  truncatedImage,
} from './support/kernels';
import { expect, type MachinePage, test } from './support/machine-page';

const OWN = { guest: 'own', cpus: '3', mem: '256' };
const KERNEL_FIELD = /^Kernel: arm64 Image/;

async function chooseKernel(machine: MachinePage, file: ChosenFile): Promise<void> {
  await machine.page.getByLabel(KERNEL_FIELD).setInputFiles(file);
}

const MISTAKES: { what: string; file: () => ChosenFile; sentence: string | RegExp }[] = [
  { what: 'an empty file', file: emptyFile, sentence: 'The kernel file is empty.' },
  {
    what: 'an x86 bzImage',
    file: bzImage,
    sentence: 'The kernel is an x86 bzImage: give a kernel that was built for arm64.',
  },
  {
    what: 'an ELF file for another machine',
    file: foreignElf,
    sentence: 'The kernel is an ELF file for machine 62 (x86-64), not for arm64 (183): give one that was built for arm64.',
  },
  {
    what: 'an ELF file that is cut off',
    file: truncatedElf,
    sentence: 'The kernel is an ELF file that is cut off: a segment ends at byte 4216, the file at 120.',
  },
  {
    what: 'an Image that is cut off',
    file: truncatedImage,
    sentence: 'The kernel Image is cut off: it has 4096 bytes of 528384.',
  },
  {
    what: 'a damaged gzip file',
    file: damagedGzip,
    sentence:
      /^The kernel is compressed with gzip and cut off: the file ends after \d+ bytes, which unpack to \d+, and more must follow\.$/,
  },
];

test.describe('a kernel that is none', () => {
  test('but that its person knows to be code runs as such', async ({ machine, page }) => {
    await machine.open(OWN);
    await chooseKernel(machine, oddFile());
    await machine.start();
    await expect(machine.failure).toContainText('is of no known format');
    await expect(machine.failure).not.toContainText('--flat');
    // The same again cannot help: nobody is sent there.
    await expect(page.getByRole('button', { name: 'Choose another kernel' })).toHaveClass(/primary/);
    await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Run it as flat code' }).click();
    await page.getByRole('button', { name: 'Power off' }).click();
    await page.getByRole('button', { name: 'Cut the power now' }).click();
    await expect(machine.end).toBeVisible();
  });

  test('is flat code only until another is chosen', async ({ machine, page }) => {
    await machine.open({ ...OWN, mem: '16' });
    await chooseKernel(machine, oddFile());
    await page.getByLabel(/^Initial RAM disk/).setInputFiles(largeInitrd());
    await machine.start();
    const flat = page.getByRole('button', { name: 'Run it as flat code' });
    await flat.click();
    await expect(machine.failure).toBeVisible();
    await expect(flat).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Try again' })).not.toHaveClass(/primary/);
    await page.getByRole('button', { name: 'Change the machine' }).click();
    const choice = page.getByRole('combobox', { name: 'Taken' });
    await expect(choice).toHaveValue('flat');
    await chooseKernel(machine, emptyFile());
    await expect(choice).toHaveValue('auto');
  });

  for (const { what, file, sentence } of MISTAKES) {
    test(`${what} is told in one sentence, and nothing chosen is lost`, async ({ machine, page }) => {
      await machine.open(OWN);
      await chooseKernel(machine, file());
      await machine.start();
      await expect(machine.failure).toHaveText(sentence);
      await expect(page.getByRole('combobox', { name: 'vCPUs' })).toHaveValue('3');

      await page.getByRole('button', { name: 'Change the machine' }).click();
      await expect(page.getByText(file().name, { exact: false }).first()).toBeVisible();
    });
  }

  test('after a mistake the right kernel boots at once', async ({ machine, page }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    await machine.open(OWN);
    await chooseKernel(machine, bzImage());
    await machine.start();
    await expect(machine.failure).toBeVisible();
    await page.getByRole('button', { name: 'Change the machine' }).click();
    await chooseKernel(machine, labKernel());
    await machine.start();
    await machine.waitForScreen(/lab>/);
    await expect(machine.failure).toHaveCount(0);
  });

  test('without a kernel nothing can be started, and the page says what is missing', async ({ machine, page }) => {
    await machine.open(OWN);
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeDisabled();
    await expect(page.getByText('Choose a kernel first.')).toBeVisible();
  });
});

test.describe('sizes', () => {
  test(titleFor('lab', 'memory too small for the kernel; the size chosen next is used'), async ({ machine, page }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    await machine.open({ guest: 'own', mem: '16' });
    await chooseKernel(machine, labKernel());
    await page.getByLabel(/^Initial RAM disk/).setInputFiles(largeInitrd());
    await machine.start();
    await expect(machine.failure).toHaveText(/^16 MiB of memory are too small: kernel and initrd alone need \d+ MiB\.$/);
    await page.getByRole('combobox', { name: 'Memory' }).selectOption({ label: '64 MiB' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await machine.waitForScreen(/Dormouse lab.*64 MiB/);
  });

  test(titleFor('lab', 'the largest memory works, or is refused in one sentence'), async ({ machine }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    await machine.open({ guest: 'lab', mem: '3072' });
    await machine.start();
    await expect
      .poll(async () => ((await machine.failure.count()) ? machine.failure.textContent() : machine.screen()))
      .toMatch(/lab>|memory.*\.$/);
  });
});

test.describe('the address', () => {
  const ADDRESSES: [query: Record<string, string>, sentence: string][] = [
    [{ psci: '9.9' }, 'The address asks for psci=9.9, but psci can only be 0.1, 0.2, 1.0, 1.1, 1.2, 1.3; the default is used.'],
    [{ guest: 'windows' }, 'The address asks for the guest “windows”, which is not here: choose'],
    [{ mem: '4' }, 'The address asks for mem=4, but mem must be a whole number from 16 to 3072; the default is used.'],
    [{ register: 'psci_version=banana' }, 'The address asks for register=psci_version=banana:'],
    [{ colour: 'red' }, 'the address has a parameter nobody here knows, “colour”: ignored'],
  ];
  test('that asks for seven things that cannot be is told of all seven', async ({ machine, page }) => {
    const wrong = { cpus: '99', mem: '4', psci: '9', cpu: 'z80', gic: '7', clock: 'lunar', engine: 'steam' };
    await machine.open(wrong);
    for (const [name, value] of Object.entries(wrong))
      await expect(page.getByText(`The address asks for ${name}=${value}`, { exact: false }).first()).toBeVisible();
  });

  for (const [query, sentence] of ADDRESSES) {
    test(`${new URLSearchParams(query)} is told in sight, and the machine can be started`, async ({ machine, page }) => {
      await page.setViewportSize({ width: 1280, height: 800 });
      await machine.open(query);
      await expect(page.getByRole('region', { name: 'Console' }).getByText(sentence).first()).toBeInViewport({ ratio: 1 });
      await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
    });
  }
});

/** What the browser is told of a page, as its site might. */
const underPolicy = async (page: Page, address: string | RegExp, policy: string): Promise<void> => {
  await page.route(address, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': policy } });
  });
};

test.describe('a browser or a site that forbids', () => {
  test('workers, is told so in our words, with what helps', async ({ machine, page }) => {
    await page.addInitScript(() => {
      window.Worker = class {
        constructor() {
          throw new DOMException("Failed to construct 'Worker': it cannot be accessed from origin 'null'.", 'SecurityError');
        }
      } as unknown as typeof Worker;
    });
    await machine.open();
    await expect(machine.failure).toHaveText(/^This browser does not let the page start the machine's worker: open the page by/);
  });

  test('WebAssembly, is told which word of its policy is missing', async ({ machine, page }) => {
    await underPolicy(page, /vm\.worker-[^/]*\.js$/, "script-src 'self'");
    await machine.open();
    await expect(page.getByText("adds 'wasm-unsafe-eval' to script-src", { exact: false })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Start the machine' })).toHaveCount(0);
  });

  test('scripts, shows a page that says so by itself', async ({ machine, page }) => {
    machine.tolerate(/Content Security Policy|^request: .* csp$/);
    await underPolicy(page, /\/(\?.*)?$/, "script-src 'none'");
    await machine.open();
    await expect(page.getByText('Then its scripts did not arrive', { exact: false })).toBeVisible();
  });

  test('the network, is asked whether there is one', async ({ machine, page, context }) => {
    machine.tolerate(/ERR_|request:/);
    await context.route('**/guests/index.json', (route) => route.abort('connectionrefused'));
    await machine.open();
    await expect(machine.failure).toHaveText(
      'The list of guests could not be downloaded: no answer came for index.json. Is this computer online?',
    );
    await context.unroute('**/guests/index.json');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(machine.failure).toHaveCount(0);
  });
});

test.describe('files missing on the server', () => {
  const notThere = { status: 404, contentType: 'text/plain', body: 'not here' };

  test(titleFor('lab', 'a guest’s kernel; it boots once it is there'), async ({ machine, page, context }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    machine.tolerate(/404/);
    await context.route('**/guests/lab/lab.bin', (route) => route.fulfill(notThere));
    await machine.open({ guest: 'lab' });
    await machine.start();
    await expect(machine.failure).toHaveText('The kernel could not be downloaded: the server answered 404 for lab/lab.bin.');
    await context.unroute('**/guests/lab/lab.bin');
    await expect(page.getByRole('button', { name: 'Try again' })).toHaveClass(/primary/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await machine.waitForScreen(/lab>/);
  });

  test('the list of guests: one’s own kernel is still there', async ({ machine, page, context }) => {
    machine.tolerate(/404/);
    await context.route('**/guests/index.json', (route) => route.fulfill(notThere));
    await machine.open();
    await expect(page.getByText('This page was put up without guests', { exact: false })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Start the machine' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Boot your own kernel' }).click();
    await expect(page.getByLabel(KERNEL_FIELD)).toBeVisible();
  });

  test(titleFor('lab', 'the list of guests; they are there once it is looked for again'), async ({ machine, page, context }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    machine.tolerate(/404/);
    await context.route('**/guests/index.json', (route) => route.fulfill(notThere));
    await machine.open({ guest: 'lab' });
    const again = page.getByRole('button', { name: 'Look for guests again' });
    await expect(again).toBeVisible();
    await context.unroute('**/guests/index.json');
    await again.click();
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
  });

  test('nothing: a list that no server names JSON is one all the same', async ({ machine, page, context }) => {
    await context.route('**/guests/*.json', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-type': 'application/octet-stream' } });
    });
    await machine.open();
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
  });

  test('the worker; the page recovers without a reload', async ({ machine, page, context }) => {
    machine.tolerate(/404|vm\.worker/);
    await context.route('**/vm.worker-*.js', (route) => route.fulfill(notThere));
    await machine.open();
    await expect(machine.failure).toContainText("The machine's worker could not be loaded: is this computer online?");
    // What asks the worker when it opens says so once, and goes on.
    await page.getByRole('button', { name: 'Disks', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Disks in this browser' })).toBeVisible();
    await expect(page.getByText("The machine's worker is not there", { exact: false }).first()).toBeAttached();
    await page.keyboard.press('Escape');
    await context.unroute('**/vm.worker-*.js');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
  });
});
