import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROGRAMS } from '../../vm/bare-vm.testkit';
import { Dock } from '../dock/dock.svelte';
import { EXAMPLES } from '../examples/examples';
import { machineLink } from './machine-link';
import { type OpenedSession, openedSession } from './opened-session.testkit';
import { packText, programInHash, titleInHash } from './packed-text';
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

  it('that is kept here already is that one, whatever was in sight', async () => {
    const { vm } = await openedAt(`#program=${await packText(PROGRAM)}`);
    const first = new Workshop(vm, EXAMPLES);
    first.openNew();
    first.typed(PROGRAM);
    first.rename('Mine');
    first.openExample(EXAMPLES[0]!);
    const shop = new Workshop(vm, EXAMPLES);
    await shop.adoptGiven(linkedProgram());
    expect(shop.sheet).toMatchObject({ title: 'Mine', kept: true });
    shop.openNew();
    expect(shop.programs.map(({ title }) => title)).toEqual(['Mine']);
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

describe('a program of an address that came while the page was open', () => {
  const typedBefore = async () => {
    const hash = `#program=${await packText(PROGRAM)}`;
    const { vm } = await openedAt(hash);
    const shop = new Workshop(vm, EXAMPLES);
    shop.typed('// mine\nb .\n');
    return { vm, shop, hash };
  };

  it('takes the place of what is there, which is kept, and is what Start runs', async () => {
    const { vm, shop, hash } = await typedBefore();
    shop.openLinked(PROGRAM);
    expect(shop.text).toBe(PROGRAM);
    expect(shop.programs.map(({ text }) => text)).toEqual(['// mine\nb .\n']);
    expect(location.hash).toBe(hash);
    expect(await (vm.draft.program as File).text()).toBe(PROGRAM);
    shop.openNew();
    expect(shop.programs.map(({ text }) => text)).toContain(PROGRAM);
  });

  it('asks first where this browser keeps nothing', async () => {
    const { shop } = await typedBefore();
    vi.stubGlobal('localStorage', undefined);
    shop.openLinked(PROGRAM);
    expect(shop.question?.sentence).toContain('is lost when “From a link” takes its place');
    expect(shop.text).toBe('// mine\nb .\n');
    shop.answer(false);
    expect(shop.text).toBe('// mine\nb .\n');
    shop.openLinked(PROGRAM);
    shop.answer(true);
    expect(shop.text).toBe(PROGRAM);
    expect(shop.question).toBeUndefined();
  });

  it('is what Start runs also where it is in the editor already', async () => {
    const { vm, shop } = await typedBefore();
    shop.openLinked(PROGRAM);
    vm.draft.guest = 'lab';
    vm.draft.program = undefined;
    shop.openLinked(PROGRAM);
    expect(await (vm.draft.program as File | undefined)?.text()).toBe(PROGRAM);
    expect(vm.draft.guest).toBe('own');
  });

  it('is called as the address says', async () => {
    const { shop } = await typedBefore();
    shop.openLinked(PROGRAM, 'Two sleepers');
    expect(shop.sheet.title).toBe('Two sleepers');
  });

  it('is known by its name if it is an example', async () => {
    const { shop } = await typedBefore();
    shop.openLinked(EXAMPLES[2]!.source);
    expect(shop.sheet).toMatchObject({ title: EXAMPLES[2]!.title, example: EXAMPLES[2] });
  });
});

describe('one program in two tabs', () => {
  it('is two when both have changed it: nothing of either is lost, and that is told', async () => {
    const { vm } = await openedAt('');
    const [one, other] = [new Workshop(vm, EXAMPLES), new Workshop(vm, EXAMPLES)];
    one.openNew();
    one.typed('wfi // of one\n');
    one.rename('Shared');
    other.openKept(one.programs[0]!);
    other.typed('wfe // of the other\n');
    other.flush();
    expect(other.complaint).toBeUndefined();
    one.typed('wfi // of one, again\n');
    one.flush();
    expect(one.complaint).toBe('“Shared” was changed in another tab: what is here is kept as “Shared (2)”.');
    const kept = () => new Map(new Workshop(vm, EXAMPLES).programs.map(({ title, text }) => [title, text]));
    expect(kept()).toEqual(
      new Map([
        ['Shared', 'wfe // of the other\n'],
        ['Shared (2)', 'wfi // of one, again\n'],
      ]),
    );
    // From now on they have nothing to do with each other.
    one.typed('wfi // of one, once more\n');
    one.flush();
    other.typed('wfe // of the other, too\n');
    other.flush();
    expect([one.sheet.title, other.sheet.title, other.complaint]).toEqual(['Shared (2)', 'Shared', undefined]);
    expect(kept().size).toBe(2);
  });
});

describe('a program of a story', () => {
  const STORY = { name: 'first-program', title: 'Write your first A64 program', text: 'wfi\nb .\n' };

  it('is called like the story, and a person’s own when it was changed', async () => {
    const { vm } = await openedAt('');
    const shop = new Workshop(vm, EXAMPLES);
    shop.openStory(STORY);
    expect(shop.sheet.title).toBe(STORY.title);
    shop.edit('wfi', 'wfe');
    shop.flush();
    // After a reload, too.
    const next = new Workshop(vm, EXAMPLES);
    expect(next.sheet).toMatchObject({ title: STORY.title, kept: true });
    next.openExample(EXAMPLES[1]!);
    next.openStory(STORY);
    expect(next.text).toBe('wfe\nb .\n');
    next.openStory(STORY, { anew: true });
    expect(next.text).toBe(STORY.text);
    expect(next.programs.map(({ text }) => text)).toEqual(['wfe\nb .\n']);
    // Left as it is, it is what the story has after a reload, too.
    const later = new Workshop(vm, EXAMPLES);
    later.openStory(STORY);
    expect(later.text).toBe(STORY.text);
    expect(later.programs).toMatchObject([{ title: STORY.title, text: 'wfe\nb .\n' }]);
  });
});

it('a program runs again where another guest was chosen meanwhile', async () => {
  const { vm, until } = await openedAt('');
  const shop = new Workshop(vm, EXAMPLES);
  shop.typed(PROGRAMS.wait);
  expect(await shop.run()).toBe(true);
  await until(() => vm.state === 'running');
  await vm.makeRoom();
  vm.draft.guest = 'debian';
  expect(await shop.run()).toBe(true);
  expect(vm.running?.guest).toBe('own');
});

describe('the name of a program', () => {
  it('is in the link of one that was changed or named, and is its name where that is opened', async () => {
    const { vm } = await openedAt('');
    const shop = new Workshop(vm, EXAMPLES);
    const nameless = async () => new URL(await shop.link()).hash.includes('title=');
    expect(await nameless()).toBe(false);
    shop.openNew();
    shop.typed(PROGRAM);
    expect(await nameless()).toBe(false);
    shop.rename('Søvn & mice #1');
    shop.putIntoMachine();
    for (const link of [await shop.link(), await machineLink(vm, undefined)]) {
      const { hash } = new URL(link);
      expect([await programInHash(hash), titleInHash(hash)]).toEqual([PROGRAM, 'Søvn & mice #1']);
    }
    const there = new Workshop(vm, []);
    await there.adoptGiven(new File([`${PROGRAM}nop`], 'Søvn & mice #1'));
    expect(there.sheet.title).toBe('Søvn & mice #1');
  });

  it('leaves the address with it', async () => {
    const { vm } = await openedAt(`#program=${await packText(PROGRAM)}&title=Mine&layout=${LAYOUT}`);
    new Workshop(vm, EXAMPLES).openNew();
    expect(location.hash).toBe(`#layout=${LAYOUT}`);
  });

  it('is one line of no great length, whatever the address says', () => {
    expect(titleInHash(`#title=${encodeURIComponent(`a\nb${'c'.repeat(100)}`)}`)).toBe(`a b${'c'.repeat(77)}`);
    for (const hash of ['', '#title=', '#title=%20']) expect(titleInHash(hash)).toBeUndefined();
  });
});

describe('program and layout in one hash', () => {
  it('the layout of an address that came while the page was open is taken, if it is one', async () => {
    await openedAt('');
    const told: string[] = [];
    const dock = new Dock('', (sentence) => told.push(sentence));
    for (const hash of ['', '#program=x']) dock.takeHash(hash);
    expect(told).toEqual([]);
    for (const hash of ['#layout=nonsense', '#layout=', `#layout=${'r('.repeat(50)}`]) dock.takeHash(hash);
    expect(dock.text).toBeUndefined();
    expect(told).toEqual(
      ['nonsense', '', `${'r('.repeat(30)}…`].map((asked) => expect.stringContaining(`the layout “${asked}”, and that is none`)),
    );
    dock.takeHash(`#layout=${LAYOUT}`);
    expect(dock.text).toBe(LAYOUT);
  });

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
