/** Only looked at by the compiler: a page that drives a tag. */
import type { DormouseVmElement } from 'dormouse/embed';

export async function drive(): Promise<number> {
  const vm: DormouseVmElement = document.createElement('dormouse-vm');
  vm.psci = '1.1';
  vm.cpus = 2;
  vm.panels = ['console', 'calls'];
  vm.autorun = true;
  const stop = vm.on('ended', ({ detail }) => console.log(detail.how, detail.call));
  await vm.start();
  await vm.wake({ psci: '1.3' });
  stop();
  return (await vm.exec('true')).status + (await vm.readMemory(0x4000_0000n, 8)).length;
}
