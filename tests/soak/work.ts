/** A round of work in the guest's shell: processes, files, pipes, floods of output, code that is new and memory that is let go of. */
export const ROUND: readonly string[] = [
  'i=0; while [ $i -lt 30 ]; do /bin/true; i=$((i+1)); done',
  'find / -xdev -type f 2>/dev/null | sort | tail -n 3',
  'dd if=/dev/urandom of=/tmp/work bs=64k count=16 2>/dev/null && gzip -c /tmp/work | sha256sum && rm /tmp/work',
  'seq 1 20000',
  'yes 0123456789abcdef | head -c 200000 > /dev/console',
  'cp /bin/busybox /tmp/busybox && /tmp/busybox ls / > /dev/null && rm /tmp/busybox',
  'dd if=/dev/zero of=/dev/vda bs=1M count=16 2>/dev/null; dd if=/dev/vda of=/dev/null bs=1M count=16 2>/dev/null',
  'dd if=/dev/zero of=/tmp/large bs=1M count=48 2>/dev/null; rm /tmp/large',
];
