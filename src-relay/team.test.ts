// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../src-shared/rules/team.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createTeam, DEFAULT_TEAM } from './team.ts';

function stand() {
  const store = createMemoryStore();
  let clock = 0;
  const ticks: (() => void)[] = [];
  const node = () => {
    const every = (run: () => void) => {
      ticks.push(run);
      return () => void ticks.splice(ticks.indexOf(run), 1);
    };
    return createTeam({ kv: store.kv, now: () => clock, every });
  };
  const tick = async (): Promise<void> => {
    for (const run of ticks) run();
    await new Promise(setImmediate);
  };
  return { store, node, tick, pass: (ms: number) => (clock += ms) };
}

const changed = { ...DEFAULT_TEAM, country: 'GB', namesUrl: 'https://crm.example/name?n={number}&key=secret' };

describe('settings of a company', () => {
  it('are the defaults until an admin sets them, and read once for many who ask', async () => {
    const { store, node } = stand();
    const team = node();
    expect(await Promise.all([team.settings('a'), team.settings('a')])).toEqual([DEFAULT_TEAM, DEFAULT_TEAM]);
    expect(await team.settings('a')).toEqual(DEFAULT_TEAM);
    expect(store.reads).toBe(1);
  });

  it('are there at once where they were saved, and at another node within seconds', async () => {
    const { node, pass } = stand();
    const [here, there] = [node(), node()];
    expect((await there.settings('a')).country).toBe('ES');
    await here.save('a', changed);
    expect((await here.settings('a')).country).toBe('GB');
    pass(10_000);
    expect((await there.settings('a')).country).toBe('GB');
    expect((await there.settings('b')).country).toBe('ES');
  });

  it('are told to those who listen, once for each change, at every node', async () => {
    const { node, tick } = stand();
    const [here, there] = [node(), node()];
    const heard: string[] = [];
    here.onChange((tenant) => heard.push(`here ${tenant}`));
    const stop = there.onChange((tenant) => heard.push(`there ${tenant}`));
    await there.view('a');
    await here.save('a', changed);
    await here.save('a', changed);
    expect(heard).toEqual(['here a']);
    await tick();
    await tick();
    expect(heard).toEqual(['here a', 'there a']);
    expect((await there.view('a')).country).toBe('GB');
    stop();
    await here.save('a', DEFAULT_TEAM);
    await tick();
    expect(heard).toEqual(['here a', 'there a', 'here a']);
  });

  it('go on as they were while the store is gone, and are told of afterwards', async () => {
    const { store, node, tick } = stand();
    const [here, there] = [node(), node()];
    const heard: string[] = [];
    there.onChange((tenant) => heard.push(tenant));
    await there.settings('a');
    await here.save('a', changed);
    store.failing = 'relay.unavailable';
    await tick();
    expect(await there.settings('a')).toEqual(DEFAULT_TEAM);
    await expect(here.save('a', DEFAULT_TEAM)).rejects.toMatchObject({ code: 'relay.unavailable' });
    store.failing = null;
    await tick();
    expect(heard).toEqual(['a']);
  });

  it('show an agent neither addresses nor e-mails, nor the address of the CRM', async () => {
    const { node } = stand();
    const team = node();
    const ana = { extension: '101', name: 'Ana', email: 'ana@example.com', crmUser: 'U1' };
    await team.save('a', { ...changed, members: [ana], balanceFor: ['101'] });
    expect(await team.view('a')).toEqual({
      ...{ rules: DEFAULT_RULES, defaultResponsible: null, country: 'GB' },
      members: [{ extension: '101', name: 'Ana' }],
    });
  });

  it('written by an older relay get the defaults of what is new', async () => {
    const { store, node } = stand();
    await store.kv.put('settings', 'a', JSON.stringify({ country: 'FR', rules: { returnTimeout: 20 } }), null);
    const { country, rules, members } = await node().settings('a');
    expect({ country, rules, members }).toEqual({
      ...{ country: 'FR', members: [] },
      rules: { ...DEFAULT_RULES, returnTimeout: 20 },
    });
  });
});
