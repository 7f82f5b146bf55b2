import { A64 } from '../isa';
import { type HandlerSet, handlerSteps } from './handlers';
import { interpreterSteps } from './interpreter';
import { SharedWork } from './shared-work';
import type { Steps } from './stepwise';

/** The interpreter, compiled, and the handlers it is made of. It does not depend on the machine. */
export interface InterpreterCore {
  readonly handlers: HandlerSet;
  readonly module: WebAssembly.Module;
}

function* coreSteps(): Steps<Promise<InterpreterCore>> {
  const handlers = yield* handlerSteps(A64);
  const code = yield* interpreterSteps(handlers.specs);
  return WebAssembly.compile(code).then((module) => ({ handlers, module }));
}

/** That of all engines of this process, made when the first one is. */
export const interpreterCore = new SharedWork(coreSteps);
