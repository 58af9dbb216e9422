import { describe, expect, it } from 'vitest'
import type { AccessFacts } from './plan-access.ts'
import { findAccessBlockers, heldBeyond, planAccess } from './plan-access.ts'

const groupId = '00000000-0000-4000-8000-00000000e001'
const unit = '00000000-0000-4000-8000-0000000000aa'
const first = '00000000-0000-4000-8000-00000000b001'
const second = '00000000-0000-4000-8000-00000000b002'

function facts(held: readonly { readonly id: string; readonly name: string }[], roles: readonly string[], onlyThese = true): AccessFacts {
  const clerks = [first, second].map((id) => ({ id, name: 'Clerk', businessUnitId: unit }))
  return {
    wanted: { teams: [{ name: 'Inspectors', groupId, roles, onlyThese }], apps: [], flows: [] },
    rootUnitId: unit,
    teams: [{ id: 't', name: 'Inspectors', groupId, businessUnitId: unit, roles: held, profiles: [] }],
    ...{ roles: clerks, profiles: [], users: [], flows: [], apps: [] },
    sharing: { kind: 'seen', shares: [] },
    arriving: { roles: [], profiles: [], flows: [], apps: [] },
  }
}

describe('a team that is to have only what is declared', () => {
  it('loses of two roles of one name the one that is not meant', () => {
    const both = facts(
      [
        { id: first, name: 'Clerk' },
        { id: second, name: 'Clerk' },
      ],
      [first],
    )
    expect(planAccess(both).teams).toMatchObject([{ takes: { roles: ['Clerk'] }, gives: { roles: [] } }])
    expect(heldBeyond(both, { groupId, what: 'role', name: 'Clerk' })).toEqual([second])
  })

  it('does not lose the role of administrators unseen: who is left to help is not to be told from here', () => {
    const administrators = facts([{ id: second, name: 'System Administrator' }], [first])
    expect(findAccessBlockers(administrators)).toMatchObject([{ code: 'access.takes-administrator' }])
    expect(findAccessBlockers(facts([{ id: second, name: 'System Administrator' }], [first], false))).toEqual([])
    expect(findAccessBlockers(facts([{ id: second, name: 'System Administrator' }], [first, 'system administrator']))).not.toMatchObject([
      { code: 'access.takes-administrator' },
    ])
  })
})
