import type { Host } from '../../tests/browser/support/site-server';

/** What a measurement in the browser is given. */
export interface Measuring {
  /** The built page. */
  site: Host;
  /** Where browsers keep their profiles; removed at the end. */
  folder: string;
  runs: number;
  /** Of work. */
  minutes: number;
}

export const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
