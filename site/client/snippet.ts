/** The snippet generator: the form of the table of parameters, what it says as code, and the machine itself if somebody asks. */
import { copyWithButton } from './copy';
import { type Chosen, FORMS, type Form, hashOf, snippet, tagOf } from './snippet-text';

type Control = HTMLInputElement | HTMLSelectElement;

const byId = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found as T;
};

const form = byId<HTMLFormElement>('snippet-form');
const base = byId<HTMLInputElement>('snippet-base');
const code = byId<HTMLElement>('snippet-code');
const copy = byId<HTMLButtonElement>('snippet-copy');
const run = byId<HTMLButtonElement>('snippet-run');
const preview = byId<HTMLElement>('snippet-preview');
const status = byId<HTMLElement>('snippet-status');
const tabs = [...document.querySelectorAll<HTMLInputElement>('input[name=as]')];

const controls = (): Control[] => [...form.querySelectorAll<Control>('[data-kind]')];
const siteAddress = new URL('../', location.href).href.replace(/[?#].*$/, '');

function chosenForm(): Form {
  const value = tabs.find((tab) => tab.checked)?.value;
  return FORMS.find((one) => one === value) ?? 'tag';
}

function chosen(): Chosen[] {
  const found = new Map<string, Chosen>();
  for (const control of controls()) {
    const { name } = control;
    const kind = control.dataset.kind ?? 'text';
    const isBox = control instanceof HTMLInputElement && control.type === 'checkbox';
    const value = isBox ? (control.checked ? control.value : '') : control.value.trim();
    if (value === '') continue;
    const embedOnly = control.closest('[data-embed-only]') !== null;
    const before = found.get(name)?.value;
    found.set(name, { name, kind, embedOnly, value: kind === 'flag' ? '' : before === undefined ? value : `${before} ${value}` });
  }
  return [...found.values()];
}

/** The base, with the slash that makes it a folder. */
const folder = (): string => {
  const value = base.value.trim() || siteAddress;
  return value.endsWith('/') ? value : `${value}/`;
};

function show(): void {
  code.textContent = snippet(chosenForm(), chosen(), folder());
  const hash = hashOf(chosen(), chosenForm());
  history.replaceState(null, '', hash === '' ? location.pathname + location.search : `#${hash}`);
}

function readHash(): void {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const control of controls()) {
    const value = wanted.get(control.name);
    if (control instanceof HTMLInputElement && control.type === 'checkbox') {
      control.checked =
        control.dataset.kind === 'list' ? (value ?? '').split(/[\s,]+/).includes(control.value) : value !== null && value !== '0';
    } else control.value = value ?? '';
    if (value !== null) control.closest('details')?.setAttribute('open', '');
  }
  for (const tab of tabs) tab.checked = tab.value === (wanted.get('as') ?? 'tag');
}

/** The machine of the form. The tag is made from text that escapes what was typed; it runs where the tag's own script lets it. */
function showPreview(): void {
  const tag = document.createElement('template');
  tag.innerHTML = tagOf(chosen());
  preview.replaceChildren(tag.content);
  const height = chosen().find(({ name }) => name === 'height')?.value;
  preview.dataset.height = height ?? '';
  const machine = preview.querySelector('dormouse-vm') as (HTMLElement & { start?: () => Promise<void> }) | null;
  status.textContent = 'The machine is below.';
  // A click has asked for it already.
  machine?.start?.().catch((error: unknown) => {
    status.textContent = error instanceof Error ? error.message : String(error);
  });
}

base.value = siteAddress;
readHash();
show();
form.addEventListener('input', show);
form.addEventListener('submit', (event) => event.preventDefault());
for (const tab of tabs) tab.addEventListener('change', show);
byId<HTMLButtonElement>('snippet-clear').addEventListener('click', () => {
  form.reset();
  base.value = siteAddress;
  preview.replaceChildren();
  status.textContent = 'All parameters are left out again.';
  show();
});
addEventListener('hashchange', () => {
  readHash();
  show();
});
copy.addEventListener('click', () => void copyWithButton(copy, code.textContent ?? ''));
run.addEventListener('click', showPreview);
// Without the tag's script there is the snippet, which is all that most people came for.
void customElements.whenDefined('dormouse-vm').then(() => {
  run.disabled = false;
  run.removeAttribute('title');
});
