import { describe, expect, it } from 'vitest'
import type { EnvironmentVariable } from '#domain/solution'
import { noCurrentValues } from './str-09-no-current-values.ts'
import { judge, makeModel, makeVariable, severitiesOf } from '../../test/support/solution-models.ts'

describe('STR-09: environment variables travel without their current values', () => {
  it('accepts a definition with or without a default', () => {
    expect(judgeVariables([makeVariable(), makeVariable({ schemaName: 'contoso_Days', defaultValue: '14' })])).toEqual([])
  })

  it('remarks a current value inside the package, without repeating it', () => {
    const findings = judge(noCurrentValues, makeModel({ environmentVariables: [makeVariable({ packagedValue: 'dev@contoso.com' })] }))
    expect(severitiesOf(findings)).toEqual(['high'])
    expect(findings[0]?.path).toBe('environmentvariabledefinitions/contoso_Mailbox/environmentvariablevalues.json')
    expect(JSON.stringify(findings)).not.toContain('dev@contoso.com')
  })

  it('refuses a secret inside the package, and remarks the place of a vault like any other value', () => {
    expect(judgeVariables([makeVariable({ type: 'secret', packagedValue: 'Tr0ubador' })])).toEqual(['critical'])
    const vault = '/subscriptions/a/resourceGroups/b/providers/Microsoft.KeyVault/vaults/c/secrets/d'
    expect(judgeVariables([makeVariable({ type: 'secret', packagedValue: vault })])).toEqual(['high'])
  })

  it('remarks names that the platform keeps, and names that occur twice', () => {
    expect(judgeVariables([makeVariable({ schemaName: '$authentication' })])).toEqual(['high'])
    expect(judgeVariables([makeVariable(), makeVariable({ schemaName: 'contoso_mailbox' })])).toEqual(['high'])
  })
})

function judgeVariables(environmentVariables: EnvironmentVariable[]): string[] {
  return severitiesOf(judge(noCurrentValues, makeModel({ environmentVariables })))
}
