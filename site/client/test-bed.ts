/** The test bed: what all machines of the page say, newest first, and buttons for all of them at once. */

/** A live machine, as far as it is needed here; nothing of it where the tag's script is not there. */
interface Machine extends HTMLElement {
  start?(): Promise<void>;
  pause?(): Promise<void>;
  reset?(): Promise<void>;
}

const EVENTS = ['ready', 'state', 'console', 'call', 'system-event', 'ended', 'error'] as const;
const LINES = 200;

const log = document.getElementById('event-log');
const count = document.getElementById('event-count');
const machines = [...document.querySelectorAll<Machine>('dormouse-vm')];
let events = 0;

/** In a line: names and values, long ones cut. Numbers of 64 bits are no JSON. */
function words(detail: unknown): string {
  if (detail === undefined || detail === null) return '';
  try {
    const text = JSON.stringify(detail, (_, value: unknown) =>
      typeof value === 'bigint'
        ? `0x${value.toString(16)}`
        : value instanceof Uint8Array
          ? new TextDecoder().decode(value)
          : value,
    );
    return text.length > 160 ? `${text.slice(0, 160)}…` : text;
  } catch {
    return String(detail);
  }
}

function note(machine: Element, type: string, detail: unknown): void {
  if (log === null) return;
  const row = document.createElement('li');
  const who = document.createElement('b');
  who.textContent = String(machines.indexOf(machine as Machine) + 1);
  const what = document.createElement('code');
  what.textContent = type;
  row.append(who, what, words(detail));
  log.prepend(row);
  while (log.children.length > LINES) log.lastElementChild?.remove();
  events++;
  if (count !== null) count.textContent = `${events} event${events === 1 ? '' : 's'}`;
}

for (const type of EVENTS) {
  document.addEventListener(type, (event) => {
    const { target } = event;
    if (target instanceof Element && target.localName === 'dormouse-vm') note(target, type, (event as CustomEvent).detail);
  });
}

function forAll(id: string, work: (machine: Machine) => Promise<void> | undefined): void {
  document.getElementById(id)?.addEventListener('click', () => {
    for (const machine of machines)
      work(machine)?.catch((error: unknown) => note(machine, 'refused', error instanceof Error ? error.message : error));
  });
}

forAll('all-start', (machine) => machine.start?.());
forAll('all-pause', (machine) => machine.pause?.());
forAll('all-reset', (machine) => machine.reset?.());
document.getElementById('log-clear')?.addEventListener('click', () => {
  log?.replaceChildren();
  events = 0;
  if (count !== null) count.textContent = 'No events yet';
});
void customElements.whenDefined('dormouse-vm').then(() => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('.bed-controls button')) button.disabled = false;
  // From now on there is something to be seen in it, wherever one is on the page.
  document.querySelector<HTMLElement>('.bed-side')?.setAttribute('data-live', '');
});
