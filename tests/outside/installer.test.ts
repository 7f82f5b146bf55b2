/** Debian's installer, as its packages hold it, on the serial console: to its first question, and keys are answered. There is no network, and nothing is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { INSTALLERS, installerFiles } from '../../guests/debian/installer';
import { Guest, newDisk } from '../guest/harness';

const UP = '\u001b[A';
const DOWN = '\u001b[B';
/** The chosen line of a list is white on red (SGR 41). */
const chosen = (line: string): RegExp => new RegExp(`\\[41m *${line}\\b`);

describe("Debian's installer", () => {
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());

  it.each(INSTALLERS.map(({ release }) => release).filter((release) => existsSync(installerFiles(release).kernel)))(
    'of Debian %i asks for a language and a country, and follows the keys',
    async (release) => {
      const { kernel, initrd } = installerFiles(release);
      const images = { kernel: readFileSync(kernel), initrd: readFileSync(initrd), append: 'console=ttyAMA0 TERM=vt102' };
      guest = await Guest.start({ images, vcpus: 2, memoryMiB: 1024, disk: newDisk() });
      await guest.printed('Select a language');
      // A console whose terminal knows no Unicode is offered these two.
      await guest.printed(chosen('English'));
      await guest.type(UP, chosen('C'));
      await guest.type(DOWN, chosen('English'));
      await guest.type('\r', 'Select your location');
      expect(guest.console).not.toMatch(/BUG:|Oops|Call trace|Kernel panic|Unhandled/);
    },
  );

  it('is here', () => {
    const absent = INSTALLERS.filter(({ release }) => !existsSync(installerFiles(release).kernel)).map(({ suite }) => suite);
    expect(absent, '`npm run guest:kernels` fetches them').toEqual([]);
  });
});
