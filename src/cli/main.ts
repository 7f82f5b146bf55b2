#!/usr/bin/env node
import { parseCommandLine } from './command-line';
import { EXIT } from './exit-status';
/** `dormouse`: the virtual machine without a browser. */
import { faultOf, sentenceOf, UserError } from './user-error';

async function dispatch(args: readonly string[]): Promise<number> {
  const parsed = parseCommandLine(args);
  switch (parsed.command) {
    case 'run':
      return (await import('./run')).run(parsed.options);
    case 'guests':
      return print((await import('./guest-files')).guestList());
    case 'regs':
      return print((await import('./regs')).registerTable(parsed.options));
    case 'hosts':
      return print((await import('./hosts')).hostTable());
    case 'psci':
      return print((await import('./version-matrix')).versionTable(parsed.options));
    case 'help':
      return print([(await import('./usage')).USAGE.trimEnd()]);
    case 'version':
      return print([(await import('./usage')).packageVersion()]);
  }
}

function print(lines: readonly string[]): number {
  process.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.OFF;
}

async function statusOf(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    process.stderr.write(`dormouse: ${error instanceof UserError ? sentenceOf(error) : faultOf(error)}\n`);
    return error instanceof UserError ? EXIT.USAGE : EXIT.FAULT;
  }
}

/** Everything written so far has gone; a reader that has left is no reason to wait. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.on('error', () => resolve());
    stream.write('', () => resolve());
  });

const status = await statusOf(process.argv.slice(2));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Not left to the event loop: an open standard input would keep it alive.
process.exit(status);
