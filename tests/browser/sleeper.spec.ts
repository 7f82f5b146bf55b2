/** A machine that sleeps on a disk: what becomes of the size chosen for it, and of a start that would destroy it. */
import { BANNER, sleeperDisk } from '../../src/vm/hibernated-disk.testkit';
import { hasGuest, titleFor } from './support/guests';
import { beginningOf, keepDisk } from './support/kept-disks';
import { type ChosenFile, labKernel } from './support/kernels';
import { expect, type MachinePage, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const lab = (title: string) => titleFor('lab', title);
const MIB = 1 << 20;

/** The lab, which says that it is the Linux that sleeps on the disk, as far as a host can tell. */
function disguisedLab(): ChosenFile {
  const file = labKernel();
  return { ...file, buffer: Buffer.concat([file.buffer, Buffer.from(`${BANNER}\0`, 'latin1')]) };
}

async function chooseKernel(machine: MachinePage, file: ChosenFile): Promise<void> {
  await machine.page.getByLabel(/^Kernel: arm64 Image/).setInputFiles(file);
}

/** So that there is a page of the site to put disks into. */
async function firstVisit(machine: MachinePage): Promise<void> {
  await machine.open();
  await expect(machine.page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
}

test(lab('wakes with the memory it had and the CPUs that are chosen, and the page says so before'), async ({ machine, page }) => {
  await firstVisit(machine);
  const sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 4, memoryMiB: 512, when: Date.now() } as const;
  await keepDisk(page, { name: 'own', bytes: MIB, sleep });
  await machine.open({ guest: 'own' });
  const memory = page.getByRole('combobox', { name: 'Memory' });
  const vcpus = page.getByRole('combobox', { name: 'vCPUs' });

  await test.step('nobody has chosen anything: it is as large as it was', async () => {
    await expect(page.getByRole('heading', { name: 'own is asleep' })).toBeVisible();
    await expect(memory).toHaveValue('512');
    await expect(vcpus).toHaveValue('4');
    await expect(page.getByText('It wakes with')).toHaveCount(0);
  });

  await test.step('what is chosen is answered in a sentence', async () => {
    await memory.selectOption('1024');
    await expect(
      page.getByText('It wakes with the 512 MiB it went to sleep with, not the 1024 MiB chosen: its image fits no other size'),
    ).toBeVisible();
    await vcpus.selectOption('2');
    await expect(page.getByText('It slept with 4 vCPUs and wakes with 2: its kernel calls CPU_ON for the others')).toBeVisible();
  });

  await test.step('and so it is', async () => {
    await chooseKernel(machine, labKernel());
    await page.getByRole('button', { name: 'Wake under PSCI 1.3' }).click();
    await machine.waitForScreen(/CPUs: 2, memory: 512 MiB[\s\S]*lab>/);
    expect(await machine.wholeConsole()).toContain(
      '── Your own kernel wakes from the disk “own”: PSCI 1.3, 512 MiB of memory, 2 vCPUs ──',
    );
  });
});

test(lab('a size in the address is told like one in the header'), async ({ machine, page }) => {
  await firstVisit(machine);
  const sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 512, when: Date.now() } as const;
  await keepDisk(page, { name: 'own', bytes: MIB, sleep });
  await machine.open({ guest: 'own', mem: '256' });
  await expect(page.getByText('It wakes with the 512 MiB it went to sleep with, not the 256 MiB chosen')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'vCPUs' })).toHaveValue('2');
});

test.describe('a start that would destroy it', () => {
  test.beforeEach(async ({ machine, page }) => {
    await firstVisit(machine);
    const disk = sleeperDisk({ memoryMiB: 512 });
    await keepDisk(page, { name: 'own', bytes: disk.size, contents: beginningOf(disk, 64 << 10) });
    await machine.open({ guest: 'own', mem: '256' });
    await chooseKernel(machine, disguisedLab());
    await machine.start();
    await expect(machine.failure).toContainText('has 512 MiB of memory, this one 256 MiB, and waking it here would destroy it');
  });

  test(lab('is refused, and the main button takes the memory it needs'), async ({ machine, page }) => {
    const main = page.getByRole('region', { name: 'Console' }).locator('.btn.primary');
    await expect(main).toHaveText('Wake with 512 MiB');
    await main.click();
    await machine.waitForScreen(/memory: 512 MiB[\s\S]*lab>/);
  });

  test(lab('is made all the same by a person who was asked'), async ({ machine, page }) => {
    const anyway = page.getByRole('button', { name: 'Wake anyway…' });
    await anyway.click();
    await expect(page.getByText('the sleeping session is lost for good')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(anyway).toBeFocused();
    await anyway.click();
    await page.getByRole('button', { name: 'Wake anyway', exact: true }).click();
    await machine.waitForScreen(/memory: 256 MiB[\s\S]*lab>/);
  });
});

test(lab('a page closed under a machine is told at the next visit, and only once'), async ({ machine, page }) => {
  const said = /was in use when its page was closed: to the guest that was a power cut/;
  await machine.open({ guest: 'own' });
  await chooseKernel(machine, labKernel());
  await machine.start();
  await machine.waitForScreen(/lab>/);
  page.on('dialog', (dialog) => void dialog.accept());
  const visit = async (): Promise<number> => {
    await machine.open({ guest: 'own' });
    await expect(page.getByRole('heading', { name: 'Your own kernel' })).toBeVisible();
    return (await machine.wholeConsole()).match(new RegExp(said, 'g'))?.length ?? 0;
  };
  // The browser takes a moment to let go of what a worker held.
  await expect.poll(visit).toBe(1);
  // On the poster. The console's rows are items of a list, too, and have dashes around it.
  await expect(page.getByRole('listitem').filter({ hasText: new RegExp(`^\\s*the disk “own” ${said.source}`) })).toHaveCount(1);
  await test.step('not when the machine is started then', async () => {
    await chooseKernel(machine, labKernel());
    await machine.start();
    await machine.waitForScreen(/lab>/);
    expect((await machine.wholeConsole()).match(new RegExp(said, 'g'))).toHaveLength(1);
    await page.getByRole('button', { name: 'Power off' }).click();
    await page.getByRole('button', { name: 'Cut the power now' }).click();
    await expect(machine.end).toBeVisible();
  });
  await test.step('nor at the visit after', async () => {
    expect(await visit()).toBe(0);
  });
});
