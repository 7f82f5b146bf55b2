import { expectTypeOf, it } from 'vitest';
import type { PARAMETERS } from '../../ui/state/parameters';
import type { TagProperties } from './tag-types';

type Row = (typeof PARAMETERS)[number];
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Tail>}` : Name;
type FromTable = {
  [Each in Row as Exclude<Camel<Each['name']>, 'type' | 'append'>]: Each['kind'] extends 'flag' ? boolean : string | null;
};

it('has a property for each row of the table of parameters, and no other', () => {
  expectTypeOf<{ [Name in keyof TagProperties]: TagProperties[Name] }>().toEqualTypeOf<FromTable>();
});
