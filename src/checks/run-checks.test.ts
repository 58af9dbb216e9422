import { describe, expect, it } from 'vitest'
import { evaluateReport } from '#domain/check'
import { checkRules, runChecks, runChecksInTime, toSarif } from './index.ts'
import { makeFlow, makeModel, makeVariable } from '../../test/support/solution-models.ts'

const faulty = makeModel({
  flows: [makeFlow({ embeddedConnections: [{ connector: 'shared_office365', connection: 'abc' }] })],
  environmentVariables: [makeVariable({ schemaName: 'contoso_Größe', packagedValue: '1' })],
})

describe('the catalogue', () => {
  it('has the eight rules, each under its own number', () => {
    expect(checkRules.map((rule) => rule.id)).toEqual(['STR-01', 'STR-02', 'STR-03', 'STR-06', 'STR-08', 'STR-09', 'STR-12', 'DEP-01'])
  })

  it('finds nothing in a clean solution', () => {
    expect(runChecks(makeModel(), { tier: 4 })).toEqual([])
  })

  it('puts the worst finding first', () => {
    expect(runChecks(faulty, { tier: 2 }).map((finding) => finding.ruleId)).toEqual(['STR-06', 'STR-09'])
  })
})

describe('a check run that takes too long', () => {
  it('tells which rules came to no end, and keeps what it has found', () => {
    let looks = 0
    const { findings, unfinished } = runChecksInTime(faulty, { tier: 2 }, () => ++looks > 4)
    expect(unfinished).toEqual(['STR-08', 'STR-09', 'STR-12', 'DEP-01'])
    expect(findings.map((finding) => finding.ruleId)).toEqual(['STR-06'])
    expect(runChecksInTime(faulty, { tier: 2 }, () => false).unfinished).toEqual([])
  })
})

describe('SARIF', () => {
  const findings = runChecks(faulty, { tier: 2 })
  const report = evaluateReport({
    solution: 'Permits',
    version: '1.2.0.0',
    rules: checkRules.map((rule) => rule.id),
    findings,
    failsFrom: 'critical',
  })
  // The shape under test is read as JSON, as its readers do.
  const sarif = JSON.parse(JSON.stringify(toSarif(report, 2))) as { version: string; runs: [Run] }
  const run = sarif.runs[0]

  it('says that it is not the solution checker of Microsoft', () => {
    expect(run.tool.driver.fullDescription.text).toContain('not the Power Apps solution checker of Microsoft')
  })

  it('leads each result to its rule, level and place', () => {
    expect(sarif.version).toBe('2.1.0')
    expect(run.results.map((result) => [result.ruleId, run.tool.driver.rules[result.ruleIndex]?.id, result.level])).toEqual([
      ['STR-06', 'STR-06', 'error'],
      ['STR-09', 'STR-09', 'error'],
    ])
    expect(run.results[1]?.locations[0]?.physicalLocation?.artifactLocation.uri).toBe(
      'environmentvariabledefinitions/contoso_Gr%C3%B6%C3%9Fe/environmentvariablevalues.json',
    )
    expect(run.results[0]?.locations[0]?.physicalLocation?.artifactLocation.uri).toBe('solution.xml')
    expect(run.results[0]?.locations[0]?.logicalLocations[0]?.name).toBe('Send reminder')
  })

  it('carries tier, threshold and verdict', () => {
    expect(run.properties).toMatchObject({ tier: 2, verdict: 'fail', failsFrom: 'critical' })
  })
})

interface Run {
  readonly tool: {
    readonly driver: { readonly fullDescription: { readonly text: string }; readonly rules: readonly { readonly id: string }[] }
  }
  readonly results: readonly {
    readonly ruleId: string
    readonly ruleIndex: number
    readonly level: string
    readonly locations: readonly {
      readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string } }
      readonly logicalLocations: readonly { readonly name: string }[]
    }[]
  }[]
  readonly properties: object
}
