/** All that a host asks of the assembler, to be loaded when it is needed: in one piece, so that a worker's own code stays in one piece as well. */
export { assemblyWords } from './assembly-words';
export { assembleProgram, checkProgram } from './program';
