export { type Assembled, type AssembledLine, type AssembleOptions, assemble } from './assembler';
export { AssemblyError, type AssemblyProblem, type ProblemPlace } from './errors';
export type { AssembledLabel } from './symbols';
