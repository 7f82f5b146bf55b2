import { enumerateHandlers } from '../../src/cpu/handlers';
import { A64 } from '../../src/isa';
import { HELPERS } from '../../src/isa/helpers/index';

/** Which function of the interpreter's module is which: V8 knows them by index, as the module needs no names to run. */
export interface WasmNames {
  /** What instructions that leave a page, or have little budget left, go through, compiled or not. */
  readonly transfers: ReadonlySet<string>;
  of(functionName: string): string;
}

/** In the order that buildInterpreter makes them in, behind its one import. */
export function interpreterNames(): WasmNames {
  const transfers = ['near', 'resume', 'arrive', 'jump', 'indirect'];
  const shared = [
    'hot',
    'enter',
    'slow access',
    ...transfers,
    'undecoded',
    'next page',
    'stop',
    'unallocated',
    'breakpoint',
    'known',
  ];
  const handlers = enumerateHandlers(A64).specs.map(({ row, shape }) => {
    const fields = Object.entries(shape).map(([name, value]) => `${name}=${value}`);
    return [row.name, ...fields].join(' ');
  });
  const names = ['service', ...Object.keys(HELPERS).map((name) => `helper ${name}`), ...shared, ...handlers];
  const numbered = (index: number): string => `wasm-function[${index}]`;
  const byNumber = new Map(names.map((name, index) => [numbered(index), name]));
  return {
    transfers: new Set([...transfers, 'next page'].map((name) => numbered(names.indexOf(name)))),
    of: (functionName) => byNumber.get(functionName) ?? functionName,
  };
}
