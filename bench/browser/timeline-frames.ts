/** How smoothly the timeline is drawn when it has a million events: while it grows, and while a person moves along it. */
import type { Page } from '@playwright/test';
import { packText } from '../../src/ui/state/packed-text';
import { spreadText } from '../kernels/table';
import { spreadOf } from '../statistics';
import { FreshChromium } from './fresh-chromium';
import type { Measuring } from './measuring';
import { Playground } from './playground';
import type { Measured, Row } from './table-row';

const VCPUS = 4;
const EACH = 260_000;
const EVENTS = (VCPUS * EACH).toLocaleString('en');
/** Said by the guest when it has made half of its events, and all. */
const [HALF, ALL] = ['half', 'all'];
const FRAMES_WANTED = 60;
/** A screen's clock and the page's are not the same: so many of a second's frames may fall out. */
const TOLERATED = 2;
const SECONDS = 5;

/** Each vCPU takes exceptions to EL1, a few hundred instructions apart; the first tells how far it is, and sleeps for good when the others have come as far. */
const PROGRAM = `
    .equ UART, 0x09000000
    .equ CPU_ON, 0xc4000003
    .equ EACH, ${EACH}
    adr x0, vectors
    msr vbar_el1, x0
    mov x20, #1
more:
    ldr x0, =CPU_ON
    mov x1, x20
    adr x2, work
    mov x3, #0
    hvc #0
    add x20, x20, #1
    cmp x20, #${VCPUS}
    b.ne more
    mov x19, #0
    ldr x21, =EACH
    lsr x22, x21, #1
first:
    bl gap
    svc #0
    add x19, x19, #1
    cmp x19, x22
    b.ne 1f
    adr x1, half
    bl say
1:  cmp x19, x21
    b.ne first
2:  adr x2, done
    ldar w3, [x2]
    cmp w3, #${VCPUS - 1}
    b.ne 2b
    adr x1, all
    bl say
stop:
    wfi
    b stop

work:
    adr x0, vectors
    msr vbar_el1, x0
    isb
    mov x19, #0
    ldr x21, =EACH
3:  bl gap
    svc #0
    add x19, x19, #1
    cmp x19, x21
    b.ne 3b
    adr x2, done
4:  ldaxr w3, [x2]
    add w3, w3, #1
    stlxr w4, w3, [x2]
    cbnz w4, 4b
5:  wfi
    b 5b

gap:
    mov x10, #150
6:  subs x10, x10, #1
    b.ne 6b
    ret
say:
    ldr x11, =UART
7:  ldrb w10, [x1], #1
    cbz w10, 8f
    str w10, [x11]
    b 7b
8:  ret
half:
    .asciz "${HALF}\\r\\n"
all:
    .asciz "${ALL}\\r\\n"
    .balign 4
done:
    .word 0
    .balign 2048
vectors:
    .skip 0x200
    eret
`;

interface Frames {
  perSecond: number;
  /** Milliseconds of the longest. */
  longest: number;
}

/** Counts frames of the page for some seconds. `key`: pressed in each of them, on the timeline. */
const countFrames = (page: Page, keys: readonly [string, string] | undefined): Promise<Frames> =>
  page.evaluate(
    ({ seconds, keys: [there, back] }) =>
      new Promise<Frames>((resolve) => {
        const surface = document.querySelector('[aria-roledescription="timeline"]');
        let [begun, last, longest, frames] = [0, 0, 0, 0];
        const frame = (now: number): void => {
          if (begun === 0) begun = now;
          else {
            frames++;
            longest = Math.max(longest, now - last);
          }
          last = now;
          if (now - begun >= seconds * 1000) return resolve({ perSecond: (frames * 1000) / (now - begun), longest });
          // To the one end, and back.
          const key = Math.floor((now - begun) / 1000) % 2 === 0 ? there : back;
          if (key) surface?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, bubbles: true }));
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    { seconds: SECONDS, keys: keys ?? ['', ''] },
  );

const saysOnConsole = async (page: Page, word: string): Promise<void> => {
  await page.waitForFunction((wanted) => window.__dormouse?.terminalText().split('\n').includes(wanted), word, { timeout: 0 });
};

interface Visit {
  growing: Frames;
  panning: Frames;
}

async function visit({ site, folder }: Measuring): Promise<Visit> {
  return FreshChromium.use(folder, {}, async (chromium) => {
    const page = chromium.firstPage;
    await page.goto(`${site.origin}/index.html?cpus=${VCPUS}#program=${await packText(PROGRAM)}`);
    await page.waitForLoadState('networkidle');
    await page.getByRole('tab', { name: 'Console', exact: true }).click();
    await new Playground(page).click();
    await saysOnConsole(page, HALF);
    const growing = await countFrames(page, undefined);
    await saysOnConsole(page, ALL);
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    const panning = await countFrames(page, ['ArrowLeft', 'ArrowRight']);
    return { growing, panning };
  });
}

/** What a person sees of a timeline that is full. */
export async function timelineFrames(measuring: Measuring): Promise<Measured> {
  const visits: Visit[] = [];
  for (let run = 0; run < measuring.runs; run++) visits.push(await visit(measuring));
  const row = (name: string, which: keyof Visit): Row => {
    const frames = spreadOf(visits.map((each) => each[which].perSecond));
    const longest = Math.max(...visits.map((each) => each[which].longest));
    return {
      name: `timeline of ${EVENTS} events, ${name}`,
      figure: `${spreadText(frames)} frames a second, the longest ${longest.toFixed(0)} ms`,
      target: { words: `≥ ${FRAMES_WANTED} a second`, holds: frames.median >= FRAMES_WANTED - TOLERATED },
    };
  };
  return { rows: [row('while it grows', 'growing'), row('moved along', 'panning')], figures: { runs: visits } };
}
