import { expect, it } from 'vitest';
import { enumerateHandlers } from '../../src/cpu/handlers';
import { buildInterpreter } from '../../src/cpu/interpreter';
import { A64 } from '../../src/isa';
import { readModule } from '../../tests/golden/wasm-reader';
import { interpreterNames } from './wasm-names';

it('names the functions of the interpreter as the module does, as far as that has names', () => {
  const { specs } = enumerateHandlers(A64);
  const { functions } = readModule(buildInterpreter(specs));
  const names = interpreterNames();
  const named = functions.flatMap(({ name }, index) => (/^[a-z]+$/.test(name) ? [[index, name] as const] : []));
  expect(named.map(([, name]) => name)).toEqual(expect.arrayContaining(['enter', 'near', 'resume', 'arrive', 'jump']));
  for (const [index, name] of named) expect(names.of(`wasm-function[${index}]`)).toBe(name);
  const last = specs.at(-1)!;
  expect(names.of(`wasm-function[${functions.length - 1}]`)).toContain(last.row.name);
});
