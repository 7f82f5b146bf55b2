export { FDT_MAGIC, type FdtReservation } from './format';
export { type FdtNode, type FdtOptions, type FdtValue, fdtNode, writeFdt } from './writer';
