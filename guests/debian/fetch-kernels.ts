/**
 * `npm run guest:kernels [-- NAME…] [-- --update]`: fetches Debian's other kernels for tests (kernel-list.ts), and what else those tests boot and run: Linux's
 * selftests, kexec, Debian's installers. All of it, or what is named. Nothing to do for what is there. Exit status 3 if something could not be fetched.
 */
import { RecipeError } from '../run-tool';
import { fetchInstaller, INSTALLERS } from './installer';
import { MORE_KERNELS } from './kernel-list';
import { buildKexecTools } from './kexec-tools';
import { KernelFetcher } from './more-kernels';
import { buildSelftests } from './selftests';

const EXIT_USAGE = 2;
const EXIT_NOT_FETCHED = 3;

/** Of the suites' order, so that each suite's lists are read once or twice. */
const ITEMS: readonly { name: string; fetch: (fetcher: KernelFetcher, update: boolean) => Promise<unknown> }[] = [
  ...MORE_KERNELS.map((kernel) => ({
    name: kernel.name,
    fetch: (fetcher: KernelFetcher, update: boolean) => fetcher.kernel(kernel, update),
  })),
  { name: 'selftests', fetch: (fetcher, update) => buildSelftests(fetcher, console.log, update) },
  { name: 'kexec-tools', fetch: buildKexecTools },
  ...INSTALLERS.map((installer) => ({
    name: `installer-${installer.release}`,
    fetch: (fetcher: KernelFetcher, update: boolean) => fetchInstaller(fetcher, installer, update),
  })),
];

const args = process.argv.slice(2);
const names = args.filter((arg) => arg !== '--update');
const stranger = names.find((name) => !ITEMS.some((item) => item.name === name));

/** What is not ours to put right, as a sentence; anything else is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof RecipeError || (error instanceof Error && 'code' in error)) return error.message;
  throw error;
}

if (stranger !== undefined) {
  console.error(`"${stranger}" is not among what can be fetched: ${ITEMS.map(({ name }) => name).join(', ')}.`);
  process.exitCode = EXIT_USAGE;
} else {
  try {
    const fetcher = await KernelFetcher.open(console.log);
    for (const { name, fetch } of ITEMS.filter((item) => names.length === 0 || names.includes(item.name))) {
      try {
        await fetch(fetcher, args.includes('--update'));
        console.log(`${name} is here`);
      } catch (error) {
        console.error(`${name} could not be fetched: ${reasonOf(error)}`);
        process.exitCode = EXIT_NOT_FETCHED;
      }
    }
  } catch (error) {
    console.error(`Nothing could be fetched: ${reasonOf(error)}`);
    process.exitCode = EXIT_NOT_FETCHED;
  }
}
