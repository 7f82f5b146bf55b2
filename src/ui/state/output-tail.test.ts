import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConsoleFeed } from './console-feed';
import { OutputTail } from './output-tail.svelte';

beforeEach(() => vi.stubGlobal('requestAnimationFrame', (draw: () => void) => draw()));
afterEach(() => vi.unstubAllGlobals());

function printed(text: string): OutputTail {
  const feed = new ConsoleFeed();
  const tail = new OutputTail(feed);
  feed.push({ kind: 'bytes', data: new TextEncoder().encode(text) });
  return tail;
}

it('has the last lines without escape sequences', () => {
  expect(printed('\x1b[1mone\x1b[0m\r\ntwo\r\n').parts()).toEqual({ printed: 'one\ntwo', later: '' });
  const many = Array.from({ length: 60 }, (_, index) => `${index}\n`).join('');
  expect(printed(many).parts().printed.split('\n')).toHaveLength(40);
});

it('tells what is of later than the moment at which the machine stands, by bytes', () => {
  const tail = printed('né\r\nnow\r\n');
  expect(tail.parts(5)).toEqual({ printed: 'né\n', later: 'now' });
  expect(tail.parts(6)).toEqual({ printed: 'né', later: '\nnow' });
  expect(tail.parts(99)).toEqual({ printed: '', later: 'né\nnow' });
  expect(tail.parts(0)).toEqual({ printed: 'né\nnow', later: '' });
});
