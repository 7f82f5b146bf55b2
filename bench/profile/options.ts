import { parseArgs } from 'node:util';
import { ENGINES, type EngineName } from './subjects';

export const USAGE = `Usage: npm run profile [-- options]    where the time goes: Debian's boot and work in its shell

  --only TEXT     only what has this in its name
  --engine NAME   only under jit, or only under interpreter
  --interval US   microseconds between two samples (default 400)
  --list          the names
  --json FILE     all figures as JSON`;

export interface ProfileOptions {
  only: string;
  engines: readonly EngineName[];
  intervalUs: number;
  list: boolean;
  json: string | undefined;
  help: boolean;
}

const DEFAULT_INTERVAL_US = 400;
const SHORTEST_INTERVAL_US = 50;

/** Throws one sentence for what is no option. */
export function profileOptions(args: readonly string[]): ProfileOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      engine: { type: 'string' },
      interval: { type: 'string', default: `${DEFAULT_INTERVAL_US}` },
      list: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const engines = ENGINES.filter((name) => values.engine === undefined || name === values.engine);
  if (engines.length === 0) throw new Error(`--engine takes ${ENGINES.join(' or ')}, not “${values.engine}”.`);
  const intervalUs = Number(values.interval);
  if (!Number.isInteger(intervalUs) || intervalUs < SHORTEST_INTERVAL_US)
    throw new Error(`--interval takes a number from ${SHORTEST_INTERVAL_US} on, not “${values.interval}”.`);
  const { only, list, json, help } = values;
  return { only, engines, intervalUs, list, json, help };
}
