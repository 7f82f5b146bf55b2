/** Where programs are written: the one in the editor, what the assembler says of it, those that are kept, and how it is run. */
import type { CheckedProgram, ProgramProblem } from '../../vm/api/assembly';
import { sentenceOf } from '../../vm/sentence';

import type { Example } from '../examples/example';
import {
  forgetProgram,
  type KeptProgram,
  keepProgram,
  keptProgram,
  keptPrograms,
  lastInSight,
  rememberInSight,
} from './kept-programs';
import { addressOfLine, lineOfAddress } from './line-map';
import { OWN_KERNEL } from './options';
import { OutputTail } from './output-tail.svelte';
import { programForHash, programInHash, UNNAMED_PROGRAM } from './packed-text';
import { linkFor } from './query';
import type { Session } from './session.svelte';

/** How long (ms) nobody types before the assembler looks, and before what was typed is kept. */
const REST = 250;
/** Bytes of a source file that is taken: more is no program a person wrote. */
const LONGEST_FILE = 1 << 20;
const NEW_TITLE = 'New program';
const LINKED_TITLE = 'From a link';
const NEW_PROGRAM = `// A new program. It begins here, at EL1 with the MMU off; x0 has the address of the device tree.
.include "uart.inc"
.include "psci.inc"

start:
    print "It works.\\n"
    power_off
`;

/** What is in the editor. */
interface Sheet {
  readonly title: string;
  /** What the editor began with. */
  readonly given: string;
  readonly example: Example | undefined;
  /** Under which it is kept, once it differs from what was given. */
  readonly id: string;
  readonly kept: boolean;
  /** What is kept under that, as far as this page knows. */
  readonly known?: string;
  /** It came with the address, and is nowhere else: kept before another takes its place. */
  readonly linked?: boolean;
  /** The story that it is of. */
  readonly story?: string | undefined;
}

/** Somebody is asked whether something may be done that takes something else away. */
interface Question {
  /** Of few words. */
  readonly title: string;
  readonly sentence: string;
  /** What the person says who wants it. */
  readonly yes: string;
  readonly does: () => void;
}

export class Workshop {
  sheet = $state.raw<Sheet>({ title: NEW_TITLE, given: NEW_PROGRAM, example: undefined, id: newId(), kept: false });
  /** The text in the editor. */
  text = $state(NEW_PROGRAM);
  /** Grows when the text was replaced by something other than typing. */
  replaced = $state(0);
  programs = $state.raw<KeptProgram[]>(keptPrograms());
  /** Why what was typed is not kept, or a file not taken. */
  complaint = $state<string | undefined>();
  /** What became of the program that was here before. */
  note = $state<string | undefined>();
  /** What the assembler said of {@link checkedText}; undefined until it has said something. */
  checked = $state.raw<CheckedProgram | undefined>();
  /** Why the assembler says nothing. */
  silent = $state<string | undefined>();
  checking = $state(false);
  /** The program that was run last, as far as the assembler told where it lies. */
  running = $state.raw<{ id: string; title: string; text: string; lines: CheckedProgram['lines'] } | undefined>();
  /** Lines of the program where the machine is to stop, as of the last change of them. */
  breakpoints = $state.raw<readonly number[]>([]);
  question = $state.raw<Question | undefined>();
  /** The editor of the program in sight as it was left, and which {@link replaced} it showed. */
  left: { readonly replaced: number; readonly editor: unknown } | undefined;
  readonly output: OutputTail;

  /** What the assembler said last of a text that has no problem: names are known from it while a line is half written. */
  understood: CheckedProgram | undefined;

  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What was typed is nowhere but here: this browser did not keep it. */
  private unkept = false;
  /** That the program at hand was kept under another name, as a sentence. */
  private parted: string | undefined;
  private checkedText: string | undefined;
  /** Files that were made here of what is in the editor, or are in it already. */
  private readonly made = new WeakSet<File>();
  /** Addresses of the breakpoints that are this program's. */
  private placed = new Set<bigint>();
  /** The sheet whose machine was put together. */
  private prepared: string | undefined;

  constructor(
    private readonly session: Session,
    readonly examples: readonly Example[],
  ) {
    this.output = new OutputTail(session.voice.console);
    this.begin();
  }

  get problems(): readonly ProgramProblem[] {
    return this.checked?.problems ?? [];
  }

  /** Nothing was typed since it was opened. */
  get pristine(): boolean {
    return this.text === this.sheet.given;
  }

  /** The machine at hand is of a program that was run here. */
  get ran(): boolean {
    return this.running !== undefined && this.session.draft.program !== undefined;
  }

  /** That program is the one in the editor, of now or of before the last change: what was printed is of it. */
  get isOfSheet(): boolean {
    return this.ran && (this.running?.id === this.sheet.id || this.running?.text === this.text);
  }

  /** The machine at hand runs what the editor shows. */
  get current(): boolean {
    return this.session.hasMachine && this.running?.text === this.text;
  }

  // Which program.

  /** What was there last, or the first example. */
  private begin(): void {
    const [kind, name] = lastInSight()?.split(/:(.*)/) ?? [];
    const kept = kind === 'kept' ? this.programs.find(({ id }) => id === name) : undefined;
    const example = kind === 'example' ? this.examples.find((each) => each.name === name) : undefined;
    const first = example ?? this.examples[0];
    if (kept) this.putKept(kept);
    else if (kind === 'new') this.putNew();
    else if (first) this.putExample(first);
  }

  /** A program that came with the address, or that somebody else put into the machine. */
  async adoptGiven(file: File): Promise<void> {
    if (this.made.has(file)) return;
    this.made.add(file);
    const text = await file.text();
    const linked = (await programInHash(location.hash).catch(() => undefined)) === text;
    if (text !== this.text) this.put(this.sheetOf(text, linked, file.name === UNNAMED_PROGRAM ? undefined : file.name));
  }

  /** A program that came with the address while the page was open: it is what Start runs, whether or not it is in the editor already. */
  openLinked(text: string, title?: string): void {
    const intoMachine = (): void => {
      if (!this.session.fixed) this.putIntoMachine();
    };
    if (text === this.text) return intoMachine();
    const { hash } = location;
    this.put(this.sheetOf(text, true, title), () => {
      // What was there before has left it.
      history.replaceState(history.state, '', hash);
      intoMachine();
    });
  }

  /** A text that came from elsewhere: a program that is kept here already is that one, an example is known by its own name. */
  private sheetOf(text: string, linked: boolean, title = LINKED_TITLE): Sheet {
    const kept = keptPrograms().find((each) => each.text === text);
    if (kept) return this.keptSheet(kept);
    const example = this.examples.find(({ source }) => source === text);
    return { title: example?.title ?? title, given: text, example, id: newId(), kept: false, linked };
  }

  /** Of the program as a file, or in an address: one that nobody has named, or that is known by its text, needs no name. */
  private get fileName(): string {
    const { title, example } = this.sheet;
    const isKnown = title === NEW_TITLE || title === LINKED_TITLE || example?.source === this.text;
    return isKnown ? UNNAMED_PROGRAM : title;
  }

  openExample(example: Example): void {
    this.putExample(example, () => {
      leaveLink();
      rememberInSight(`example:${example.name}`);
    });
  }

  openKept(kept: KeptProgram): void {
    this.putKept(kept, () => {
      leaveLink();
      rememberInSight(`kept:${kept.id}`);
    });
  }

  /** The program of a story, which is called like it. One that a person has begun to change stays as it is, unless it is to be told `anew`. */
  openStory({ name, title, text }: { name: string; title: string; text: string }, { anew = false } = {}): void {
    if (!anew && this.sheet.story === name) return;
    const begun = anew ? undefined : this.programs.find((kept) => kept.story === name);
    if (begun) this.openKept(begun);
    else
      this.put({ title, given: text, example: undefined, id: newId(), kept: false, story: name }, () => {
        leaveLink();
        this.untie(name);
      });
  }

  /** What a person made of a story's program stays among the kept ones, and is not the story's any more: that is told anew. */
  private untie(story: string): void {
    for (const kept of this.programs) {
      if (kept.story !== story) continue;
      const { story: _, ...own } = kept;
      keepProgram(own);
    }
    this.programs = keptPrograms();
  }

  /** Puts another text in place of a part of the program, as if it were typed. Where the part is not as it was given it stays as it is. */
  edit(from: string, to: string): void {
    const text = this.text.replace(from, () => to);
    if (text !== this.text) this.typed(text);
  }

  private putExample(example: Example, then?: () => void): void {
    this.put({ title: example.title, given: example.source, example, id: newId(), kept: false }, then);
  }

  private putKept(kept: KeptProgram, then?: () => void): void {
    this.put(this.keptSheet(kept), then);
  }

  private keptSheet({ id, title, text, story, example: name }: KeptProgram): Sheet {
    const example = this.examples.find((each) => each.name === name);
    return { title, given: text, example, id, kept: true, known: text, story };
  }

  openNew(): void {
    this.putNew(() => {
      leaveLink();
      rememberInSight('new');
    });
  }

  private putNew(then?: () => void): void {
    this.put({ title: NEW_TITLE, given: NEW_PROGRAM, example: undefined, id: newId(), kept: false }, then);
  }

  /** Takes a file of a person's. Says in a sentence why not, if it does not. */
  async openFile(file: File): Promise<void> {
    try {
      if (file.size > LONGEST_FILE) throw new Error(`“${file.name}” is too large for a program: at most 1 MiB is taken.`);
      const text = await file.text();
      if (text.includes('\0'))
        throw new Error(`“${file.name}” is no text: the editor takes A64 assembly. A binary is run as your own kernel.`);
      // The file is the person's; what the page has of it is kept like all else.
      this.put({ title: file.name, given: text, example: undefined, id: newId(), kept: false }, () => this.keep());
    } catch (error) {
      this.complaint = sentenceOf(error);
    }
  }

  /** What is there already stays among the kept programs: nothing is lost by opening another. Where this browser keeps none, its person is asked. */
  private put(sheet: Sheet, then: () => void = () => undefined): void {
    this.flush();
    if (this.sheet.linked && !this.sheet.kept) this.keep();
    if (this.unkept) {
      this.question = {
        title: 'Give up the program?',
        sentence: `This browser does not keep “${this.sheet.title}”: it is lost when “${sheet.title}” takes its place, unless you save it as a file first.`,
        yes: 'Give it up',
        does: () => {
          this.unkept = false;
          this.put(sheet, then);
        },
      };
      return;
    }
    const before = this.sheet;
    this.note =
      sheet.linked && before.kept ? `A program came with the address. “${before.title}”, which was here, is kept.` : undefined;
    this.parted = undefined;
    this.sheet = sheet;
    this.text = sheet.given;
    this.checked = this.understood = undefined;
    this.replaced += 1;
    this.breakpoints = [];
    this.question = this.complaint = undefined;
    void this.check();
    then();
  }

  /** What a person says to the {@link question}. */
  answer(yes: boolean): void {
    const { question } = this;
    this.question = undefined;
    if (yes) question?.does();
  }

  typed(text: string): void {
    this.text = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.keep();
      void this.check();
    }, REST);
  }

  /** Keeps at once what waits to be kept. */
  flush(): void {
    if (this.timer === undefined && !this.unkept) return;
    this.keep();
  }

  private keep(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.unkept = false;
    const { example, id, kept, given, story } = this.sheet;
    // An example that is what it was needs no keeping.
    if (this.text === given && !kept && (example || story)) return;
    leaveLink();
    const other = keptProgram(id);
    if (kept && other && other.text !== this.sheet.known && other.text !== this.text) this.part();
    const program: KeptProgram = {
      id: this.sheet.id,
      title: this.sheet.title,
      text: this.text,
      changed: Date.now(),
      ...(example ? { example: example.name } : {}),
      ...(story ? { story } : {}),
    };
    const complaint = keepProgram(program);
    this.complaint = complaint ?? this.parted;
    this.unkept = complaint !== undefined;
    this.sheet = { ...this.sheet, kept: true, known: this.text };
    this.programs = keptPrograms();
    rememberInSight(`kept:${program.id}`);
  }

  /** Another tab has changed what is kept under the same name: what is here is another program from now on, and nothing of either is lost. */
  private part(): void {
    const { title } = this.sheet;
    const titles = new Set(keptPrograms().map((each) => each.title));
    let number = 2;
    while (titles.has(`${title} (${number})`)) number++;
    this.sheet = { ...this.sheet, id: newId(), title: `${title} (${number})` };
    this.parted = `“${title}” was changed in another tab: what is here is kept as “${this.sheet.title}”.`;
  }

  rename(title: string): void {
    const wanted = title.trim();
    if (!wanted || wanted === this.sheet.title) return;
    this.sheet = { ...this.sheet, title: wanted, kept: true };
    this.keep();
  }

  forget(id: string): void {
    forgetProgram(id);
    this.programs = keptPrograms();
    if (this.sheet.id === id) this.sheet = { ...this.sheet, id: newId(), kept: false, linked: false };
  }

  // What the assembler says.

  async check(): Promise<CheckedProgram | undefined> {
    const { text } = this;
    if (this.checkedText === text && this.checked) return this.checked;
    this.checking = true;
    try {
      const checked = await this.session.worker().checkProgram(text);
      // Meanwhile somebody typed on: what is said of an older text is of no interest.
      if (text !== this.text) return undefined;
      this.checkedText = text;
      this.checked = checked;
      if (checked.problems.length === 0) this.understood = checked;
      this.silent = undefined;
      return checked;
    } catch (error) {
      this.silent = sentenceOf(error);
      return undefined;
    } finally {
      if (text === this.text) this.checking = false;
    }
  }

  // Running it.

  /** Assembles the program and starts the machine with it; a machine of somebody else's is asked about first. Answers whether it was started. */
  async run({
    anyway = false,
    breakpoints = this.breakpoints,
  }: {
    anyway?: boolean;
    breakpoints?: readonly number[];
  } = {}): Promise<boolean> {
    const { session, sheet, text } = this;
    this.flush();
    const checked = await this.check();
    if (!checked || checked.problems.length > 0) {
      if (checked) session.announce(`Not started: ${checked.problems[0]!.sentence}`);
      return false;
    }
    if (checked.size === 0) {
      this.checked = {
        ...checked,
        problems: [{ line: 1, sentence: 'The program is empty: write at least one instruction, such as “b .”.' }],
      };
      return false;
    }
    if (session.live && !session.draft.runsProgram && !anyway) {
      const title = session.guest?.title ?? session.draft.title;
      this.question = {
        title: 'Stop the machine?',
        sentence: `“${title}” is running. To run the program its machine is switched off; what it has not saved is lost.`,
        yes: 'Switch it off and run',
        does: () => void this.run({ anyway: true, breakpoints }),
      };
      return false;
    }
    this.question = undefined;
    if (!(await session.makeRoom())) {
      this.complaint = 'The machine that is here could not be switched off, so the program was not started: reload the page.';
      return false;
    }
    this.putIntoMachine(sheet, text);
    this.running = { id: sheet.id, title: sheet.title, text, lines: checked.lines };
    this.breakpoints = breakpoints;
    await this.placeBreakpoints();
    this.output.clear();
    const { disk } = session.draft;
    // A program's disk is no place where somebody keeps something.
    if (session.draft.ownDiskMiB > 0) session.draft.disk = 'memory';
    try {
      await session.start();
    } finally {
      session.draft.disk = disk;
    }
    return session.failure === undefined;
  }

  /** The machine in the header is one for the program: of the size that needs the first time, and as the header says from then on. */
  putIntoMachine({ example, id } = this.sheet, text = this.text): void {
    const { draft } = this.session;
    const file = new File([text], this.fileName);
    this.made.add(file);
    if (draft.runsProgram && this.prepared === id) {
      draft.program = file;
      return;
    }
    const fresh = !draft.runsProgram;
    draft.takeOwn({ src: file });
    draft.snapshot = undefined;
    const { vcpus, diskMiB = 0 } = example?.machine ?? {};
    if (vcpus !== undefined) draft.vcpus = vcpus;
    draft.ownDiskMiB = diskMiB;
    this.prepared = id;
    if (fresh) this.session.announce('The header shows the machine that the program runs on.');
  }

  // Where it is to stop.

  /**
   * Sets a breakpoint at a line, or takes it away; one that has no instruction gives it to the next that has.
   * @param lines where there are breakpoints now: they have moved with the text
   */
  async toggleBreakpoint(line: number, lines: readonly number[]): Promise<void> {
    // What was typed a moment ago may not have been looked at.
    const checked = await this.check();
    const place = checked?.problems.length === 0 ? addressOfLine(checked.lines, line) : { line };
    if (!place) {
      this.session.announce(`There is no instruction at line ${line} or behind it, so the machine cannot stop there.`);
      return;
    }
    this.breakpoints = lines.includes(place.line) ? lines.filter((each) => each !== place.line) : [...lines, place.line];
    // A machine that runs another text has its instructions elsewhere: it is told when this one is run.
    if (this.current) await this.placeBreakpoints();
  }

  /** Tells the debugger where the lines are. What was set elsewhere than in this program stays. */
  private async placeBreakpoints(): Promise<void> {
    const { running, placed, session } = this;
    if (!running) return;
    const wanted = [...new Set(this.breakpoints.flatMap((line) => addressOfLine(running.lines, line)?.address ?? []))];
    const before = session.debugger.breakpoints;
    const others = before.filter(({ address }) => !placed.has(address) && lineOfAddress(running.lines, address) === undefined);
    this.placed = new Set(wanted);
    if (wanted.length === 0 && others.length === before.length) return;
    const mine = wanted.map((address) => session.debugger.at(address) ?? { address, enabled: true });
    await session.debugger.replace([...others, ...mine].sort((a, b) => (a.address < b.address ? -1 : 1)));
  }

  /** Takes over what was set or taken away in another panel, while the machine runs this text. */
  adoptBreakpoints(): void {
    const { running, session } = this;
    if (!this.current || !running) return;
    const mine = session.debugger.breakpoints.flatMap(({ address }) => {
      const line = lineOfAddress(running.lines, address);
      return line === undefined ? [] : [{ line, address }];
    });
    this.breakpoints = [...new Set(mine.map(({ line }) => line))];
    this.placed = new Set(mine.map(({ address }) => address));
  }

  // Handing it on.

  /** An address that opens this program on the machine it was written for; it does not run by itself. */
  async link(): Promise<string> {
    const { draft, shown } = this.session;
    const vcpus = this.sheet.example?.machine?.vcpus ?? 1;
    const machine = draft.program ? shown : { ...draft.config(), vcpus, memoryMiB: 64 };
    const { layout } = this.session.focus;
    return linkFor(
      location.href,
      { ...machine, guest: OWN_KERNEL },
      { layout, ...(await programForHash(this.text, this.fileName)) },
    );
  }

  /** The program as a file. */
  save(): void {
    const name = this.sheet.title.replace(/[^\w.-]+/g, '-').toLowerCase();
    const anchor = document.createElement('a');
    anchor.href = URL.createObjectURL(new Blob([this.text], { type: 'text/plain' }));
    anchor.download = /\.(?:s|S|asm)$/.test(name) ? name : `${name}.s`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 0);
  }
}

/** The program of the address is not the one in sight any more: a reload is not to bring it back. */
function leaveLink(): void {
  const parts = location.hash.slice(1).split('&');
  // Whatever else it says stays as it was written.
  const others = parts.filter((part) => !part.startsWith('program=') && !part.startsWith('title='));
  if (others.length === parts.length) return;
  const rest = others.join('&');
  history.replaceState(history.state, '', `${location.pathname}${location.search}${rest ? `#${rest}` : ''}`);
}

const newId = (): string => crypto.randomUUID();
