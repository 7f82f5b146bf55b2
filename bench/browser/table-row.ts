/** A line of the table. */
export interface Row {
  name: string;
  figure: string;
  target?: Target;
}

export interface Target {
  /** `≤ 2 %`. */
  words: string;
  holds: boolean;
}

/** What one measurement found: its lines, and everything for `--json`. */
export interface Measured {
  rows: Row[];
  figures: object;
}

export const MB = 1e6;
const KB = 1e3;

export const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`;
export const kilobytes = (bytes: number): string => `${(bytes / KB).toFixed(0)} KB`;
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const atMost = (figure: number, limit: number, words: string): Target => ({ words: `≤ ${words}`, holds: figure <= limit });

/** Wide enough for whatever comes: rows are printed as soon as they are known. */
const [NAME_WIDTH, TARGET_WIDTH] = [52, 24];

export const rowLine = ({ name, figure, target }: Row): string =>
  `${name.padEnd(NAME_WIDTH)}${(target ? `${target.words}: ${target.holds ? 'holds' : 'missed'}` : '').padEnd(TARGET_WIDTH)}${figure}`;
