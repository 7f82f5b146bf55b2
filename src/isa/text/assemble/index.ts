export { type Assembled, type AssembledLine, assemble } from './assembler';
export { AssemblyError, type AssemblyProblem } from './errors';
