/** Why a machine stands at another moment than it was sent to. Pure functions. */
import type { Stop } from '../../vm/api/debugging';
import { timeWords } from './timeline/lane-words';

/** Nearer than this (ns) it came where it was sent: an instruction, or a service of the firmware, takes its time. */
const NEAR = 1e5;

/** A sentence or two; undefined if there is nothing to tell. */
export function missedWords(missed: Stop['missed']): string | undefined {
  if (!missed || Math.abs(missed.time - missed.asked) < NEAR) return undefined;
  const [asked, time] = [missed.asked, missed.time].map((ns) => timeWords(ns, NEAR));
  const behind = missed.time > missed.asked;
  return `You asked for ${asked}, when nothing of it ran: ${behind ? `it did something next at ${time}` : `that began at ${time}, and is one moment`}.`;
}
