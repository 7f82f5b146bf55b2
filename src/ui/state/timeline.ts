/**
 * Power states over machine time, as the strip at the foot of the page draws them.
 *
 * The whole life of the machine stays visible: when the samples outgrow {@link MAX_SAMPLES}, neighbours are merged in
 * pairs, so memory and drawing stay bounded and detail fades evenly.
 */
import type { FirmwareCall, VcpuView } from '../../vm/api';

export const MAX_SAMPLES = 1200;
export const MAX_MARKS = 200;

/** What one vCPU did in one sample, in shares of 0..1; `on` is the share of time it was powered at all. */
export interface LaneSample {
  el0: number;
  el1: number;
  on: number;
}

/** One stretch of time, in seconds since the strip began. */
export interface Sample {
  start: number;
  end: number;
  asleep: boolean;
  lanes: LaneSample[];
}

export interface Mark {
  at: number;
  label: string;
  tone: 'firmware' | 'wake' | 'error';
  count: number;
}

const CALLS_WORTH_A_MARK = /^(CPU_ON|CPU_OFF|SYSTEM_)/;
/** Marks of one name closer than this (seconds) become one mark with a count. */
const MARK_MERGE = 0.25;
const NS = 1e9;

function clampShare(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function laneOf(view: VcpuView): LaneSample {
  const powered = view.power === 'on' || view.power === 'ready' || view.power === 'idle';
  return powered ? { el0: clampShare(view.el0Share), el1: clampShare(view.el1Share), on: 1 } : { el0: 0, el1: 0, on: 0 };
}

function mergeSamples(a: Sample, b: Sample): Sample {
  const span = b.end - a.start || 1;
  const weightA = (a.end - a.start) / span;
  const weightB = (b.end - b.start) / span;
  const count = Math.max(a.lanes.length, b.lanes.length);
  const none: LaneSample = { el0: 0, el1: 0, on: 0 };
  const lanes = Array.from({ length: count }, (_, index) => {
    const left = a.lanes[index] ?? none;
    const right = b.lanes[index] ?? none;
    const mix = (key: keyof LaneSample) => left[key] * weightA + right[key] * weightB;
    return { el0: mix('el0'), el1: mix('el1'), on: mix('on') };
  });
  return { start: a.start, end: b.end, asleep: a.asleep, lanes };
}

export class Timeline {
  samples: Sample[] = [];
  marks: Mark[] = [];
  vcpus = 0;
  /** Seconds on the strip at which the present machine's time zero lies. */
  private origin = 0;
  private last = 0;

  /** End of what is known, in seconds. */
  get end(): number {
    return this.last;
  }

  clear(): void {
    this.samples = [];
    this.marks = [];
    this.vcpus = 0;
    this.origin = 0;
    this.last = 0;
  }

  /** The machine went to sleep on its disk: a stretch of sleep is drawn from here. */
  sleep(): void {
    if (this.samples.length === 0) return;
    // Sleep has no length in machine time; it gets a twelfth of the strip to be seen.
    const length = Math.max(0.5, this.last / 12);
    this.samples.push({ start: this.last, end: this.last + length, asleep: true, lanes: [] });
    this.last += length;
  }

  /** The machine woke from its disk: its new time zero is the end of the sleep. */
  wake(label: string): void {
    if (this.samples.length === 0) {
      this.clear();
      this.marks.push({ at: 0, label, tone: 'wake', count: 1 });
      return;
    }
    if (!this.samples.at(-1)?.asleep) this.sleep();
    this.origin = this.last;
    this.marks.push({ at: this.last, label, tone: 'wake', count: 1 });
  }

  /** Machine time begins at zero again (a reset): what follows is drawn after what there is. */
  restart(): void {
    this.origin = this.last;
  }

  /** `time`: machine time of the report, ns. Reports that do not move time forward are dropped. */
  addVcpus(time: number, views: readonly VcpuView[]): void {
    const end = this.origin + time / NS;
    this.vcpus = Math.max(this.vcpus, views.length);
    if (end <= this.last) return;
    this.samples.push({ start: this.last, end, asleep: false, lanes: views.map(laneOf) });
    this.last = end;
    if (this.samples.length >= MAX_SAMPLES) this.thin();
  }

  addCall(call: FirmwareCall): void {
    if (!CALLS_WORTH_A_MARK.test(call.name)) return;
    const at = this.origin + call.time / NS;
    const tone = call.outcome === 'error' ? 'error' : 'firmware';
    const previous = this.marks.filter((mark) => mark.label === call.name && mark.tone === tone).at(-1);
    if (previous && at - previous.at < MARK_MERGE) {
      previous.count += 1;
      return;
    }
    this.marks.push({ at, label: call.name, tone, count: 1 });
    if (this.marks.length > MAX_MARKS) this.marks.shift();
  }

  /** The sample at `seconds`, if any. */
  at(seconds: number): Sample | undefined {
    return this.samples.find((sample) => seconds >= sample.start && seconds < sample.end);
  }

  private thin(): void {
    const merged: Sample[] = [];
    for (let index = 0; index < this.samples.length; index += 1) {
      const a = this.samples[index]!;
      const b = this.samples[index + 1];
      if (b && a.asleep === b.asleep) {
        merged.push(mergeSamples(a, b));
        index += 1;
      } else merged.push(a);
    }
    this.samples = merged;
  }
}
