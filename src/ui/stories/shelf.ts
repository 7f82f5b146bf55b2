/** The stories as they are offered: a title, a line, and what they cost. Their steps are fetched when one is opened. */
import type { StoryName } from '../state/parameters';
import type { Story } from './story';

export interface Offer {
  readonly title: string;
  readonly line: string;
  /** The guest that it needs; left out: none, it brings programs of a few lines. */
  readonly guest?: 'lab' | 'debian';
  readonly load: () => Promise<{ story: Story }>;
}

export const SHELF: Readonly<Record<StoryName, Offer>> = {
  hibernate: {
    title: 'Hibernate at 1.3, wake at 1.1',
    line: 'Linux sleeps, wakes on older firmware, and believes it is still the old one.',
    guest: 'debian',
    load: () => import('./tales/hibernate'),
  },
  'change-version': {
    title: 'Change the version under a running guest',
    line: 'One write, and functions are gone in mid-life.',
    guest: 'lab',
    load: () => import('./tales/change-version'),
  },
  migrate: {
    title: 'Migrate to an older host',
    line: 'Why a restore is refused, and what prevents it.',
    guest: 'lab',
    load: () => import('./tales/migrate'),
  },
  'suspend-denied': {
    title: 'Why is SYSTEM_SUSPEND denied?',
    line: 'A version is not enough: some functions need the VMM.',
    guest: 'lab',
    load: () => import('./tales/suspend-denied'),
  },
  pin: {
    title: 'Pin the version, and why opt-out',
    line: 'A guest that moves with its host, and one that does not.',
    guest: 'lab',
    load: () => import('./tales/pin'),
  },
  'second-cpu': {
    title: 'Start a second CPU by hand',
    line: 'CPU_ON, CPU_OFF, and who may call them.',
    guest: 'lab',
    load: () => import('./tales/second-cpu'),
  },
  timer: {
    title: 'Take a timer interrupt',
    line: 'From a counter to a line of your own code.',
    guest: 'lab',
    load: () => import('./tales/take-a-timer-interrupt'),
  },
  'first-program': {
    title: 'Write your first A64 program',
    line: 'Twelve lines, no operating system.',
    load: () => import('./tales/first-program'),
  },
};
