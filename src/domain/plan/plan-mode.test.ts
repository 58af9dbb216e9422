import { describe, expect, it } from 'vitest'
import type { InstalledSolution } from '#domain/environment'
import { buildObserved, buildPlan, buildRelease, version } from '../../../test/support/domain-builders.ts'
import type { PlanFacts } from './plan-facts.ts'

const base: InstalledSolution = { id: 's-1', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, publisherPrefix: 'cto' }
const patch: InstalledSolution = { ...base, id: 's-2', uniqueName: 'Permits_Patch_1', version: version('1.0.1.0'), parent: 'permits' }

function plan(changes: Partial<PlanFacts>, solutions: readonly InstalledSolution[] = [base]) {
  return buildPlan({ release: buildRelease({ tier: 4 }), observed: buildObserved({ solutions }), ...changes })
}

const removes = { removedComponents: ['Attribute:cto_permit.cto_comments'] }

describe('staging an upgrade, so that data can be moved before it goes (PET-12)', () => {
  it('is chosen where the tier asks for it and data goes, or may go', () => {
    expect(plan({ ...removes, stagesUpgrades: true, losesData: true }).mode).toBe('stage-for-upgrade')
    expect(plan({ ...removes, stagesUpgrades: true }).mode).toBe('stage-for-upgrade')
    expect(plan({ removedComponents: 'unknown', stagesUpgrades: true }).mode).toBe('stage-for-upgrade')
  })

  it('is not chosen where no data goes, where the tier does not ask for it, or where nothing is removed', () => {
    expect(plan({ ...removes, stagesUpgrades: true, losesData: false }).mode).toBe('upgrade')
    expect(plan({ ...removes, stagesUpgrades: false, losesData: true }).mode).toBe('upgrade')
    expect(plan({ removedComponents: [], stagesUpgrades: true, losesData: true }).mode).toBe('update')
    expect(plan({ ...removes, stagesUpgrades: true, losesData: true }, []).mode).toBe('install')
  })

  it('says why', () => {
    expect(plan({ ...removes, stagesUpgrades: true, losesData: true }).modeReason).toContain('Tier 4 stages an upgrade that destroys data')
    expect(plan({ ...removes, stagesUpgrades: true }).modeReason).toContain('may destroy data')
  })

  it('applies after the import, since the staged upgrade destroys nothing yet', () => {
    const staged = plan({ ...removes, stagesUpgrades: true })
    expect(staged.steps).toEqual(['observe', 'stage', 'import', 'apply-upgrade', 'verify'])
    expect(staged.lines.map((line) => [line.subject, line.effect])).toContainEqual(['Attribute:cto_permit.cto_comments', 'delete'])
  })
})

describe('what an upgrade does beside the solution itself', () => {
  it('says that patches of the base go with it', () => {
    const { lines } = plan(removes, [base, patch])
    expect(lines.filter(({ subject }) => subject === patch.uniqueName)).toMatchObject([{ effect: 'delete', certainty: 'known' }])
  })

  it('is chosen over a patched version although nothing is removed, because an update of it is refused', () => {
    const { mode, modeReason, lines } = plan({ removedComponents: [] }, [base, patch])
    expect([mode, modeReason]).toEqual(['upgrade', expect.stringContaining('Permits_Patch_1')])
    expect(lines.filter(({ subject }) => subject === patch.uniqueName)).toMatchObject([{ effect: 'delete' }])
    expect(plan({ removedComponents: [] }).mode).toBe('update')
  })

  it('names the commands that clear a pending upgrade away (PIP-14), and takes it for no patch', () => {
    const holding = { ...patch, uniqueName: 'Permits_Upgrade' }
    const { blockers, lines } = plan(removes, [base, holding])
    expect(blockers.map(({ code }) => code)).toEqual(['PIP-14'])
    expect(blockers[0]?.hint).toContain('drover env upgrade-apply prod Permits')
    expect(blockers[0]?.hint).toContain('drover env upgrade-withdraw prod Permits')
    expect(lines.filter(({ subject }) => subject === holding.uniqueName)).toEqual([])
  })
})
