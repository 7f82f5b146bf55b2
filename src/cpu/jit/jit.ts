import type { Instruction } from '../decoder';
import type { Compiler, Engine, Surroundings } from '../engine';
import { HEAT, MEMORY, MOST_CELLS, RECORD } from '../layout';
import { cellsOf, compileRegions } from './compile';
import { KnownRegions, MOST_SAVED, type PackedRegion, type RegionPack, type SavedRegions } from './known-regions';
import { isMadeAsHere, regionOfWords, withCode } from './make-packs';
import { type Region, type RegionWords, type Shifts, wordsOf } from './region';
import { type FoundRegion, RegionReader } from './region-reader';
import { type Runs, runsOf, runsThrough, type Translation, Translations, translationKey } from './translations';

/** What may be chosen about when and what the JIT compiles. The guest cannot tell. */
export interface JitOptions {
  /** Arrivals at a record before it is compiled. */
  heat?: number;
  /** Entries compiled together in one module, and looks that a smaller batch waits for more. */
  batch?: number;
  patience?: number;
  /** Instructions of a region, at most. */
  instructions?: number;
  /**
   * Modules before all of them are let go of and what is hot is compiled anew. Each costs the host about 100 KiB (V8 of Node 20, which copies the
   * function table into each) or 15 KiB (of 26).
   */
  modules?: number;
}
const DEFAULTS = { heat: 3000, batch: 48, patience: 128, modules: 768 };

/** Arrivals at a place before it is taken into a region, as a part of what makes one of its own: what is rarely gone to is left to the interpreter. */
const WARM = 1 / 8;

/** What WebAssembly throws for a module that is none, or asks for what it is not given. */
const DAMAGES = [WebAssembly.CompileError, WebAssembly.LinkError, WebAssembly.RuntimeError];

/** Ends of slices, of 100,000 instructions at most, after which places have half the heat they had. */
const TICKS_TO_COOL = 2000;

/** Modules for which patience does not grow. */
const MODULES_AT_ONCE = 32;
/** Instructions that are compiled together, unless one region has more: some ten milliseconds’ work. */
const INSTRUCTIONS_AT_ONCE = 1500;

/** Code that came with a pack. */
interface PackedCode {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly origin: Pick<SavedRegions, 'sample' | 'proof' | 'digest'>;
}

/** A region that waits to be compiled. */
interface Waiting extends FoundRegion {
  readonly words: RegionWords;
  readonly key: string;
  readonly runs: Runs;
  readonly instructions: number;
}

/**
 * Compiles regions where the interpreter's counters say that time is spent. Under the virtual clock what gets compiled when is a function of the guest's run,
 * too. Compilation is synchronous for the same reason.
 */
export class Jit implements Compiler {
  /** By entry. Whatever happens to the code of one of them takes it away again. */
  private readonly queue = new Map<number, Waiting>();
  /** Looks since the queue was empty. */
  private waited = 0;
  private readonly options: typeof DEFAULTS & Pick<JitOptions, 'instructions'>;
  private readonly reader: RegionReader;
  readonly translations: Translations;
  private ticks = 0;
  /** Modules that are linked. */
  modules = 0;
  /** Host nanoseconds spent compiling: for people. */
  compileTime = 0;
  /** Regions compiled so far, those included that were dropped again. */
  compiledRegions = 0;

  private readonly known: KnownRegions;
  /** The code of packs, until it is linked or cannot be: the host keeps a copy of its own then. */
  private readonly code = new Map<RegionPack, PackedCode>();
  private readonly trusted = new Map<object, boolean>();
  /** Cells (layout.ts) that are taken. */
  private cells = 0;

  constructor(
    private readonly engine: Engine,
    options: JitOptions = {},
    /** The host's time in ns, for {@link compileTime} alone. Left out: nobody wants to know. */
    private readonly now: () => number = () => 0,
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.reader = new RegionReader(
      engine,
      (record) => this.isHot(record),
      Math.ceil(this.options.heat * WARM),
      options.instructions,
    );
    this.translations = new Translations(engine.records, engine.views);
    this.known = new KnownRegions(engine);
  }

  get heatLimit(): number {
    return this.options.heat;
  }

  /** Regions of an earlier run: they are compiled, or run if they are, as soon as they are found again. */
  know(saved: SavedRegions): void {
    const { sample, proof, digest } = saved;
    const origin = { sample, proof, digest };
    for (const { regions, code } of saved.packs) {
      const pack: RegionPack = { regions };
      this.known.add(pack);
      if (code) this.code.set(pack, { bytes: code, origin });
    }
  }

  /** Whether code is what would be made here: found out when it is first asked for. */
  private isTrusted({ origin }: PackedCode): boolean {
    let trusted = this.trusted.get(origin);
    if (trusted === undefined) {
      trusted = isMadeAsHere(origin, this.engine.decoder, this.engine.handlers);
      this.trusted.set(origin, trusted);
    }
    return trusted;
  }

  decoded(record: number, word: number): void {
    this.known.decoded(record, word);
  }

  hot(record: number, around: Surroundings): void {
    if (this.known.isMarked(record)) {
      const known = this.known.look(record, around);
      if (known) this.found(record, known);
    } else if (!this.translations.at(record)) {
      const found = this.reader.read(record, around);
      if (found) this.enqueue(record, found);
    }
    this.tickQueue();
  }

  /** A region of an earlier run is there. Its words are what was looked for; how control goes through them is found out anew, if there is no code for it. */
  private found(record: number, { pack, region, shifts }: PackedRegion & { shifts: Shifts }): void {
    this.link(pack);
    const translation = this.translations.find(translationKey(region), shifts);
    if (translation) return this.attach(translation, record, shifts);
    const formed = regionOfWords(region, this.engine.decoder, this.options.instructions);
    if (formed) this.enqueue(record, { region: formed, shifts });
  }

  /** Lets a region run from now on if there is code for it; else it is compiled soon. */
  private enqueue(record: number, { region, shifts }: FoundRegion): void {
    const words = wordsOf(region);
    const key = translationKey(words);
    const pack = this.known.packed(words, key)?.pack;
    if (pack) this.link(pack);
    const translation = this.translations.find(key, shifts);
    if (translation) return this.attach(translation, record, shifts);
    const instructions = region.blocks.reduce((sum, block) => sum + block.instructions.length, 0);
    this.queue.set(record, { region, words, key, shifts, runs: runsOf(words, shifts), instructions });
  }
  private attach(translation: Translation, record: number, shifts: Shifts): void {
    this.known.forget(record);
    this.queue.delete(record);
    this.translations.attach(translation, record, shifts);
  }

  private isHot(record: number): boolean {
    return this.queue.has(record) || this.translations.at(record) !== undefined;
  }

  tick(): void {
    this.known.tick();
    this.tickQueue();
    if (++this.ticks % TICKS_TO_COOL === 0) this.cool();
  }

  /** What becomes hot in the course of hours only is not worth its code. */
  private cool(): void {
    const { u16 } = this.engine.views;
    const first = MEMORY.HEAT >>> 1;
    for (let at = first; at < first + HEAT.SIZE / 2; at++) u16[at]! >>>= 1;
  }
  private tickQueue(): void {
    const { size } = this.queue;
    if (size === 0) return;
    let instructions = 0;
    for (const waiting of this.queue.values()) instructions += waiting.instructions;
    // The more modules there are, the fuller the next is to be: so that it takes long until there are too many.
    const patience = this.options.patience * (1 + Math.floor(this.modules / MODULES_AT_ONCE));
    const isFull = size >= this.options.batch || instructions >= INSTRUCTIONS_AT_ONCE;
    if (isFull || ++this.waited >= patience) this.compileQueue();
  }

  private compileQueue(): void {
    const waiting = new Map(this.queue);
    this.queue.clear();
    this.waited = 0;
    const made = new Map<string, { region: Region<Instruction>; words: RegionWords }>();
    const wanted: { entry: number; key: string; shifts: Shifts }[] = [];
    for (const [entry, { region, words, key, shifts }] of waiting) {
      const translation = this.translations.find(key, shifts);
      if (translation) this.attach(translation, entry, shifts);
      else {
        wanted.push({ entry, key, shifts });
        made.set(key, { region, words });
      }
    }
    if (made.size === 0) return;
    const regions = [...made.values()];
    const began = this.now();
    const { code } = compileRegions(
      regions.map(({ region }) => region),
      this.engine.handlers,
    );
    this.linkModule(
      regions.map(({ words }) => words),
      code,
    );
    this.compileTime += this.now() - began;
    this.compiledRegions += regions.length;
    // Where the same code comes to lie elsewhere it is not to become hot, and formed in perhaps another way, once more.
    this.known.add({ regions: regions.map(({ words }) => words) });
    for (const { entry, key, shifts } of wanted) {
      const translation = this.translations.find(key, shifts);
      // The same code where other pages are shifted in another way: it has to become hot once more.
      if (translation) this.attach(translation, entry, shifts);
    }
  }

  /** Links the code of a pack, if it has any. When all modules are let go of, its regions are compiled here as others are. */
  private link(pack: RegionPack): void {
    const code = this.code.get(pack);
    if (!code) return;
    this.code.delete(pack);
    try {
      if (this.isTrusted(code)) this.linkModule(pack.regions, code.bytes);
    } catch (error) {
      // Damaged: its regions are compiled here.
      if (!DAMAGES.some((kind) => error instanceof kind)) throw error;
    }
  }

  private linkModule(regions: readonly RegionWords[], code: Uint8Array<ArrayBuffer>): void {
    const { engine } = this;
    const { cells, cellCount } = cellsOf(regions);
    const isFull = this.modules >= this.options.modules || this.cells + cellCount > MOST_CELLS;
    if (isFull || !engine.handlerTable.has(regions.length)) this.startOver();
    const slots = engine.handlerTable.take(regions.length);
    const firstCell = MEMORY.CELLS + this.cells * 4;
    this.cells += cellCount;
    engine.instantiate(code, slots, firstCell);
    this.modules++;
    regions.forEach((region, i) => {
      this.translations.add(translationKey(region), region, slots + i, firstCell + cells[i]! * 4);
    });
  }

  /**
   * Host memory is let go of by whole modules, and for certain only with all of them: what is still hot is soon compiled again.
   */
  private startOver(): void {
    this.translations.clear();
    this.engine.dropModules();
    this.modules = 0;
    this.cells = 0;
  }

  /** For later runs: what stands anywhere now, and what was known from the run before, without code. */
  get regions(): SavedRegions {
    const byKey = new Map<string, RegionWords>();
    const add = (regions: Iterable<RegionWords>): void => {
      for (const region of regions) if (byKey.size < MOST_SAVED) byKey.set(translationKey(region), region);
    };
    add(this.translations.regions('standing'));
    add(this.known.all());
    return { packs: byKey.size > 0 ? [{ regions: [...byKey.values()] }] : [], sample: [], proof: 0, digest: 0 };
  }
  /** What was compiled so far, with its code: for a guest that is to be given to others. */
  get regionsWithCode(): SavedRegions {
    const { decoder, handlers } = this.engine;
    return withCode(this.translations.regions('all'), decoder, handlers);
  }

  pageDropped(base: number): void {
    this.overwritten(base, base, base + RECORD.PAGE_STRIDE);
  }

  overwritten(base: number, first: number, end: number): void {
    const { queue, translations } = this;
    this.known.forgetAll(base, first, end);
    for (const [entry, { runs }] of queue) if (runsThrough(runs, entry, first, end)) queue.delete(entry);
    for (const entry of translations.through(base))
      if (runsThrough(translations.at(entry)!.runs, entry, first, end)) translations.detach(entry);
  }

  interrupted(base: number, record: number): void {
    this.overwritten(base, record, record + 1);
  }
}
