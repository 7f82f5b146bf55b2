/** Address of the built worker's script, for whoever cannot start it from there. */
export { default as WORKER_URL } from './vm.worker.ts?worker&url';
