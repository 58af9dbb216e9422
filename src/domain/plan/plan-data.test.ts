import { describe, expect, it } from 'vitest'
import { buildPlan } from '../../../test/support/domain-builders.ts'
import type { DataFacts, PointingRows } from './plan-data.ts'
import { withConfigurationData } from './plan-data.ts'

const boat = '00000000-0000-4000-8000-000000000001'

function planned(pointing: Partial<PointingRows>) {
  const facts: DataFacts = {
    digest: 'sha256:0',
    pack: { tables: [], importOrder: [], deletes: [{ table: 'hand_boat', id: boat }], outside: [] },
    target: { rows: new Map(), loaded: undefined, begun: [] },
    shapes: [{ table: 'hand_boat', columns: [], relationships: [] }],
    arriving: new Set(),
    missing: [],
    cascades: [{ table: 'hand_boat', child: 'hand_crew', column: 'hand_boatid', rows: 3, ...pointing }],
  }
  return withConfigurationData(buildPlan({}), facts)
}

describe('rows that point to a row which configuration data deletes', () => {
  it('keep the release out where they would go with it', () => {
    expect(planned({}).blockers.map(({ code }) => code)).toContain('data.delete-cascades')
  })

  it('are told by their number where they stay and their lookup is emptied, which nothing saves', () => {
    const { blockers, lines } = planned({ isEmptied: true })
    expect(blockers.map(({ code }) => code)).not.toContain('data.delete-cascades')
    expect(lines).toContainEqual(
      expect.objectContaining({ subject: 'hand_crew.hand_boatid', effect: 'warn', message: expect.stringContaining('3 rows') }),
    )
  })

  it('are no line where there are none', () => {
    expect(planned({ isEmptied: true, rows: 0 }).lines.map(({ subject }) => subject)).not.toContain('hand_crew.hand_boatid')
  })
})
