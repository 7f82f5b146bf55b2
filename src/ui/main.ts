import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { nextTask } from './common/next-task';
import { connectWorker } from './connect';
import { asksToCompare } from './panels/compare/compare-link';
import { registerOffline } from './register-offline';
import { followSeenHeight } from './seen-height';
import { handedOver } from './state/handed-over';
import { takeHash } from './state/hash-arrival';
import { programInHash, titleInHash, UNNAMED_PROGRAM } from './state/packed-text';
import { parseQuery } from './state/query';
import { type Place, Session } from './state/session.svelte';
import { Settings } from './state/settings.svelte';

async function chooseConnection() {
  if (import.meta.env.DEV) {
    const scene = new URLSearchParams(location.search).get('demo');
    if (scene !== null) {
      const { connectDemo } = await import('./demo/connect-demo');
      return connectDemo(scene || 'plain');
    }
  }
  return connectWorker(parseQuery(location.search).wishes.disk);
}

/** What came with the address, beside its query: a program in the hash. A complaint if that cannot be read. */
async function placeOfPage(): Promise<{ place: Place; complaint?: string }> {
  try {
    const program = await programInHash(location.hash);
    const name = titleInHash(location.hash) ?? UNNAMED_PROGRAM;
    return { place: program === undefined ? {} : { files: { src: new File([program], name) } } };
  } catch (error) {
    return { place: {}, complaint: (error as Error).message };
  }
}

const target = document.getElementById('app');
if (target) {
  // To evaluate all that, to begin a session, to ask how the page is to look, and to mount it are pieces of work of their own.
  await nextTask();
  const { place, complaint } = await placeOfPage();
  const vm = new Session(await chooseConnection(), place);
  await nextTask();
  const settings = new Settings();
  followSeenHeight();
  await nextTask();
  target.replaceChildren();
  mount(App, { target, props: { vm, settings } });
  if (asksToCompare(location.hash)) vm.focus.show('compare');
  addEventListener('hashchange', () => void takeHash(vm, location.hash));
  registerOffline('./sw.js');
  if (complaint) {
    vm.notice(complaint, 'warning');
    vm.focus.show('console');
  }
  if (place.files?.src) vm.focus.show('editor');
  await vm.open(location.search);
  // A machine of another page that is to go on here.
  const machine = await handedOver();
  if (machine) {
    await vm.restore(machine.file, undefined, undefined);
    if (!machine.paused) await vm.resume();
  }
}
