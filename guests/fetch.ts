/**
 * `npm run guests`: makes the guests that are not part of the repository. Nothing to do if they are there already;
 * `npm run guests -- --update` asks the mirror for newer packages. Exit status 3 if a guest could not be fetched.
 */
import { join } from 'node:path';
import { buildDebianGuest } from './debian/build';
import { RecipeError } from './run-tool';

const EXIT_USAGE = 2;
const EXIT_NOT_FETCHED = 3;

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const stranger = args.find((arg) => arg !== '--update');

if (stranger !== undefined) {
  console.error(`"${stranger}" is not an option of this command; the only one is --update.`);
  process.exitCode = EXIT_USAGE;
} else {
  try {
    await buildDebianGuest(join(root, 'public/guests'), join(root, 'guests/.cache/debian'), {
      update: args.includes('--update'),
      say: (line) => console.log(`Debian guest: ${line}`),
    });
  } catch (error) {
    const reason = error instanceof RecipeError || (error instanceof Error && 'code' in error) ? error.message : undefined;
    if (reason === undefined) throw error;
    console.error(`The Debian guest could not be fetched: ${reason.replace(/\.$/, '')}; the lab guest works without it.`);
    process.exitCode = EXIT_NOT_FETCHED;
  }
}
