export { FDT_MAGIC, type FdtReservation } from './blob-format';
export { type FdtNode, type FdtOptions, type FdtValue, fdtNode, writeFdt } from './writer';
