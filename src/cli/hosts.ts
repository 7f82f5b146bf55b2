import { HOST_GENERATIONS } from '../psci';
import { tableLines } from './text-table';

/** The lines of `dormouse hosts`: what `--host` takes, oldest first. */
export function hostTable(): string[] {
  return tableLines([
    ['name', 'kernels', 'default PSCI', 'what came with it'],
    ...HOST_GENERATIONS.map(({ name, kernels, newest, change }) => [name, kernels, newest, change]),
  ]);
}
