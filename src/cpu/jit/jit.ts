import type { Compiler, Engine, Surroundings } from '../engine';
import { RECORD } from '../layout';
import { compileRegions } from './compile';
import type { Region } from './region';
import { RegionReader } from './region-reader';
import { type Runs, runsOf, runsThrough, Translations, translationKey } from './translations';

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
const DEFAULTS = { heat: 3000, batch: 16, patience: 64, modules: 768 };

/** Arrivals at a place before it is taken into a region, as a part of what makes one of its own: what is rarely gone to is left to the interpreter. */
const WARM = 1 / 8;

/** Modules for which patience does not grow. */
const MODULES_AT_ONCE = 32;
/** Instructions that are compiled together, unless one region has more: some ten milliseconds’ work. */
const INSTRUCTIONS_AT_ONCE = 600;

/** A region that waits to be compiled. */
interface Waiting {
  readonly region: Region;
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
  private readonly options: typeof DEFAULTS;
  private readonly reader: RegionReader;
  readonly translations: Translations;
  /** Modules that are linked. */
  private modules = 0;
  /** Regions compiled so far, those included that were dropped again. */
  compiledRegions = 0;

  constructor(
    private readonly engine: Engine,
    options: JitOptions = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.reader = new RegionReader(
      engine,
      (record) => this.isHot(record),
      Math.ceil(this.options.heat * WARM),
      options.instructions,
    );
    this.translations = new Translations(engine.records);
  }

  get heatLimit(): number {
    return this.options.heat;
  }

  hot(record: number, around: Surroundings): void {
    const region = this.translations.at(record) ? undefined : this.reader.read(record, around);
    if (region) {
      const instructions = region.blocks.reduce((sum, block) => sum + block.instructions.length, 0);
      this.queue.set(record, { region, runs: runsOf(region), instructions });
    }
    this.tick();
  }

  private isHot(record: number): boolean {
    return this.queue.has(record) || this.translations.at(record) !== undefined;
  }

  tick(): void {
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
    const { translations } = this;
    if (this.modules >= this.options.modules) this.startOver();
    const made = new Map<string, Region>();
    const wanted: { entry: number; key: string }[] = [];
    for (const [entry, { region }] of this.queue) {
      const key = translationKey(region);
      wanted.push({ entry, key });
      if (!translations.find(key)) made.set(key, region);
    }
    this.queue.clear();
    this.waited = 0;
    this.compile(made);
    for (const { entry, key } of wanted) translations.attach(translations.find(key)!, entry);
  }

  private compile(regions: ReadonlyMap<string, Region>): void {
    if (regions.size === 0) return;
    const { engine } = this;
    const slots = Array.from(regions, () => engine.handlerTable.take());
    engine.instantiate(compileRegions([...regions.values()], engine.handlers, slots));
    this.modules++;
    let i = 0;
    for (const [key, region] of regions) this.translations.add(key, slots[i++]!, region);
    this.compiledRegions += regions.size;
  }

  /**
   * Host memory is let go of by whole modules, and for certain only with all of them: what is still hot is soon compiled again.
   */
  private startOver(): void {
    this.translations.clear();
    this.engine.dropModules();
    this.modules = 0;
  }

  pageDropped(base: number): void {
    this.overwritten(base, base, base + RECORD.PAGE_STRIDE);
  }

  overwritten(base: number, first: number, end: number): void {
    const { queue, translations } = this;
    for (const [entry, { runs }] of queue) if (runsThrough(runs, entry, first, end)) queue.delete(entry);
    for (const entry of translations.through(base))
      if (runsThrough(translations.at(entry)!.runs, entry, first, end)) translations.detach(entry);
  }

  interrupted(base: number, record: number): void {
    this.overwritten(base, record, record + 1);
  }
}
