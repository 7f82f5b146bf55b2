/** The calls of a run, as far as they are kept. */
import type { FirmwareCall } from '../../../vm/api';
import type { RecordedCall } from './run-record';

export const MOST_CALLS = 10_000;

export class CallRecord {
  readonly calls: RecordedCall[] = [];
  /** Calls that were only counted: by the machine because they came too fast, or here because there were too many. */
  dropped = 0;

  /** @param dropped how many more the machine only counted */
  add(calls: readonly FirmwareCall[], dropped: number): void {
    const kept = calls.slice(0, MOST_CALLS - this.calls.length);
    for (const { vcpu, name, argsText, resultText, why } of kept)
      this.calls.push({ vcpu, name, args: argsText, result: resultText, why });
    this.dropped += dropped + calls.length - kept.length;
  }
}
