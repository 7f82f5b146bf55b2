/** Lines of one text that the other has not. */
export interface Difference {
  onlyIn: 'qemu' | 'dormouse';
  line: string;
  /** The last line before it that both have; empty at the top. */
  after: string;
}

export interface Comparison {
  differences: Difference[];
  /** Lines both have, but not in the same order. */
  moved: string[];
}

/** Compares by the longest common subsequence. A line that is there on both sides in another place has only moved. */
export function compare(qemu: readonly string[], dormouse: readonly string[]): Comparison {
  const all = subsequenceDiff(qemu, dormouse);
  const left = new Map<string, number>();
  for (const { onlyIn, line } of all) left.set(line, (left.get(line) ?? 0) + (onlyIn === 'qemu' ? 1 : -1));
  const moved: string[] = [];
  const differences: Difference[] = [];
  for (const difference of all) {
    const { onlyIn, line } = difference;
    const surplus = left.get(line)!;
    if (onlyIn === 'qemu' ? surplus > 0 : surplus < 0) {
      left.set(line, surplus + (onlyIn === 'qemu' ? -1 : 1));
      differences.push(difference);
    } else if (onlyIn === 'qemu') moved.push(line);
  }
  return { differences, moved };
}

function subsequenceDiff(a: readonly string[], b: readonly string[]): Difference[] {
  const width = b.length + 1;
  // Length of the longest common subsequence of what follows a[i] and b[j].
  const length = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      length[at] = a[i] === b[j] ? length[at + width + 1]! + 1 : Math.max(length[at + width]!, length[at + 1]!);
    }
  }
  const differences: Difference[] = [];
  let after = '';
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      after = a[i]!;
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && length[(i + 1) * width + j]! >= length[i * width + j + 1]!)) {
      differences.push({ onlyIn: 'qemu', line: a[i++]!, after });
    } else {
      differences.push({ onlyIn: 'dormouse', line: b[j++]!, after });
    }
  }
  return differences;
}
