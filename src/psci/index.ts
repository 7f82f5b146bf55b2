/** The firmware: PSCI and SMCCC as a pure function, its pseudo-registers, and the tables behind both. */
export * from './affinity';
export { availability, isAvailable, missingReason, versionPhrase } from './availability';
export type { Errno, Failure, Result } from './errno';
export { addFilterRange, type FilterAction, type FilterRange, RESERVED_RANGES } from './filter';
export { applyPowerEffects, handleCall, refuse, wakeUpPoint } from './firmware';
export {
  PSCI_FUNCTIONS,
  type PsciFunction,
  type PsciFunctionName,
  psci01FunctionById,
  psciFunction,
  psciFunctionById,
} from './functions';
export * from './matrix';
export * from './psci-node';
export * from './pseudo-registers';
export { PSCI_RET, type PsciReturnName, psciReturnName, SMCCC_RET, TRNG_RET } from './results';
export { SERVICES, type Service, type ServiceName, SMCCC_ID, serviceById } from './smccc-services';
export * from './state';
export * from './versions';
