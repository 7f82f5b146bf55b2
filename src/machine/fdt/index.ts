export { FDT_MAGIC, type FdtReservation } from './format';
export { findNode, type ReadFdt, type ReadFdtNode, readCells, readFdt, readTexts } from './reader';
export { type FdtNode, type FdtOptions, type FdtValue, fdtNode, writeFdt } from './writer';
