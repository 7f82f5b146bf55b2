/** What the time is sorted into: a name for tables, and what belongs to it. */
export const KINDS = {
  compiled: 'compiled code',
  interpreter: 'interpreter',
  transfer: 'jump and near',
  dispatch: 'service dispatch',
  tlbMiss: 'TLB miss',
  walk: 'table walk',
  enter: 'entering Wasm',
  sysreg: 'system registers',
  contextSwitch: 'TTBR write',
  tlbi: 'TLBI',
  exception: 'exception entry',
  eret: 'ERET',
  wait: 'WFI and WFE',
  decode: 'decode',
  pageOfRecords: 'page of records',
  codeLost: 'code overwritten',
  sample: 'JIT: samples, book',
  emit: 'JIT: emit',
  hostCompile: 'JIT: Module, Instance',
  gic: 'GIC',
  uart: 'UART',
  otherDevice: 'other devices, bus',
  timer: 'timer and clock',
  firmware: 'firmware calls',
  scheduler: 'scheduler',
  gc: 'GC',
  other: 'other',
} as const;

export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];
