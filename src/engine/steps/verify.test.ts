import { describe, expect, it } from 'vitest'
import type { ObservedFlow } from '#domain/environment'
import type { PlannedFlow } from '#domain/plan'
import { version } from '../../../test/support/domain-builders.ts'
import type { AttemptOptions, HandMadeLayer, TargetScript } from '../../../test/support/fake-attempt.ts'
import { fakeAttempt, noFacts } from '../../../test/support/fake-attempt.ts'
import type { AttemptFacts } from '../promotion/run.ts'
import { activateFlows } from './activate-flows.ts'
import { verify } from './verify.ts'

const facts: AttemptFacts = { ...noFacts, importJobId: 'job-1', before: { layers: [], flows: [] } }
const layer = (kind: string, componentId: string, table?: string): HandMadeLayer => ({
  kind,
  componentId,
  table,
  changed: [kind === 'SystemForm' ? 'formxml' : 'x'],
})
const flow = (id: string, action: PlannedFlow['action'], desired: PlannedFlow['desired'] = 'on'): PlannedFlow => ({
  id,
  name: `flow ${id}`,
  desired,
  action,
  why: '',
})
const seen = (id: string, state: ObservedFlow['state']): ObservedFlow => ({ id, name: id, state, ownerId: undefined })

async function problemsOf(script: TargetScript, options: AttemptOptions = {}, given = facts): Promise<string> {
  const end = await verify(fakeAttempt(script, options).run, given)
  return end.end === 'failed' ? end.refusal.reasons.map(({ subject, message }) => `${subject}: ${message}`).join('; ') : end.end
}

describe('verifying a promotion by reading the target', () => {
  it('tells with the success where the forecast was wrong, and fails nothing for that', async () => {
    const planned = (kind: string, key: string, effect: 'destroy' | 'hide') => ({
      kind,
      key,
      name: key,
      table: undefined,
      effect,
      certainty: 'known',
    })
    const attempt = fakeAttempt({ layers: { Contoso: [layer('Workflow', 'f')] } })
    const content = [planned('Workflow', 'f', 'destroy'), planned('Workflow', 'gone', 'destroy')]
    const { request } = attempt.run
    const run = { ...attempt.run, request: { ...request, plan: { ...request.plan, content } } } as unknown as typeof attempt.run
    const before = { layers: [{ kind: 'Workflow', componentId: 'f' }], flows: [] }
    const end = await verify(run, { ...facts, before })
    expect(end).toMatchObject({ end: 'done', note: expect.stringContaining('process f: It was to be destroyed and is still there.') })
    expect(end).not.toMatchObject({ note: expect.stringContaining('gone: It was') })
  })

  it('says that it cannot tell new layers where it is not known what was there before', async () => {
    const end = await verify(fakeAttempt({ layers: { Contoso: [layer('Workflow', 'f')] } }).run, { ...facts, before: null })
    expect(end).toMatchObject({ end: 'done', note: expect.stringContaining('cannot be told') })
  })

  it('looks again before it says that something differs, since what is shown may lag behind', async () => {
    const old = { solutions: [] }
    expect(await problemsOf({ observed: [old, old, {}] })).toBe('done')
    expect(await problemsOf({ observed: [old] })).toContain('not installed')
  })

  it('is not content with an upgrade that was left half done', async () => {
    const solution = (uniqueName: string) => ({
      id: uniqueName,
      uniqueName,
      version: version('1.0.0.1'),
      isManaged: true,
      publisherPrefix: 'con',
    })
    expect(await problemsOf({ observed: [{ solutions: [solution('Contoso'), solution('contoso_upgrade')] }] })).toContain('left half done')
  })

  it('holds no layer against the promotion that was there before', async () => {
    const before = { layers: [{ kind: 'Workflow', componentId: 'F' }], flows: [] }
    expect(await problemsOf({ layers: { Contoso: [layer('Workflow', 'f')] } }, {}, { ...facts, before })).toBe('done')
    expect(await problemsOf({ layers: { Contoso: [layer('Workflow', 'f')] } })).toContain('An Active layer appeared')
  })

  it('takes one new form layer per table for the fallback form that the platform makes, and no more', async () => {
    expect(await problemsOf({ layers: { Contoso: [layer('SystemForm', 'a', 'con_a'), layer('SystemForm', 'b', 'con_b')] } })).toBe('done')
    const two = await problemsOf({ layers: { Contoso: [layer('SystemForm', 'a', 'con_a'), layer('SystemForm', 'a2', 'con_a')] } })
    expect(two).toContain('SystemForm a:')
  })

  it('knows names as the platform does, without regard to case', async () => {
    const connections = [{ logicalName: 'Con_Ref', connectionId: 'ABC' }]
    const bindings = [{ logicalName: 'con_ref', connectionId: 'abc', connectorId: undefined }]
    expect(await problemsOf({ observed: [{ bindings, flows: [seen('f', 'on')] }] }, { connections, flows: [flow('F', 'switch-on')] })).toBe(
      'done',
    )
  })

  it('takes a flow that is left for verified only when it is as it was before', async () => {
    const flows = [flow('stopped', 'leave')]
    const before = { layers: [], flows: [{ id: 'stopped', state: 'off' as const }] }
    const given = { ...facts, before }
    expect(await problemsOf({ observed: [{ flows: [seen('stopped', 'on')] }] }, { flows }, given)).toContain(
      'The flow is on, not off as before',
    )
    expect(await problemsOf({ observed: [{ flows: [seen('stopped', 'off')] }] }, { flows }, given)).toBe('done')
  })
})

describe('bringing flows to their state', () => {
  it('stops again, before anything else, what someone had stopped and the import started', async () => {
    const flows = [flow('new', 'switch-on'), flow('stopped', 'leave'), flow('wild', 'leave', 'off')]
    const before = { layers: [], flows: [seen('stopped', 'off'), seen('wild', 'on')] }
    const attempt = fakeAttempt({ observed: [{ flows: [seen('new', 'off'), seen('stopped', 'on'), seen('wild', 'on')] }] }, { flows })
    expect((await activateFlows(attempt.run, { ...facts, before })).end).toBe('done')
    expect(attempt.switched).toEqual(['stopped off', 'new on'])
  })

  it('switches nothing when another version is installed by now', async () => {
    const later = { id: 's', uniqueName: 'Contoso', version: version('2.0'), isManaged: true, publisherPrefix: 'con' }
    const attempt = fakeAttempt({ observed: [{ solutions: [later] }] }, { flows: [flow('new', 'switch-on')] })
    expect(await activateFlows(attempt.run, facts)).toMatchObject({ end: 'failed', refusal: { code: 'verification.failed' } })
    expect(attempt.switched).toEqual([])
  })

  it('tells to mend the connection and to resume, when the platform refuses to switch one on', async () => {
    const attempt = fakeAttempt(
      { observed: [{ flows: [seen('new', 'off')] }], refusesToSwitch: 'new' },
      { flows: [flow('new', 'switch-on')] },
    )
    expect(await activateFlows(attempt.run, facts)).toMatchObject({
      end: 'failed',
      refusal: { code: 'flow.refused', hint: expect.stringContaining('then resume') },
    })
  })
})
