import { describe, expect, it } from 'vitest'
import type { Deed, Extras } from './sequence.ts'
import { proveKept, proveSequences } from './sequence-run.ts'

// A share of the cases; `npm run prove -- --sequences --cases N` plays as many as are asked for.
const [first, count] = [0, 12]

const quiet = { trouble: { kind: 'none' }, letsGo: true } as const
const promote = (extras: Extras): Deed => ({ deed: 'promote', content: { hand_boat: { hand_a: 50 } }, extras, ...quiet })

describe('production', () => {
  it('gets the configuration data of a release again that comes after its table was taken away with an earlier one', async () => {
    const takenAway: Deed = { deed: 'rollback', way: 'uninstall', to: undefined, ...quiet }
    const steps = [promote({ hasFee: true, row: 'Beagle' }), takenAway, promote({ hasFee: false, row: 'Argo' })]
    await proveKept([{ mayFall: false, begins: 'empty', stages: false, flowInStage: undefined, turnsNewFlowsOn: false, steps }])
  })

  it('holds what the ledger says after any sequence of promotions, staged upgrades, ways back, changes by hand and trouble, also where others were before', async () => {
    const { findings, tally } = await proveSequences({ seed: 20261123, first, count })
    expect(findings).toEqual([])
    // A proof over sequences in which nothing happens would be none.
    const endedWell = (deed: string) => Object.keys(tally).some((word) => word.startsWith(deed) && word.endsWith('succeeded'))
    expect(['promote that kills', 'rollback ', 'finish-migration'].filter((deed) => !endedWell(deed))).toEqual([])
    expect(Object.keys(tally)).toEqual(expect.arrayContaining(['begins brown', 'begins empty', 'begins empty, upgrades staged']))
  })
})
