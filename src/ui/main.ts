import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connectWorker } from './connect';
import { Session } from './state/session.svelte';
import { Settings } from './state/settings.svelte';

async function chooseConnection() {
  if (import.meta.env.DEV) {
    const scene = new URLSearchParams(location.search).get('demo');
    if (scene !== null) {
      const { connectDemo } = await import('./demo/connect-demo');
      return connectDemo(scene || 'plain');
    }
  }
  return connectWorker;
}

const target = document.getElementById('app');
if (target) {
  const vm = new Session(await chooseConnection());
  target.replaceChildren();
  mount(App, { target, props: { vm, settings: new Settings() } });
  void vm.open(location.search);
}
