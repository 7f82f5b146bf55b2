/** What Debian is measured by: coming up, and work in its shell. BusyBox provides all of it. */

export const BOOTS = [
  { name: 'boot, 1 vCPU', vcpus: 1 },
  { name: 'boot, 4 vCPUs', vcpus: 4 },
];

export interface Workload {
  name: string;
  command: string;
}

/** Done once before all workloads: 8 MiB of programs, which is neither noise nor zeros. */
export const PREPARATION = 'for i in 1 2 3 4; do cat /bin/busybox; done > /tmp/data';

export const WORKLOADS: readonly Workload[] = [
  { name: 'shell loop', command: 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done' },
  { name: 'fork and exec', command: 'i=0; while [ $i -lt 300 ]; do /bin/busybox true; i=$((i+1)); done' },
  { name: 'find', command: 'for i in 1 2; do find / -xdev; find /sys; done' },
  { name: 'sha256sum', command: 'for i in 1 2 3 4; do sha256sum /tmp/data /tmp/data /tmp/data; done' },
  { name: 'gzip', command: 'gzip -c /tmp/data' },
  { name: 'bzip2', command: 'head -c 2000000 /tmp/data | bzip2 -c' },
  { name: 'sort awk grep sed', command: `seq 1 20000 | sort -r | awk '{ s += $1; print $1, s }' | grep 7 | sed 's/1/one/g'` },
  { name: 'page copying', command: 'for i in 1 2 3 4 5 6 7 8; do dd if=/tmp/data of=/tmp/copy bs=4k; done' },
];
