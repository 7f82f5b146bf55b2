import { hasGuest, titleFor } from './support/guests';
import { test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

test(titleFor('lab', 'the lab guest prints its banner and answers at its prompt'), async ({ machine }) => {
  await machine.open({ guest: 'lab', cpus: '2' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await machine.type('psci');
  await machine.waitForScreen(/1\.3/);
});

test(titleFor('lab', 'the lab guest powers off'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await machine.type('poweroff');
  await page.getByRole('region', { name: 'How the machine went down' }).waitFor();
});
