import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { test as base } from './machine-page';

/**
 * Tests whose browser keeps its files on a disk. Playwright's usual contexts keep them in memory, where a machine's disk of
 * some hundred MiB does not belong.
 */
export const test = base.extend({
  context: async ({ launchOptions, viewport, baseURL }, use) => {
    const profile = mkdtempSync(join(tmpdir(), 'dormouse-profile-'));
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions,
      viewport,
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    await use(context);
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  },
});

export { expect } from './machine-page';
