import { Guest, newDisk } from './harness';

const t0 = performance.now();
const t = () => ((performance.now() - t0) / 1000).toFixed(1);
const show = (g: Guest, from: number) =>
  console.log(
    g.calls
      .slice(from)
      .filter((c) => !c.name.startsWith('TRNG'))
      .map((c) => `${c.vcpu} ${c.name} ${c.argsText} -> ${c.resultText}`)
      .join('\n'),
  );
const disk = newDisk();
let g = await Guest.boot({ psci: '1.3', vcpus: 3, disk, systemSuspend: true });
console.log('up', t());
console.log(
  await g.exec(
    'cat /sys/kernel/debug/psci; cat /sys/power/state /sys/power/disk /sys/power/mem_sleep; busybox --list | grep -E "rtc|usleep|timeout|^date"; cat /sys/class/rtc/rtc0/wakealarm /sys/class/rtc/rtc0/device/power/wakeup; ls /sys/class/rtc/rtc0/ ; true',
  ),
);
console.log(t());
let from = g.calls.length;
await g.exec(
  '(while :; do :; done) & l=$!; for i in 1 2; do for c in 1 2; do echo 0 > /sys/devices/system/cpu/cpu$c/online; echo 1 > /sys/devices/system/cpu/cpu$c/online; done; done; kill $l',
);
show(g, from);
console.log(t());
from = g.calls.length;
const before = g.console.length;
g.vm.input(
  new TextEncoder().encode('x=kept; echo +3 > /sys/class/rtc/rtc0/wakealarm; echo mem > /sys/power/state; echo "back $? $x"\n'),
);
await g.until('suspend', () => g.vm.machine.power.states.includes('suspended'), 20000).catch((e) => console.log(e.message));
const at = g.vm.machine.instructions;
console.log('suspended', t(), g.vm.machine.power.states);
await new Promise((r) => setTimeout(r, 1000));
console.log('instr', g.vm.machine.instructions - at, g.vm.machine.power.states);
await g.printed('back 0 kept', before + 120);
console.log(t());
await g.up();
console.log(t());
show(g, from);
console.log(g.notices, g.console.slice(before));
from = g.calls.length;
const e = await g.hibernate();
console.log(e, t());
show(g, from);
g = await Guest.boot({ psci: '1.1', vcpus: 3, disk });
console.log('woken', t());
show(g, 0);
from = g.calls.length;
const e2 = await g.hibernate();
console.log(e2, t());
show(g, from);
process.exit(0);
