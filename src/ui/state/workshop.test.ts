import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROGRAMS } from '../../vm/bare-vm.testkit';
import { Dock } from '../dock/dock.svelte';
import { EXAMPLES } from '../examples/examples';
import { type OpenedSession, openedSession } from './opened-session.testkit';
import { packText, programInHash } from './packed-text';
import { Workshop } from './workshop.svelte';

const PROGRAM = 'wfi // from a link\n';
const LAYOUT = 'r(30registers*-70console*)';
let open: OpenedSession | undefined;

afterEach(() => {
  open?.close();
  open = undefined;
  vi.unstubAllGlobals();
});

/** A page at an address with this hash. */
async function openedAt(hash: string): Promise<OpenedSession> {
  open = await openedSession(PROGRAMS.wait);
  let url = new URL(`https://example.org/vm/${hash}`);
  vi.stubGlobal('location', {
    get href() {
      return url.href;
    },
    get hash() {
      return url.hash;
    },
    pathname: '/vm/',
    search: '',
  });
  vi.stubGlobal('history', {
    state: null,
    replaceState: (_state: unknown, _title: string, to: string) => {
      url = new URL(to, url);
    },
  });
  return open;
}

const linkedProgram = (): File => new File([PROGRAM], 'program.s');

describe('a program from a link', () => {
  it.each([
    ['an example', (shop: Workshop) => shop.openExample(EXAMPLES[1]!)],
    ['a new program', (shop: Workshop) => shop.openNew()],
  ])('is among the kept programs after %s was opened, and can be opened again', async (_, openOther) => {
    const { vm } = await openedAt(`#program=${await packText(PROGRAM)}`);
    const shop = new Workshop(vm, EXAMPLES);
    await shop.adoptGiven(linkedProgram());
    openOther(shop);
    expect(shop.programs.map(({ text }) => text)).toEqual([PROGRAM]);
    expect(location.hash).toBe('');
    const other = shop.text;
    // As the next visit finds it.
    expect(new Workshop(vm, EXAMPLES).text).toBe(other);
    shop.openKept(shop.programs[0]!);
    expect(shop.text).toBe(PROGRAM);
  });

  it('that a person has removed stays removed', async () => {
    const { vm } = await openedAt(`#program=${await packText(PROGRAM)}`);
    const shop = new Workshop(vm, EXAMPLES);
    await shop.adoptGiven(linkedProgram());
    shop.rename('Mine');
    shop.forget(shop.sheet.id);
    shop.openNew();
    expect(shop.programs).toEqual([]);
  });

  it('and no other program that nobody has changed is kept', async () => {
    const { vm } = await openedAt('');
    const shop = new Workshop(vm, EXAMPLES);
    // A story's, say.
    await shop.adoptGiven(linkedProgram());
    shop.openNew();
    shop.openExample(EXAMPLES[0]!);
    expect(shop.programs).toEqual([]);
  });
});

describe('program and layout in one hash', () => {
  it('are both in a link, and both are read', async () => {
    const { vm } = await openedAt('');
    const shop = new Workshop(vm, EXAMPLES);
    vm.focus.layout = new Dock(`#layout=${LAYOUT}`).text;
    const { hash } = new URL(await shop.link());
    expect(await programInHash(hash)).toBe(shop.text);
    expect(new Dock(hash).text).toBe(LAYOUT);
    vm.focus.layout = new Dock().text;
    expect(new URL(await shop.link()).hash).toMatch(/^#program=[\w-]+$/);
  });

  it('the layout stays as it was written when the program is left', async () => {
    const { vm } = await openedAt(`#layout=${LAYOUT}&program=${await packText(PROGRAM)}`);
    new Workshop(vm, EXAMPLES).openNew();
    expect(location.hash).toBe(`#layout=${LAYOUT}`);
  });
});
