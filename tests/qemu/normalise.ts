/** What differs between two boots of one kernel on one machine, put out of sight. */
const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // printk's time stamp.
  [/^\[ *\d+\.\d+\] /, ''],
  // The question of BusyBox's line editor where the cursor is.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
  [/\u001b\[[0-9;?]*[A-Za-z]/g, ''],
  [/\b\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d UTC \(\d+\)/, 'DATE (SECONDS)'],
  // Time of the kernel inside a line.
  [/\baudit\(\d+\.\d+:/g, 'audit(TIME:'],
  [/ in \d+ ?ms\b/g, ' in TIME'],
  // Where early allocations land follows the sizes of what the boot loader has placed, and KASLR.
  [/(NODE_DATA\(\d+\) allocated|NUMA: NODE_DATA|software IO TLB: mapped) \[mem 0x[0-9a-f]+-0x[0-9a-f]+\]/, '$1 [mem RANGE]'],
  // A host that was busy.
  [/^hrtimer: interrupt took \d+ ns$/, ''],
  // MIDR_EL1.
  [/(physical CPU|secondary processor) (0x[0-9a-f]+) \[0x[0-9a-f]+\]/, '$1 $2 [MIDR]'],
  [/\d+(\.\d+)? BogoMIPS \(lpj=\d+\)/, 'N BogoMIPS (lpj=N)'],
  // How far the kernel has been moved by KASLR decides how many pages of modules can be reached from it.
  [/^\d+ pages in range for (non-PLT|PLT) usage$/, 'N pages in range for $1 usage'],
  [/^2G module region forced by RANDOMIZE_MODULE_REGION_FULL$/, ''],
];

/** The lines of a console, comparable. Addresses of devices are kept: they are the board's. */
export function normalise(console: string): string[] {
  return console
    .split('\n')
    .map((line) => RULES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line.replace(/\r/g, '')))
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}
