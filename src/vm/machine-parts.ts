/**
 * The parts of what machines are made of that take long to be run when they are loaded, for hosts that load them one by one: `vm-builder.ts` and all that
 * it needs is loaded at once otherwise.
 */
export const MACHINE_PARTS: readonly (() => Promise<unknown>)[] = [() => import('../isa'), () => import('../cpu/engine')];
