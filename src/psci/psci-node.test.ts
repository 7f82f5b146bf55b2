import { describe, expect, it } from 'vitest';
import { psciNode } from './psci-node';
import { PSCI_VERSIONS } from './versions';

describe('the psci node', () => {
  it('of 0.1 has 0.1 ids', () => {
    expect(psciNode('0.1', 'smc')).toEqual([
      { name: 'compatible', strings: ['arm,psci'] },
      { name: 'method', strings: ['smc'] },
      { name: 'cpu_suspend', u32s: [0x95c1ba5e] },
      { name: 'cpu_off', u32s: [0x95c1ba5f] },
      { name: 'cpu_on', u32s: [0x95c1ba60] },
      { name: 'migrate', u32s: [0x95c1ba61] },
    ]);
  });
  it('of 0.2 and later has standard ids', () => {
    expect(psciNode('0.2', 'hvc')).toEqual([
      { name: 'compatible', strings: ['arm,psci-0.2', 'arm,psci'] },
      { name: 'method', strings: ['hvc'] },
      { name: 'cpu_suspend', u32s: [0xc4000001] },
      { name: 'cpu_off', u32s: [0x84000002] },
      { name: 'cpu_on', u32s: [0xc4000003] },
      { name: 'migrate', u32s: [0xc4000005] },
    ]);
  });
  it('of 1.0 to 1.3 is the same: there is no newer compatible', () => {
    const nodes = PSCI_VERSIONS.slice(2).map((version) => psciNode(version, 'hvc'));
    for (const node of nodes) expect(node).toEqual(nodes[0]);
    expect(nodes[0]![0]).toEqual({ name: 'compatible', strings: ['arm,psci-1.0', 'arm,psci-0.2', 'arm,psci'] });
  });
});
