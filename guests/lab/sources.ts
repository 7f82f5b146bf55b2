/** The sources of the lab guest in the order in which they are assembled: the Image header comes first. */
export const SOURCES = [
  'board.s',
  'start.s',
  'mmu.s',
  'vectors.s',
  'gic.s',
  'timer.s',
  'uart.s',
  'print.s',
  'strings.s',
  'fdt.s',
  'psci.s',
  'disk.s',
  'hibernate.s',
  'commands-power.s',
  'commands-inspect.s',
  'monitor.s',
] as const;
