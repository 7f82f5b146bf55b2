import type { SectionTaker } from '../machine/saved-machine';

/** Several who take sections of a saved machine, as one: each section is the first's who knows it. */
export function takers(...each: readonly SectionTaker[]): SectionTaker {
  return {
    async take(section) {
      for (const taker of each) if (await taker.take(section)) return true;
      return false;
    },
    finish() {
      for (const taker of each) taker.finish?.();
    },
  };
}
