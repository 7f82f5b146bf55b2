import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('no browser test goes through a list that may be empty: `allOf` waits for one', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = execFileSync('git', ['ls-files', 'tests/browser'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const users = files.filter((file) => readFileSync(`${root}/${file}`, 'utf8').includes('.all()'));
  expect(users).toEqual(['tests/browser/support/in-sight.ts']);
});
