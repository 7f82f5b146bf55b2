/** One browser, one page and one machine for a whole group of tests that follow each other: a boot costs seconds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { expect, MachinePage, test } from './machine-page';

export interface Shared {
  readonly machine: MachinePage;
  readonly context: BrowserContext;
}

/** To be called in a serial group; what it returns is there once the group's first test runs. The browser keeps its files on a disk. */
export function shareMachine(): Shared {
  let context: BrowserContext;
  let machine: MachinePage;
  let profile: string;

  test.beforeAll(async ({ launchOptions, viewport, baseURL }) => {
    profile = mkdtempSync(join(tmpdir(), 'dormouse-profile-'));
    context = await chromium.launchPersistentContext(profile, {
      ...launchOptions,
      viewport,
      serviceWorkers: 'block',
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    machine = new MachinePage(context.pages()[0] ?? (await context.newPage()));
  });
  test.afterEach(() => {
    expect(machine.errors).toEqual([]);
  });
  test.afterAll(async () => {
    await context?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  return {
    get machine() {
      return machine;
    },
    get context() {
      return context;
    },
  };
}
