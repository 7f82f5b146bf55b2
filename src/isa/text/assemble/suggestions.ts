import { REGISTER_KEYS } from '../../system-registers';
import { CONDITIONS } from '../codecs/conditions';
import type { SymbolScope } from './cursor';
import { nearestWord } from './near-words';

/** What kind of name a clause misses, and which there are. */
const KINDS: readonly (readonly [pattern: RegExp, known: (scope: SymbolScope) => Iterable<string>])[] = [
  [/^"([^"]+)" is not a system register$/, () => REGISTER_KEYS.keys()],
  [/^"([^"]+)" is not a condition$/, () => CONDITIONS],
  [/^"([^"]+)" is not defined$/, (scope) => scope.names()],
];

/** The word that a clause says is unknown, and the one that may have been meant. */
export function slipOfThePen(clause: string, scope: SymbolScope): { wrong: string; instead: string } | undefined {
  for (const [pattern, known] of KINDS) {
    const wrong = pattern.exec(clause)?.[1];
    const instead = wrong && nearestWord(wrong, known(scope));
    if (wrong && instead) return { wrong, instead };
  }
  return undefined;
}
