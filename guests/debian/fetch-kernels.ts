/**
 * `npm run guest:kernels [-- NAME…] [-- --update]`: fetches Debian's other kernels for tests, all of them or those that are named (kernel-list.ts).
 * Nothing to do for those that are there. Exit status 3 if one could not be fetched.
 */
import { RecipeError } from '../run-tool';
import { MORE_KERNELS } from './kernel-list';
import { KernelFetcher } from './more-kernels';

const EXIT_USAGE = 2;
const EXIT_NOT_FETCHED = 3;

const args = process.argv.slice(2);
const names = args.filter((arg) => arg !== '--update');
const stranger = names.find((name) => !MORE_KERNELS.some((kernel) => kernel.name === name));

/** What is not ours to put right, as a sentence; anything else is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof RecipeError || (error instanceof Error && 'code' in error)) return error.message;
  throw error;
}

if (stranger !== undefined) {
  console.error(`"${stranger}" is none of the kernels: ${MORE_KERNELS.map(({ name }) => name).join(', ')}.`);
  process.exitCode = EXIT_USAGE;
} else {
  try {
    const fetcher = await KernelFetcher.open(console.log);
    for (const kernel of MORE_KERNELS.filter(({ name }) => names.length === 0 || names.includes(name))) {
      try {
        const { release } = await fetcher.kernel(kernel, args.includes('--update'));
        console.log(`${kernel.name} is here: Linux ${release}`);
      } catch (error) {
        console.error(`The kernel ${kernel.name} could not be fetched: ${reasonOf(error)}`);
        process.exitCode = EXIT_NOT_FETCHED;
      }
    }
  } catch (error) {
    console.error(`No kernels could be fetched: ${reasonOf(error)}`);
    process.exitCode = EXIT_NOT_FETCHED;
  }
}
