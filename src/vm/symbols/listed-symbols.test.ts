import { expect, it } from 'vitest';
import { assembleLab } from '../../../guests/lab/assemble-lab';
import { listSymbols, symbolsListed } from './listed-symbols';

it('lists the labels of a guest, and reads them again', () => {
  const { labels } = assembleLab();
  const symbols = labels.map(({ name, address }) => ({ name, address }));
  expect(symbols.length).toBeGreaterThan(20);
  expect(symbolsListed(JSON.parse(JSON.stringify(listSymbols(symbols))))).toEqual(symbols);
});

it('takes nothing that is no address', () => {
  const listed = {
    start: '0x40080000',
    top: '0xffffffffffffffff',
    long: '0x10000000000000000',
    number: 4,
    word: 'start',
    nothing: null,
  };
  expect(symbolsListed(listed).map(({ name }) => name)).toEqual(['start', 'top']);
  for (const none of [undefined, null, 'start', 7]) expect(symbolsListed(none)).toEqual([]);
});
