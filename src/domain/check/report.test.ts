import { describe, expect, it } from 'vitest'
import type { Finding, Severity } from './index.ts'
import { blockingFindings, evaluateReport, isAtLeast, severities } from './index.ts'

describe('a check report', () => {
  it('orders severities as they are listed', () => {
    expect(isAtLeast('critical', 'high')).toBe(true)
    expect(isAtLeast('high', 'high')).toBe(true)
    expect(isAtLeast('medium', 'high')).toBe(false)
    expect(severities[0]).toBe('critical')
  })

  it('fails on one finding at the threshold of its tier', () => {
    const report = evaluate([finding('low'), finding('high')], 'high')
    expect(report.verdict).toBe('fail')
    expect(report.counts).toEqual({ critical: 0, high: 1, medium: 0, low: 1, informational: 0 })
    expect(blockingFindings(report).map((one) => one.severity)).toEqual(['high'])
  })

  it('passes when everything found lies below the threshold', () => {
    expect(evaluate([finding('high'), finding('medium')], 'critical').verdict).toBe('pass')
  })

  it('is inconclusive while a rule came to no end, unless what was found fails it anyway', () => {
    const unfinished = ['STR-08']
    const base = { solution: 'Permits', version: '1.0.0.0', rules: ['STR-06', 'STR-08'], unfinished }
    expect(evaluateReport({ ...base, findings: [], failsFrom: 'critical' })).toMatchObject({ verdict: 'inconclusive', unfinished })
    expect(evaluateReport({ ...base, findings: [], failsFrom: undefined }).verdict).toBe('inconclusive')
    expect(evaluateReport({ ...base, findings: [finding('critical')], failsFrom: 'critical' }).verdict).toBe('fail')
  })

  it('only informs where the tier sets no threshold', () => {
    const report = evaluate([finding('critical')], undefined)
    expect(report.verdict).toBe('pass')
    expect(blockingFindings(report)).toEqual([])
  })
})

function evaluate(findings: Finding[], failsFrom: Severity | undefined): ReturnType<typeof evaluateReport> {
  return evaluateReport({ solution: 'Permits', version: '1.0.0.0', rules: ['STR-06'], findings, failsFrom })
}

function finding(severity: Severity): Finding {
  return { ruleId: 'STR-06', severity, subject: 'Send reminder', message: 'A connection is written into the flow.', path: undefined }
}
