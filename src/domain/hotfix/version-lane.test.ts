import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Version } from '#domain/kernel'
import { compareVersions, raiseRevision } from '#domain/kernel'
import { granted } from '../../../test/support/granted.ts'
import { version } from '../../../test/support/domain-builders.ts'
import type { VersionLane } from './version-lane.ts'
import { describeLane, isInLane, nextInLane, raiseOverLanes, refuseMainVersion, reserveLane } from './version-lane.ts'

type Deed = 'main' | 'maker' | 'ship' | 'hotfix' | 'fix'

/** What happens to one solution, in any order; `ship` brings the newest of main to production, `fix` the next version of the newest hotfix. */
const deeds = fc.array(fc.constantFrom<Deed>('main', 'maker', 'ship', 'hotfix', 'fix'), { maxLength: 40 })
const start = fc.constantFrom('1.8.0.0', '1.8', '1.0.7.3', '2.0.0.1').map(version)

function live(first: Version, life: readonly Deed[]) {
  const lanes: VersionLane[] = []
  const main = [first]
  const fixes: { readonly version: Version; readonly over: Version }[] = []
  const given = () => [...main, ...fixes.map((fix) => fix.version)]
  let [production, inDev] = [first, first]
  for (const deed of life) {
    if (deed === 'maker') inDev = raiseRevision(inDev)
    if (deed === 'main') {
      const highest = given().reduce((top, one) => (compareVersions(one, top) > 0 ? one : top), inDev)
      inDev = granted(raiseOverLanes(raiseRevision(highest), lanes))
      main.push(inDev)
    }
    if (deed === 'ship') {
      const newest = main.at(-1) ?? first
      // The platform takes nothing lower.
      if (compareVersions(newest, production) > 0) production = newest
    }
    if (deed === 'hotfix') lanes.push(granted(reserveLane({ production, given: [...given(), inDev], lanes })))
    const lane = lanes.at(-1)
    if (deed !== 'fix' || lane === undefined) continue
    const next = granted(nextInLane(lane, given()))
    if (compareVersions(next, production) <= 0) continue
    fixes.push({ version: next, over: production })
    production = next
  }
  return { lanes, main, fixes, given: given() }
}

describe('version lanes', () => {
  it('let both lines rise, and give no version twice', () => {
    fc.assert(
      fc.property(start, deeds, (first, life) => {
        const { lanes, main, fixes, given } = live(first, life)
        for (const [at, one] of main.entries()) if (at > 0) expect(compareVersions(one, main[at - 1] as Version)).toBeGreaterThan(0)
        for (const { version: fix, over } of fixes) expect(compareVersions(fix, over)).toBeGreaterThan(0)
        expect(new Set(given).size).toBe(given.length)
        expect(new Set(lanes.map(describeLane)).size).toBe(lanes.length)
      }),
    )
  })

  it('keep the next release of main above every hotfix, and out of every lane', () => {
    fc.assert(
      fc.property(start, deeds, (first, life) => {
        const { lanes, main, given } = live(first, [...life, 'main'])
        const newest = main.at(-1) as Version
        for (const other of given) if (other !== newest) expect(compareVersions(newest, other)).toBeGreaterThan(0)
        for (const lane of lanes) expect(isInLane(lane, newest)).toBe(false)
        expect(refuseMainVersion(newest, lanes)).toBeUndefined()
      }),
    )
  })

  it('give production, on 1.8 while main holds 1.9, the third and fourth place of 1.8', () => {
    const lane = granted(reserveLane({ production: version('1.8.0.4'), given: [version('1.8.0.6'), version('1.9.0.2')], lanes: [] }))
    expect(lane).toEqual({ major: 1, minor: 8, build: 1 })
    expect(granted(nextInLane(lane, []))).toBe('1.8.1.0')
    expect(granted(nextInLane(lane, [version('1.8.1.0')]))).toBe('1.8.1.1')
    expect(granted(raiseOverLanes(version('1.9.0.3'), [lane]))).toBe('1.9.0.3')
    expect(granted(raiseOverLanes(version('1.8.0.7'), [lane]))).toBe('1.9.0.0')
  })

  it('refuse what a maker gave main inside a lane, or below one', () => {
    const lanes = [{ major: 1, minor: 8, build: 1 }]
    expect(refuseMainVersion(version('1.8.1.7'), lanes)?.refusal.message).toContain('lies in 1.8.1.*')
    expect(refuseMainVersion(version('1.8.0.9'), lanes)?.refusal.message).toContain('is below 1.8.1.*')
    expect(refuseMainVersion(version('1.9'), lanes)).toBeUndefined()
  })
})
