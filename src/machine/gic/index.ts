export { Gicv3, type Gicv3Options } from './gicv3';
export { ICC, ICC_REGISTERS, type IccAccess, type IccDescription, type IccRegister, iccRegister } from './icc-registers';
