/** For work on the page only: a worker that plays a script. Reached with `?demo` in development, never built. */
import { connectVm } from '../../../workers/client';
import type { Connect } from '../connect';

export function connectDemo(scene: string): Connect {
  return (onFailure) =>
    connectVm({ worker: new Worker(new URL('./demo.worker.ts', import.meta.url), { type: 'module', name: scene }), onFailure });
}
